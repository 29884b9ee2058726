"""A report as a page for people and as JSON data."""

from collections.abc import Mapping
from typing import Any

from steelyard.report.wording.layout import columns
from steelyard.testing.plugin_kit.checks import CHECKS
from steelyard.testing.plugin_kit.verdicts import Report, Status

_MARKS: Mapping[Status, str] = {"passed": "✓", "failed": "✗", "not_run": "–"}
_TITLES = {check.id: check.title for check in CHECKS}


def report_text(report: Report) -> str:
    """Return the report as a page: a line a check, below it what is wrong and what was measured."""
    rows = [(f"{_MARKS[one.status]} {one.check}", _TITLES[one.check]) for one in report.verdicts]
    lines = [_head(report)]
    for line, verdict in zip(columns(rows, "ll"), report.verdicts, strict=True):
        lines.append(line)
        lines += [f"    wrong: {problem}" for problem in verdict.problems]
        lines += [f"    {note}" for note in verdict.notes]
        lines += [f"    {figure}" for figure in verdict.figures]
    return "".join(f"{line}\n" for line in lines)


def failures_text(report: Report) -> str:
    """Return what is wrong, for the message of an assertion."""
    lines = [_head(report)]
    explained = {check.id: check.explanation for check in CHECKS}
    waiting: dict[str, list[str]] = {}
    for verdict in report.verdicts:
        if verdict.status == "failed":
            lines.append(f"{_MARKS['failed']} {verdict.check}: {_TITLES[verdict.check]}")
            lines += [f"    wrong: {problem}" for problem in verdict.problems]
            lines.append(f"    why: {explained[verdict.check]}")
        elif verdict.status == "not_run":
            waiting.setdefault("; ".join(verdict.notes), []).append(verdict.check)
    for why, checks in waiting.items():
        lines.append(f"{_MARKS['not_run']} not run, since {why}: {', '.join(checks)}")
    return "\n".join(lines)


def report_json(report: Report) -> dict[str, Any]:
    """Return the report as JSON data."""
    return {
        "plugin": report.plugin,
        "ok": report.ok,
        "passed": _count(report, "passed"),
        "failed": _count(report, "failed"),
        "not_run": _count(report, "not_run"),
        "checks": [
            {**verdict.json(), "title": _TITLES[verdict.check]} for verdict in report.verdicts
        ],
    }


def _head(report: Report) -> str:
    counts = [f"{_count(report, 'passed')} passed", f"{_count(report, 'failed')} failed"]
    if _count(report, "not_run"):
        counts.append(f"{_count(report, 'not_run')} not run")
    return f"Plugin {report.plugin}: {', '.join(counts)} of {len(report.verdicts)} checks"


def _count(report: Report, status: Status) -> int:
    return sum(verdict.status == status for verdict in report.verdicts)
