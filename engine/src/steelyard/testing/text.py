"""Cases, coverage and mutation of a book's rules as text and as JSON data."""

from typing import Any, get_args

from steelyard.errors.output import place_json
from steelyard.errors.translation import translate
from steelyard.model.texts import Language
from steelyard.report.html import render
from steelyard.report.json import attributes
from steelyard.testing.cases import CaseReport, CaseResult
from steelyard.testing.coverage import CoverageReport
from steelyard.testing.mutation import MutationReport, Trial, Verdict


def report_text(
    book: str,
    cases: CaseReport,
    coverage: CoverageReport | None = None,
    mutation: MutationReport | None = None,
    *,
    language: Language = "en",
) -> str:
    """Return failed cases, untouched parts and unnoticed mutants, with the number of each."""

    def said(text: str) -> str:
        return translate(text, language)

    def part(text: str) -> str:
        return translate(f"part: {text}", language).removeprefix("part: ")

    return render(
        "cases.txt",
        said,
        part,
        package="steelyard.testing",
        book=book,
        cases=cases,
        coverage=coverage,
        mutation=mutation,
        percent=percent,
    )


def percent(part: int, total: int) -> str:
    """Return a share in per cent with one decimal, never rounded up: 99.99 % is not all."""
    tenths = part * 1000 // total
    return f"{tenths // 10}.{tenths % 10}"


def report_json(
    cases: CaseReport,
    coverage: CoverageReport | None = None,
    mutation: MutationReport | None = None,
) -> dict[str, Any]:
    """Return every case, untouched part and mutant as JSON data."""
    data: dict[str, Any] = {
        "passed": cases.passed,
        "failed": len(cases.failed),
        "cases": [
            {**_case_json(case), **attributes(case, ("passed", "differences"))}
            for case in cases.results
        ],
    }
    if coverage is not None:
        data["coverage"] = _coverage_json(coverage)
    if mutation is not None:
        data["mutation"] = None if cases.failed else _mutation_json(mutation)
    return data


def _case_json(case: CaseResult) -> dict[str, Any]:
    return {"name": case.name, "file": case.place.file, "line": case.place.line}


def _coverage_json(coverage: CoverageReport) -> dict[str, Any]:
    return {
        "counts": {
            kind: {"touched": touched, "of": total} for kind, touched, total in coverage.counts()
        },
        "untouched": [
            {**attributes(target, ("kind", "part", "what")), **place_json(target.place)}
            for target in coverage.untouched
        ],
    }


def _mutation_json(mutation: MutationReport) -> dict[str, Any]:
    counts = {verdict: mutation.count(verdict) for verdict in get_args(Verdict)}
    return {**counts, "mutants": [_trial_json(trial) for trial in mutation.trials]}


def _trial_json(trial: Trial) -> dict[str, Any]:
    return {
        **place_json(trial.mutant.place),
        **attributes(trial.mutant, ("kind", "part", "key", "old", "new")),
        "verdict": trial.verdict,
        "by": None if trial.by is None else _case_json(trial.by),
    }
