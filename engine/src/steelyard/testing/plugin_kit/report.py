"""The report of a plugin check: verdicts, as text for people and as JSON data."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from steelyard.errors.translation import translate
from steelyard.model.texts import Language

if TYPE_CHECKING:
    from steelyard.testing.plugin_kit.checks import Check

Status = Literal["passed", "failed", "not_run"]


@dataclass(frozen=True, slots=True)
class Note:
    """A remark or a measured value, which is not a problem."""

    text: str


Finding = str | Note
"""A finding of a check: a text is a problem."""


class NotRunError(Exception):
    """A check cannot be run because another one has failed; the text gives the reason."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one check: its problems in one line each, and its remarks."""

    check: str
    status: Status
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def verdict_of(check: str, findings: Iterable[Finding]) -> Verdict:
    """Return the verdict of some findings: failed if there is a problem among them."""
    everything = list(findings)
    problems = dict.fromkeys(one_line(text) for text in everything if isinstance(text, str))
    notes = tuple(note.text for note in everything if isinstance(note, Note))
    return Verdict(check, "failed" if problems else "passed", tuple(problems), notes)


def one_line(text: str, limit: int = 400) -> str:
    """Return a text in one line of bounded length."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


@dataclass(frozen=True, slots=True)
class Report:
    """The verdicts on one plugin, in the order of the checks."""

    plugin: str
    verdicts: tuple[Verdict, ...]

    @property
    def ok(self) -> bool:
        """True if every check passed."""
        return all(verdict.status == "passed" for verdict in self.verdicts)

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """The verdicts of the checks that failed."""
        return tuple(verdict for verdict in self.verdicts if verdict.status == "failed")

    def verdict(self, check: str) -> Verdict:
        """Return the verdict of a check; raises `KeyError` if the check was not asked for."""
        return {verdict.check: verdict for verdict in self.verdicts}[check]

    def count(self, status: Status) -> int:
        """Return the number of checks with a status."""
        return sum(verdict.status == status for verdict in self.verdicts)


def report_text(report: Report, language: Language = "en") -> str:
    """Return the report as a page: a line for each check, with its problems and values below."""
    return _render(report, failures_only=False, language=language)


def failures_text(report: Report) -> str:
    """Return the failed checks and their reasons, for the message of an assertion."""
    return _render(report, failures_only=True).removesuffix("\n")


def _render(report: Report, *, failures_only: bool, language: Language = "en") -> str:
    from steelyard.report.html import render

    def said(text: str) -> str:
        return translate(text, language)

    return render(
        "plugin.txt",
        said,
        package="steelyard.testing",
        report=report,
        checks=_checks(),
        failures_only=failures_only,
    )


def report_json(report: Report) -> dict[str, Any]:
    """Return the report as JSON data."""
    checks = _checks()
    counts = {status: report.count(status) for status in get_args(Status)}
    verdicts = [
        {**asdict(verdict), "title": checks[verdict.check].title} for verdict in report.verdicts
    ]
    return {"plugin": report.plugin, "ok": report.ok, **counts, "checks": verdicts}


def _checks() -> "Mapping[str, Check]":
    from steelyard.testing.plugin_kit.checks import CHECKS

    return {check.id: check for check in CHECKS}
