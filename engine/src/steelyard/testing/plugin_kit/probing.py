"""A process of its own in which a plugin is loaded and builds its plans: the probe.

Run as `python -m steelyard.testing.plugin_kit.probing NAME RESULTS FOLDER STARTER [watch|again]`,
where STARTER is the number of the process that wants it. It writes JSON lines to RESULTS: a stage
as it begins, and at the end the digests of everything that was built.
"""

import json
import os
import site
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from steelyard.testing.plugin_kit.limits import bound_process, ended_how, has_ended, stop_group
from steelyard.testing.plugin_kit.verdicts import NotRunError, one_line

REQUEST = "request.json"
Drawn = Mapping[str, Sequence[str]]
"""Parameters as YAML, by the name of an item type."""

_LOOK = 0.02  # seconds between two looks at whether a probe has ended
# two surroundings that differ in all that must not reach a plan
SURROUNDINGS: tuple[Mapping[str, str], ...] = (
    {
        "PYTHONHASHSEED": "1",
        "LC_ALL": "C.UTF-8",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "USER": "first",
        "HOME": "/first",
    },
    {
        "PYTHONHASHSEED": "20260227",
        "LC_ALL": "tr_TR.UTF-8",
        "LANG": "tr_TR.UTF-8",
        "TZ": "Pacific/Kiritimati",
        "USER": "second",
        "HOME": "/second",
    },
)


@dataclass(frozen=True, slots=True)
class Probed:
    """What became of a probe: how it ended if not well, what it built, what it was seen to do."""

    fault: str | None = None
    built: Mapping[str, str] = field(default_factory=dict[str, str])
    seen: tuple[str, ...] = ()


def run_probes(name: str, folder: Path, seconds: float) -> tuple[Probed, ...]:
    """Load a plugin in two processes, in different surroundings; the first one is watched."""
    until = time.monotonic() + seconds  # for both: they run side by side
    first, second = SURROUNDINGS
    started = (
        _start(name, folder / "first", first, ["watch"]),
        _start(name, folder / "second", second, []),
    )
    return tuple(_probed(*one, seconds, until) for one in started)


def run_again(name: str, folder: Path, drawn: Drawn, seconds: float) -> Probed:
    """Build what an item type makes of parameters in another process, the last of them first."""
    here = folder / "again"
    started = _start(name, here, SURROUNDINGS[1], ["again"], json.dumps(drawn))
    return _probed(*started, seconds, time.monotonic() + seconds)


def _start(
    name: str, here: Path, surroundings: Mapping[str, str], how: list[str], request: str = ""
) -> tuple[subprocess.Popen[bytes], Path]:
    """Start a probe in a folder of its own; return it, and the file that it writes."""
    here.mkdir()
    (here / REQUEST).write_text(request, encoding="utf-8")
    results = here / "results.jsonl"
    # what was installed for one user is found by a place that HOME says
    user = {"PYTHONUSERBASE": site.getuserbase()}
    given = [name, str(results), str(here), str(os.getpid()), *how]
    process = subprocess.Popen(  # noqa: S603 - this module, by this interpreter
        [sys.executable, "-P", "-m", __name__, *given],
        cwd=here,
        env={**user, **os.environ, **surroundings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return process, results


def _probed(
    process: subprocess.Popen[bytes], results: Path, seconds: float, until: float
) -> Probed:
    while not has_ended(process) and time.monotonic() < until:
        time.sleep(_LOOK)
    status = stop_group(process)
    lines = read_lines(results)
    done = next((line for line in lines if "built" in line), None)
    if done is not None and status == 0:
        return Probed(None, done["built"], tuple(done["seen"]))
    if "over" in (lines[-1] if lines else {}):
        return Probed(lines[-1]["over"])
    if "raised" in (lines[-1] if lines else {}):
        return Probed(f"the engine failed on it: {lines[-1]['raised']}")
    stage = next((line["stage"] for line in reversed(lines) if "stage" in line), "it was started")
    return Probed(f"{ended_how(status, seconds)} while {stage}")


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the JSON lines of a file that a process may have been writing when it ended."""
    if not path.is_file():
        return []
    lines: list[dict[str, Any]] = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue  # cut off
        if isinstance(value, dict):
            lines.append(value)
    return lines


def main(arguments: list[str]) -> None:
    """Load and build, watched if asked to."""
    name, results, folder, starter, *how = arguments
    bound_process(int(starter))
    sys.dont_write_bytecode = True
    from steelyard.testing.plugin_kit.building import build_drawn, build_everything, warm_up
    from steelyard.testing.plugin_kit.subject import Subject, package_of
    from steelyard.testing.plugin_kit.watching import Watch

    module = warm_up(name, Path(folder))
    subject = Subject(name, Path(folder))
    with Path(results).open("a", encoding="utf-8") as file:

        def stage(text: str) -> None:
            watch.on, was = False, watch.on
            file.write(json.dumps({"stage": text}) + "\n")
            file.flush()
            watch.on = was

        watch = Watch(package_of(module))
        if how == ["watch"]:
            watch.start()
        try:
            if how == ["again"]:
                drawn = json.loads((Path(folder) / REQUEST).read_text(encoding="utf-8"))
                built = build_drawn(subject, drawn, stage)
            else:
                built = build_everything(subject, stage)
        except NotRunError as error:  # a build was over its limits
            watch.on = False
            file.write(json.dumps({"over": one_line(str(error))}) + "\n")
            raise
        except Exception as error:
            watch.on = False
            file.write(json.dumps({"raised": one_line(f"{type(error).__name__}: {error}")}) + "\n")
            raise
        seen = watch.stop() if how == ["watch"] else []
        file.write(json.dumps({"built": built, "seen": seen}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
