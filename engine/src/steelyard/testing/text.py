"""Cases, coverage and mutation of a book's rules as text and as JSON data."""

from collections.abc import Iterable, Sequence
from typing import Any, get_args

from steelyard.errors.output import place_json
from steelyard.testing.cases import CaseResult
from steelyard.testing.mutants import Mutant
from steelyard.testing.mutation import Trial, Verdict
from steelyard.testing.targets import Target

Counts = Iterable[tuple[str, int, int]]  # kind of part, touched, all

_KINDS = {
    "ruleset": "rulesets",
    "scene": "scenes",
    "gate": "answers of gates",
    "exemption": "answers of exemptions",
    "metric": "outcomes of metrics",
    "band": "bands and segments",
    "item": "outcomes of items",
    "requirement": "answers of requirements",
    "row": "rows of decision tables",
    "veto": "answers of vetoes",
    "cap": "caps that cut",
    "tier": "tiers",
    "badge": "answers of badges",
    "branch": "answers of comparisons",
}


def cases_text(book: str, cases: Sequence[CaseResult]) -> str:
    """Return every failed case, and the number of cases that passed."""
    if not cases:
        return f"{book}: no cases\n"
    lines: list[str] = []
    failed = [case for case in cases if not case.passed]
    for case in failed:
        lines += [f"{case.place}: {case.name}", *(f"    {text}" for text in case.differences)]
    lines.append(f"{book}: {len(cases) - len(failed)} cases passed, {len(failed)} failed")
    return "".join(f"{line}\n" for line in lines)


def cases_json(cases: Sequence[CaseResult]) -> dict[str, Any]:
    """Return every case as JSON data."""
    passed = sum(case.passed for case in cases)
    return {
        "passed": passed,
        "failed": len(cases) - passed,
        "cases": [
            {
                **_case_json(case),
                "passed": case.passed,
                "differences": list(case.differences),
            }
            for case in cases
        ],
    }


def _case_json(case: CaseResult) -> dict[str, Any]:
    return {"name": case.name, "file": case.place.file, "line": case.place.line}


def coverage_text(counts: Counts, untouched: Sequence[Target]) -> str:
    """Return how many parts of each kind the cases touch, and every part that they do not."""
    rows = [(_KINDS[kind], touched, total) for kind, touched, total in counts]
    width = max((len(words) for words, _, _ in rows), default=0)
    all_touched, all_parts = sum(row[1] for row in rows), sum(row[2] for row in rows)
    lines = ["", f"touched by cases: {all_touched} of {all_parts}"]
    lines += [f"  {words:{width}}  {touched} of {total}" for words, touched, total in rows]
    if untouched:
        lines += ["", "touched by no case:"]
        lines += [f"  {target.place}: {_target_name(target)}" for target in untouched]
    return "".join(f"{line}\n" for line in lines)


def _target_name(target: Target) -> str:
    part = f"{target.kind} {target.part}" if target.part else target.kind
    return f"{part}: {target.what}"


def coverage_json(counts: Counts, untouched: Sequence[Target]) -> dict[str, Any]:
    """Return the coverage as JSON data."""
    return {
        "counts": {kind: {"touched": touched, "of": total} for kind, touched, total in counts},
        "untouched": [
            {
                "kind": target.kind,
                "part": target.part,
                "what": target.what,
                **place_json(target.place),
            }
            for target in untouched
        ],
    }


def mutation_text(trials: Sequence[Trial]) -> str:
    """Return the share of mutants that some case notices, and every mutant that none notices."""
    counts = _counts(trials)
    noticed, judged = counts["noticed"], counts["noticed"] + counts["unnoticed"]
    share = f" ({percent(noticed, judged)} %)" if judged else ""
    lines = ["", f"mutants noticed: {noticed} of {judged}{share}"]
    others = [f"{counts['refused']} are not valid rules"] if counts["refused"] else []
    others += [f"{counts['equivalent']} change nothing"] if counts["equivalent"] else []
    if others:
        lines.append(f"not counted: {', '.join(others)}")
    unnoticed = [trial.mutant for trial in trials if trial.verdict == "unnoticed"]
    if unnoticed:
        lines += ["", "noticed by no case:"]
        lines += [
            f"  {mutant.place}: {_mutant_name(mutant)}: {mutant.old} → {mutant.new}"
            for mutant in unnoticed
        ]
    return "".join(f"{line}\n" for line in lines)


def percent(part: int, total: int) -> str:
    """Return a share in per cent with one decimal, never rounded up: 99.99 % is not all."""
    tenths = part * 1000 // total
    return f"{tenths // 10}.{tenths % 10}"


def mutation_json(trials: Sequence[Trial]) -> dict[str, Any]:
    """Return every mutant as JSON data, with the case that noticed it."""
    return {
        **_counts(trials),
        "mutants": [
            {
                **place_json(trial.mutant.place),
                "kind": trial.mutant.kind,
                "part": trial.mutant.part,
                "key": trial.mutant.key,
                "old": trial.mutant.old,
                "new": trial.mutant.new,
                "verdict": trial.verdict,
                "by": None if trial.by is None else _case_json(trial.by),
            }
            for trial in trials
        ],
    }


def _counts(trials: Sequence[Trial]) -> dict[str, int]:
    verdicts = get_args(Verdict)
    return {name: sum(trial.verdict == name for trial in trials) for name in verdicts}


def _mutant_name(mutant: Mutant) -> str:
    part = f"{mutant.part} {mutant.key}" if mutant.part else mutant.key
    return f"{mutant.kind}, {part}"
