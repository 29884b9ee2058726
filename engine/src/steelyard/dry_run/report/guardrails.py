"""Verdicts of guardrails: one line each for people and one for all, and the same as data."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from steelyard.dry_run.guardrails.measures import NOTHING_TO_ANNOUNCE
from steelyard.dry_run.guardrails.model import Observation, Outcome, RunVerdict, Value, Verdict
from steelyard.dry_run.impact.model import CaseName
from steelyard.dry_run.report.json import to_data
from steelyard.model.texts import Language
from steelyard.report.wording.messages import say
from steelyard.report.wording.values import points, show
from steelyard.scorecard.model import Exact

_MARKS: dict[Outcome, str] = {"fail": "✗", "pass": "✓", "too_few": "?"}


def run_line(verdict: RunVerdict, language: Language) -> str:
    """Return the verdict on a dry run in one line: `Verdict: FAIL (1 failed, 9 passed)`."""
    found = Counter(one.outcome for one in verdict.verdicts)
    parts = [
        say(f"verdict.count.{outcome}", language, count=f"{found[outcome]:,}")
        for outcome in _MARKS
        if found[outcome]
    ]
    line = say(f"verdict.{verdict.outcome}", language)
    if not parts:
        return line
    return say("with_note", language, text=line, note=say("list", language).join(parts))


def case_label(case: CaseName, language: Language) -> str:
    """Return the days and the scene of a case: `2026-11-11 · scene double-11`."""
    days = " → ".join(dict.fromkeys((case.as_of, case.as_of_candidate)))
    return f"{days} · {say('scene', language, scene=case.scene)}" if case.scene else days


def verdict_line(verdict: Verdict, language: Language, *, with_case: bool = False) -> str:
    """Return a verdict in one line: `✓ Few fall: share(tier_down) is 1.2%, needs at most 2%`.

    Show the comparisons that agree with the verdict, and with `with_case` the days and the scene.
    """
    title = verdict.title.of(language)
    notes: list[str] = []
    if verdict.dimension:
        notes.append(verdict.segment_title.of(language) or verdict.segment or verdict.dimension)
    if with_case and verdict.case is not None:
        notes.append(case_label(verdict.case, language))
    if notes:
        title = say("with_note", language, text=title, note=" · ".join(notes))
    if verdict.outcome == "too_few":
        parts = {"merchants": f"{verdict.merchants:,}", "min": f"{verdict.min:,}"}
        found = say("guardrail.too_few", language, **parts)
    else:
        reasons = list(_reasons(verdict, language))
        condition = say("condition", language, text=verdict.condition)
        found = say("sentences", language).join(reasons or [condition])
    line = say("guardrail", language, title=title, found=found)
    return f"{_MARKS[verdict.outcome]} {line}"


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as data that `to_text` writes; numbers are tokens with exact digits.

    Dimension and segment are null for the whole population. Shares are fractions of 1.
    """
    data = to_data(verdict)
    for one in data["observations"]:
        one["needed_text"] = one["needed_text"] or None
    names = ("dimension", "segment", "why")
    data |= {name: data[name] or None for name in names}
    return data if verdict.segment else {**data, "segment_title": None}


def _reasons(verdict: Verdict, language: Language) -> Iterator[str]:
    """Yield the comparisons that explain the verdict."""
    passes = verdict.outcome == "pass"
    agreeing = [
        observation for observation in verdict.observations if (observation.holds is True) == passes
    ]
    # leave out a met `has(…)`: the comparison after it is the reason
    telling = [one for one in agreeing if not (passes and one.sign == "given")]
    for one in telling or agreeing or verdict.observations:
        yield _observation(one, language)


def _observation(one: Observation, language: Language) -> str:
    if one.sign in ("given", "not given"):
        there = (one.sign == "given") == bool(one.holds)
        key = "guardrail.has" if there else "guardrail.has_not"
        return say(key, language, measure=one.measure)
    if one.missing:
        observed = say("guardrail.missing", language, list=say("list", language).join(one.missing))
    else:
        value = _number(one.observed, language)
        observed = say("guardrail.observed", language, measure=one.measure, value=value)
    return say("needs", language, observed=observed, needed=_needed(one, language))


def _needed(one: Observation, language: Language) -> str:
    value = one.needed_text
    if one.needed is not None:
        value = _number(one.needed, language)
        if one.needed_text:
            value = say("with_note", language, text=value, note=one.needed_text)
    if one.sign == "not in":
        return say("guardrail.needs.not in", language, value=value)
    return say(f"needs.{one.sign}", language, value=value)


def _number(value: Value | None, language: Language) -> str:
    if isinstance(value, Exact) and (value.unit, value.value) == ("days", NOTHING_TO_ANNOUNCE):
        return say("guardrail.unlimited", language)
    if isinstance(value, Exact) and value.unit == "points":
        return points(value)
    return show(value, language)
