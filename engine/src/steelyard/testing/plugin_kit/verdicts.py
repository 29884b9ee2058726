"""Verdicts, and the report that they make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from steelyard.errors import Problem

Status = Literal["passed", "failed", "not_run"]


@dataclass(frozen=True, slots=True)
class Figure:
    """Something that a check measured; `value` is written out, `unit` is a word or empty."""

    name: str
    value: str
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.value}{f' {self.unit}' if self.unit else ''}"


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth saying that is not wrong."""

    text: str


Finding = str | Note | Figure
"""What a check yields: a text is something wrong."""


class NotRunError(Exception):
    """A check cannot be made, since another one has failed; the text says why."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict of one check: each problem in one line, and what else there is to say."""

    check: str
    status: Status
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()

    def json(self) -> dict[str, Any]:
        """Return the verdict as JSON data."""
        return {
            "check": self.check,
            "status": self.status,
            "problems": list(self.problems),
            "notes": list(self.notes),
            "figures": [
                {"name": one.name, "value": one.value, "unit": one.unit} for one in self.figures
            ],
        }

    @staticmethod
    def of_json(data: Mapping[str, Any]) -> "Verdict":
        """Return the verdict that `json` wrote."""
        return Verdict(
            data["check"],
            data["status"],
            tuple(data["problems"]),
            tuple(data["notes"]),
            tuple(Figure(**one) for one in data["figures"]),
        )


def verdict_of(check: str, findings: Iterable[Finding]) -> Verdict:
    """Return the verdict that findings make: failed if anything among them is wrong."""
    problems: list[str] = []
    notes: list[str] = []
    figures: list[Figure] = []
    for finding in findings:
        if isinstance(finding, Figure):
            figures.append(finding)
        elif isinstance(finding, Note):
            notes.append(finding.text)
        else:
            problems.append(one_line(finding))
    status: Status = "failed" if problems else "passed"
    return Verdict(check, status, tuple(dict.fromkeys(problems)), tuple(notes), tuple(figures))


def one_line(text: str, most: int = 400) -> str:
    """Return a text without line breaks and of bounded length."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def unclear(problem: Problem, item_type: str) -> str | None:
    """Return what is wrong with how parameters were refused, or None."""
    if problem.code == "SY210":
        where = f"{problem.place}: " if problem.place else ""
        advice = (
            "; check it first, and use refuse(…)" if "on these parameters" in problem.what else ""
        )
        return f"{where}{problem.what}{advice}"
    if problem.place is None:
        return f"{problem.code} {problem.what!r} does not say where"
    words = problem.what.removeprefix(f"{item_type}: ").strip()
    return f"{problem.code} does not say what is wrong: {words!r}" if len(words) < 10 else None


@dataclass(frozen=True, slots=True)
class Report:
    """The verdicts on one plugin, in the order of the checks."""

    plugin: str
    verdicts: tuple[Verdict, ...]

    @property
    def ok(self) -> bool:
        """Whether every check passed."""
        return all(verdict.status == "passed" for verdict in self.verdicts)

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """The verdicts of the checks that failed."""
        return tuple(verdict for verdict in self.verdicts if verdict.status == "failed")

    def verdict(self, check: str) -> Verdict:
        """Return the verdict of a check; raises `KeyError` if it was not asked for."""
        for verdict in self.verdicts:
            if verdict.check == check:
                return verdict
        raise KeyError(check)
