"""Advice: the items and metrics that can raise the score, the largest rise first."""

from collections.abc import Iterator

from steelyard.model.texts import Language
from steelyard.report.wording.messages import say
from steelyard.report.wording.reasons import (
    atom_line,
    missing_lines,
    requirement_lines,
    requirement_title,
    veto_lines,
)
from steelyard.report.wording.values import points, show
from steelyard.scorecard.model import (
    Exact,
    Improvement,
    ItemResult,
    MetricResult,
    RequirementResult,
    Scorecard,
)

_CAN_IMPROVE = ("awarded", "not_met", "not_assessed", "no_data", "vetoed")

_Entry = tuple[Exact, str, str, list[str]]  # the possible rise, title, note, steps


def improvements(card: Scorecard, language: Language) -> list[tuple[str, str, list[str]]]:
    """Return title, possible rise and steps of each part that can raise the score."""
    entries = [*_item_entries(card, language), *_metric_entries(card, language)]
    entries.sort(key=lambda entry: -entry[0].decimal)
    return [(title, note, steps) for _, title, note, steps in entries]


def _item_entries(card: Scorecard, language: Language) -> Iterator[_Entry]:
    """Yield an entry for each item or deduction that can raise the score."""
    for items, deduction in ((card.items, False), (card.deductions, True)):
        for item in items:
            can_improve = item.outcome == "awarded" if deduction else item.outcome in _CAN_IMPROVE
            if can_improve and item.at_stake is not None and item.at_stake.value > 0:
                key = "help.deduction" if deduction else "help.upto"
                note = say(key, language, points=points(item.at_stake))
                steps = list(_steps(item, card, language))
                yield item.at_stake, item.title.of(language), note, steps


def _metric_entries(card: Scorecard, language: Language) -> Iterator[_Entry]:
    """Yield an entry for each metric whose fact can have a better value."""
    metrics = (metric for dimension in card.dimensions for metric in dimension.metrics)
    for metric in metrics:
        if metric.improvements:
            best = max((part.gain for part in metric.improvements), key=lambda gain: gain.decimal)
            note = say("help.upto", language, points=points(best))
            steps = [_change(part, metric, card, language) for part in metric.improvements]
            yield best, metric.title.of(language), note, steps


def _change(
    improvement: Improvement, metric: MetricResult, card: Scorecard, language: Language
) -> str:
    """Return another value of a fact, with the score that it gives."""
    parts = {
        "needed": show(improvement.needed, language),
        "observed": show(improvement.observed, language),
        "points": points(improvement.gain),
        "score": points(improvement.score, improvement.score.decimals),
    }
    tier = next((tier for tier in card.tiers if tier.id == improvement.tier), None)
    if tier is None:
        text = say("help.metric", language, **parts)
    else:
        text = say("help.metric.tier", language, **parts, tier=tier.title.of(language))
    title = improvement.fact.title.of(language)
    if title == metric.title.of(language):
        return text
    return say("observed", language, title=title, observed=text)


def _steps(item: ItemResult, card: Scorecard, language: Language) -> Iterator[str]:
    """Yield the steps to improve an item: remedies, missing facts, requirements not met."""
    if item.outcome == "awarded":
        if item in card.items:
            yield say("help.more", language)
        return
    if item.outcome == "vetoed":
        yield from veto_lines(item, card, language)
        return
    if item.outcome == "no_data":
        yield from missing_lines(item.missing, language)
    for requirement in (*item.gates, *item.requirements):
        if requirement.status == "not_met":
            yield _step(requirement, language)


def _step(requirement: RequirementResult, language: Language) -> str:
    if requirement.remedy is not None:
        return requirement.remedy.of(language)
    if requirement.combine == "other" or len(requirement.atoms) == 1:
        return " ".join(requirement_lines(requirement, language))
    return say(
        "observed", language, title=requirement_title(requirement, language),
        observed=_alternatives(_failing(requirement, 0, language), requirement.combine, language),
    )  # fmt: skip


def _alternatives(parts: list[str], combine: str, language: Language) -> str:
    return say("either" if combine == "any" else "sentences", language).join(parts)


def _failing(requirement: RequirementResult, clause: int, language: Language) -> list[str]:
    """Return the comparisons and clauses inside a clause that are not met."""
    single = [
        atom_line(atom, language)
        for atom in requirement.atoms
        if atom.clause == clause and atom.met is not True
    ]
    several = [
        _alternatives(_failing(requirement, number, language), part.combine, language)
        for number, part in enumerate(requirement.clauses, start=1)
        if part.parent == clause and part.met is not True
    ]
    alone = len(single) + len(several) == 1
    return [*single, *(text if alone else f"({text})" for text in several)]
