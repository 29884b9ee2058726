"""A runner of the checks of a plugin, in a process with limits of time and memory.

    python -m steelyard.testing.plugin_kit.runner FOLDER EXAMPLES PLUGIN CHECK…

That process writes each verdict as a JSON line, in the order of the checks, so that its parent
knows which check a plugin ended, if it does.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from threading import Timer
from time import monotonic

from steelyard.errors import InvalidInput, Problem, suggest
from steelyard.formats.files import temporary_folder
from steelyard.testing.plugin_kit.checks import CHECKS
from steelyard.testing.plugin_kit.report import NotRunError, Report, Verdict, one_line, verdict_of

MEMORY = 2_000_000_000  # bytes of data of one process
PROCESSOR_SECONDS = 600  # of one process, even if its parent was killed


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for one check and for loading; the number of random examples of a law."""

    seconds: float = 120.0
    loading: float = 30.0
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

    `checks` are the ids of the checks to run, else all; `tell` receives each verdict as it comes.
    This process never imports the plugin. The same plugin gets the same verdicts, except for
    measured times. Raises `InvalidInput`: SY703 if no plugin has this name, SY709 for the core
    unless `checks` are given, SY708 if the libraries of the extra `testing` are not installed.
    """
    need_testing_extra()
    _must_be_installed(name, path, whole=checks is None)
    ids = [check.id for check in CHECKS if checks is None or check.id in checks]
    verdicts: dict[str, Verdict] = {}
    with temporary_folder() as folder:
        for verdict in _run(name, ids, path, limits or Limits(), folder):
            verdicts[verdict.check] = verdict
            if tell is not None:
                tell(verdict)
    return Report(name, tuple(verdicts[check] for check in ids))


def need_testing_extra() -> None:
    """Raise `InvalidInput` SY708 if the libraries of the extra `testing` are not installed."""
    from importlib.util import find_spec

    if find_spec("hypothesis") is None:
        what = "checking a plugin needs the library hypothesis, which is not installed"
        fix = 'pip install "steelyard[testing]"'
        raise InvalidInput([Problem("SY708", what, fix=fix)])


def _must_be_installed(name: str, path: Sequence[Path], *, whole: bool) -> None:
    from steelyard.plugins.discovery.installed import installed

    known = {source.name for source in (*installed(path), *installed())}
    if name not in known:
        expected = f"one of {', '.join(sorted(known)) or 'none'}"
        what = f"unknown plugin {name!r}"
        raise InvalidInput([Problem("SY703", what, expected=expected, fix=suggest(name, known))])
    if name == "core" and whole:
        what = "the core cannot be checked as a plugin: it has no facts, book or cases"
        expected = "the name of a plugin; the engine's own tests check the item types of the core"
        raise InvalidInput([Problem("SY709", what, expected=expected)])


def _run(
    name: str, checks: Sequence[str], path: Sequence[Path], limits: Limits, folder: Path
) -> Iterator[Verdict]:
    """Yield the verdict of each check, in order; whatever ends the run ends the process."""
    python_path = [*path, *map(Path, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    paths = [str(folder.resolve()) for folder in python_path if str(folder) not in ("", ".")]
    command = [sys.executable, "-P", "-m", __name__, str(folder), str(limits.examples), name]
    process = subprocess.Popen(  # noqa: S603 - this module, by this interpreter
        [*command, *checks],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "0"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdout is not None
    done, reason = 0, ""
    try:
        while done < len(checks) and not reason:
            seconds = limits.loading if checks[done] == "loads" else limits.seconds
            start, watch = monotonic(), Timer(seconds, _stop, [process])
            watch.start()
            try:
                line = process.stdout.readline()
            finally:
                watch.cancel()
            if line:
                check, status, problems, notes = json.loads(line)
                verdict = Verdict(check, status, tuple(problems), tuple(notes))
                done += 1
                yield verdict
                if verdict.check == "loads" and verdict.status != "passed":
                    reason = "the plugin does not load"
            else:
                late = f"it was still running after {seconds:g} seconds"
                reason = late if monotonic() - start >= seconds else _ending(process.wait())
                yield Verdict(checks[done], "failed", (reason,))
                reason = f"{checks[done]} ended the checks: {reason}"
                done += 1
    finally:
        _stop(process)
        process.stdout.close()
    for check in checks[done:]:
        yield Verdict(check, "not_run", notes=(reason,))


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Stop a process that leads a session, and every process that it started."""
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _ending(status: int) -> str:
    """Return how a process ended."""
    if status >= 0:
        return f"the process ended with status {status}"
    with suppress(ValueError):
        return f"the process was killed by {signal.Signals(-status).name}"
    return f"the process was killed by signal {-status}"


def main(folder: str, examples: str, name: str, *checks: str) -> None:
    """Run the checks of a plugin in this process, and write a line for each."""
    from steelyard.testing.plugin_kit.subject import Subject

    with suppress(ImportError):  # not on this system
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    output, sys.stdout = sys.stdout, sys.stderr  # for the plugin's own output
    sys.dont_write_bytecode = True
    subject = Subject(name, Path(folder), int(examples))
    for check in CHECKS:
        if check.id in checks:
            try:
                verdict = verdict_of(check.id, check.findings(subject))
            except NotRunError as error:
                verdict = Verdict(check.id, "not_run", notes=(one_line(str(error)),))
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
                text = one_line(f"the check failed: {type(error).__name__}: {error}")
                verdict = Verdict(check.id, "failed", (text,))
            print(json.dumps(astuple(verdict)), file=output, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
