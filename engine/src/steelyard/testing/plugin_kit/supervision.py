"""Running the checks in a process that a plugin may end, hang or exhaust, and watching it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from steelyard.errors import InvalidInput, Problem, suggest
from steelyard.plugin.hooks import ENTRY_POINTS
from steelyard.plugins.discovery.discovery import installed
from steelyard.testing.plugin_kit.checks import CHECKS, MANY_BUILDS
from steelyard.testing.plugin_kit.limits import ended_how, has_ended, stop_group
from steelyard.testing.plugin_kit.probing import read_lines
from steelyard.testing.plugin_kit.verdicts import Report, Verdict

_LOOK = 0.05  # seconds between two looks at what the worker has written
_WORKER = "steelyard.testing.plugin_kit.worker"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a check, all checks, one loading may take; on how many examples a law is tried."""

    seconds: float = 60.0
    total: float = 180.0
    loading: float = 20.0
    examples: int = 60


def check_installed(
    name: str,
    *,
    path: Sequence[Path] = (),
    checks: Collection[str] | None = None,
    limits: Limits | None = None,
    tell: Callable[[Verdict], None] | None = None,
) -> Report:
    """Check a plugin that is installed, or that lies in a folder of `path`; return the report.

    `checks` are the ids of the checks that are asked for, else all. The plugin is never imported by
    this process. `tell` is given each verdict as it comes. The same plugin gives the same verdicts,
    but for measured times. Raises `InvalidInput`: SY703 if no plugin has this name, SY709 if it is
    the core and all checks are asked for, SY708 if the libraries of the extra `testing` are not
    installed.
    """
    limits = limits or Limits()
    need_testing_extra()
    _must_be_installed(name, path)
    if name == "core" and checks is None:
        what = "the core is no plugin that the kit could check: it has no facts, book or cases"
        expected = "the name of a plugin; the engine's own tests check the item types of the core"
        raise InvalidInput([Problem("SY709", what, expected=expected)])
    asked = [check.id for check in CHECKS if checks is None or check.id in checks]
    done: dict[str, Verdict] = _Told(tell)
    until = time.monotonic() + limits.total
    with TemporaryDirectory() as folder:
        while len(done) < len(asked):
            rest = [check for check in asked if check not in done]
            before = len(done)
            slow = _run_worker(name, rest, path, limits, Path(folder), done, until)
            if "loads" in done and done["loads"].status != "passed":
                break
            if time.monotonic() > until:
                late = f"the checks together were over {limits.total:g} seconds"
                _not_run(asked, done, late)
            elif slow in MANY_BUILDS:
                late = f"{slow} was over {limits.seconds:g} seconds"
                _not_run([one for one in asked if one in MANY_BUILDS], done, late)
            elif len(done) == before:  # it did not even begin
                done[rest[0]] = Verdict(rest[0], "failed", ("the process of the checks ended",))
    missing = "it does not load"
    return Report(
        name,
        tuple(done.get(check) or Verdict(check, "not_run", notes=(missing,)) for check in asked),
    )


class _Told(dict[str, Verdict]):
    """Verdicts by check, of which somebody is told as they come."""

    def __init__(self, tell: Callable[[Verdict], None] | None) -> None:
        super().__init__()
        self._tell = tell

    def __setitem__(self, check: str, verdict: Verdict) -> None:
        super().__setitem__(check, verdict)
        if self._tell is not None:
            self._tell(verdict)


def _not_run(checks: Collection[str], done: dict[str, Verdict], why: str) -> None:
    for check in checks:
        if check not in done:
            done[check] = Verdict(check, "not_run", notes=(why,))


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
    until: float,
) -> str | None:
    """Run checks until all are done or the process ends; note every verdict.

    Return the check that was stopped since its time was over, if one was.
    """
    number = len(list(folder.iterdir()))
    here = folder / f"worker-{number}"
    here.mkdir()
    request, results = here / "request.json", here / "results.jsonl"
    request.write_text(
        json.dumps(
            {
                "starter": os.getpid(),
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
    try:
        begun = _watch(process, results, limits.seconds, until, done)
    finally:  # whatever ends the watch, a Ctrl-C too, ends the worker
        status = stop_group(process)
    if begun is None or begun in done:
        return None
    how = ended_how(status, limits.seconds)
    if status is None and time.monotonic() > until:
        how = f"it was stopped: the checks together were over {limits.total:g} seconds"
    done[begun] = Verdict(begun, "failed", (how,))
    return begun if status is None else None


def _watch(
    process: subprocess.Popen[bytes],
    results: Path,
    seconds: float,
    until: float,
    done: dict[str, Verdict],
) -> str | None:
    """Wait until the worker ends or its time is over; return the check that it was at."""
    begun, since = None, time.monotonic()
    while True:
        ended = has_ended(process)
        for line in read_lines(results):
            if "begins" in line:
                if line["begins"] != begun and line["begins"] not in done:
                    begun, since = line["begins"], time.monotonic()
            elif line["check"] not in done:
                done[line["check"]] = Verdict.of_json(line)
        if ended or time.monotonic() > min(since + seconds, until):
            return begun
        time.sleep(_LOOK)


def _environment(path: Sequence[Path], here: Path) -> dict[str, str]:
    before = os.environ.get("PYTHONPATH")
    known = [Path(one) for one in (before or "").split(os.pathsep) if one]  # it runs elsewhere
    paths = [str(folder.resolve()) for folder in (*path, *known)]
    # with one hash seed, what differs elsewhere differs every time
    fixed = {"XDG_CACHE_HOME": str(here / "cache"), "PYTHONHASHSEED": "1"}
    environment = {**os.environ, **fixed}
    if paths:
        environment["PYTHONPATH"] = os.pathsep.join(paths)
    return environment
