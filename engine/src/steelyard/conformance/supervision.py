"""Running the checks in a process that a plugin may end, hang or exhaust, and watching it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from steelyard.catalogue.discovery import installed
from steelyard.conformance.checks import CHECKS
from steelyard.conformance.limits import ended_how, has_ended, stop_group
from steelyard.conformance.probing import read_lines
from steelyard.conformance.verdicts import Report, Verdict
from steelyard.errors import InvalidInput, Problem, suggest
from steelyard.plugin.hooks import ENTRY_POINTS

_LOOK = 0.05  # seconds between two looks at what the worker has written
_WORKER = "steelyard.conformance.worker"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one check and one loading may take; on how many random examples a law is tried."""

    seconds: float = 60.0
    loading: float = 20.0
    examples: int = 60


def check_installed(
    name: str,
    *,
    path: Sequence[Path] = (),
    checks: Collection[str] | None = None,
    limits: Limits | None = None,
) -> Report:
    """Check a plugin that is installed, or that lies in a folder of `path`; return the report.

    `checks` are the ids of the checks that are asked for, else all. The plugin is never imported by
    this process. The same plugin gives the same verdicts, but for measured times. Raises
    `InvalidInput`: SY703 if no plugin has this name, SY708 if the libraries of the extra `testing`
    are not installed.
    """
    limits = limits or Limits()
    need_testing_extra()
    _must_be_installed(name, path)
    asked = [check.id for check in CHECKS if checks is None or check.id in checks]
    done: dict[str, Verdict] = {}
    with TemporaryDirectory() as folder:
        while len(done) < len(asked):
            rest = [check for check in asked if check not in done]
            before = len(done)
            _run_worker(name, rest, path, limits, Path(folder), done)
            if "loads" in done and done["loads"].status != "passed":
                break
            if len(done) == before:  # it did not even begin
                done[rest[0]] = Verdict(rest[0], "failed", ("the process of the checks ended",))
    missing = "it does not load"
    return Report(
        name,
        tuple(done.get(check) or Verdict(check, "not_run", notes=(missing,)) for check in asked),
    )


def plugins_in(path: Sequence[Path]) -> tuple[str, ...]:
    """Return the names of the plugins in some folders, sorted; nothing is imported."""
    from importlib.metadata import distributions

    found = {
        entry.name
        for distribution in distributions(path=[str(folder) for folder in path])
        for entry in distribution.entry_points
        if entry.group == ENTRY_POINTS
    }
    return tuple(sorted(found))


def need_testing_extra() -> None:
    """Raise `InvalidInput` SY708 if the libraries of the extra `testing` are not installed."""
    from importlib.util import find_spec

    if find_spec("hypothesis") is None:
        what = "checking a plugin needs a library that makes examples: hypothesis is not installed"
        fix = 'pip install "steelyard[testing]"'
        raise InvalidInput([Problem("SY708", what, fix=fix)])


def _must_be_installed(name: str, path: Sequence[Path]) -> None:
    known = {*plugins_in(path), *(source.name for source in installed())}
    if name not in known:
        what = f"no plugin is called {name!r}"
        expected = f"one of {', '.join(sorted(known)) or 'none'}"
        raise InvalidInput([Problem("SY703", what, expected=expected, fix=suggest(name, known))])


def _run_worker(
    name: str,
    checks: Sequence[str],
    path: Sequence[Path],
    limits: Limits,
    folder: Path,
    done: dict[str, Verdict],
) -> None:
    """Run checks until all are done or the process ends; note every verdict."""
    number = len(list(folder.iterdir()))
    here = folder / f"worker-{number}"
    here.mkdir()
    request, results = here / "request.json", here / "results.jsonl"
    request.write_text(
        json.dumps(
            {
                "plugin": name,
                "checks": list(checks),
                "examples": limits.examples,
                "loading": limits.loading,
            }
        )
    )
    process = subprocess.Popen(  # noqa: S603 - this package, by this interpreter
        [sys.executable, "-P", "-m", _WORKER, str(request), str(results)],
        cwd=here,
        env=_environment(path, here),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    begun, status = _watch(process, results, limits, done)
    if begun is not None and begun not in done:
        done[begun] = Verdict(begun, "failed", (ended_how(status, limits.seconds),))


def _watch(
    process: subprocess.Popen[bytes], results: Path, limits: Limits, done: dict[str, Verdict]
) -> tuple[str | None, int | None]:
    """Wait for the worker; return the check it was at, and its status (None: it was stopped)."""
    begun, since = None, time.monotonic()
    while True:
        ended = has_ended(process)
        for line in read_lines(results):
            if "begins" in line:
                if line["begins"] != begun and line["begins"] not in done:
                    begun, since = line["begins"], time.monotonic()
            elif line["check"] not in done:
                done[line["check"]] = Verdict.of_json(line)
        if ended or time.monotonic() - since > limits.seconds:
            break
        time.sleep(_LOOK)
    return begun, stop_group(process)


def _environment(path: Sequence[Path], here: Path) -> dict[str, str]:
    before = os.environ.get("PYTHONPATH")
    paths = [*(str(folder.resolve()) for folder in path), *([before] if before else [])]
    environment = {**os.environ, "XDG_CACHE_HOME": str(here / "cache")}
    if paths:
        environment["PYTHONPATH"] = os.pathsep.join(paths)
    return environment
