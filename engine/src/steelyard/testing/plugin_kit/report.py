"""The report of a plugin check: verdicts, as text for people and as JSON data."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Status = Literal["passed", "failed", "not_run"]
_MARKS: Mapping[Status, str] = {"passed": "✓", "failed": "✗", "not_run": "–"}


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

    def json(self) -> dict[str, Any]:
        """Return the verdict as JSON data."""
        return asdict(self)

    @staticmethod
    def of_json(data: Mapping[str, Any]) -> "Verdict":
        """Return the verdict that `json` wrote."""
        problems, notes = tuple(data["problems"]), tuple(data["notes"])
        return Verdict(data["check"], data["status"], problems, notes)


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


def report_text(report: Report) -> str:
    """Return the report as a page: a line for each check, with its problems and values below."""
    from steelyard.report.wording.layout import columns
    from steelyard.testing.plugin_kit.checks import CHECKS

    titles = {check.id: check.title for check in CHECKS}
    rows = [
        (f"{_MARKS[verdict.status]} {verdict.check}", titles[verdict.check])
        for verdict in report.verdicts
    ]
    lines = [_head(report)]
    for line, verdict in zip(columns(rows, "ll"), report.verdicts, strict=True):
        lines.append(line)
        lines += [f"    problem: {problem}" for problem in verdict.problems]
        lines += [f"    {remark}" for remark in verdict.notes]
    return "".join(f"{line}\n" for line in lines)


def failures_text(report: Report) -> str:
    """Return the failed checks and their reasons, for the message of an assertion."""
    from steelyard.testing.plugin_kit.checks import CHECKS

    lines = [_head(report)]
    checks = {check.id: check for check in CHECKS}
    not_run: dict[str, list[str]] = {}
    for verdict in report.verdicts:
        if verdict.status == "failed":
            check = checks[verdict.check]
            lines.append(f"{_MARKS['failed']} {check.id}: {check.title}")
            lines += [f"    problem: {problem}" for problem in verdict.problems]
            lines.append(f"    why: {check.why}")
        elif verdict.status == "not_run":
            not_run.setdefault("; ".join(verdict.notes), []).append(verdict.check)
    for reason, names in not_run.items():
        lines.append(f"{_MARKS['not_run']} not run, because {reason}: {', '.join(names)}")
    return "\n".join(lines)


def report_json(report: Report) -> dict[str, Any]:
    """Return the report as JSON data."""
    from steelyard.testing.plugin_kit.checks import CHECKS

    titles = {check.id: check.title for check in CHECKS}
    counts = {status: report.count(status) for status in _MARKS}
    verdicts = [{**verdict.json(), "title": titles[verdict.check]} for verdict in report.verdicts]
    return {"plugin": report.plugin, "ok": report.ok, **counts, "checks": verdicts}


def _head(report: Report) -> str:
    counts = [f"{report.count('passed')} passed", f"{report.count('failed')} failed"]
    if report.count("not_run"):
        counts.append(f"{report.count('not_run')} not run")
    return f"Plugin {report.plugin}: {', '.join(counts)} of {len(report.verdicts)} checks"
