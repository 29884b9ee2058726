"""The process in which checks run: `python -m steelyard.testing.plugin_kit.worker REQUEST RESULTS`.

It writes a JSON line as each check begins and another with its verdict, so that whoever watches
knows which check a plugin ended, if it does.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from steelyard.testing.plugin_kit.limits import bound_process
from steelyard.testing.plugin_kit.verdicts import NotRunError, Verdict, one_line, verdict_of

if TYPE_CHECKING:
    from steelyard.testing.plugin_kit.checks import Check
    from steelyard.testing.plugin_kit.subject import Subject


def main(arguments: list[str]) -> None:
    """Run the checks that are asked for, in order."""
    request: dict[str, Any] = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    bound_process(request["starter"])
    sys.dont_write_bytecode = True
    from steelyard.testing.plugin_kit.checks import CHECKS
    from steelyard.testing.plugin_kit.subject import Subject

    with (
        TemporaryDirectory() as folder,
        Path(arguments[1]).open("a", encoding="utf-8") as results,
    ):

        def write(line: dict[str, Any]) -> None:
            results.write(json.dumps(line) + "\n")
            results.flush()

        subject = Subject(request["plugin"], Path(folder), request["examples"], request["loading"])
        for check in CHECKS:
            if check.id not in request["checks"]:
                continue
            write({"begins": check.id})
            verdict = _run(check, subject)
            write(verdict.json())
            if check.id == "loads" and verdict.status != "passed":
                return


def _run(check: "Check", subject: "Subject") -> Verdict:
    before = _over(subject)
    try:
        return verdict_of(check.id, check.run(subject))
    except NotRunError as error:
        if _over(subject) > before:  # in this check: it is what is wrong
            return Verdict(check.id, "failed", (one_line(str(error)),))
        return Verdict(check.id, "not_run", notes=(one_line(str(error)),))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises is told
        what = f"{type(error).__name__}: {error}"
        return Verdict(check.id, "failed", (one_line(f"the check could not be made: {what}"),))


def _over(subject: "Subject") -> int:
    """Return how many builds were over their limits; the trial is not made for that."""
    return len(subject.trial.over) if "trial" in vars(subject) else 0


if __name__ == "__main__":
    main(sys.argv[1:])
