"""Advice: the items and metrics that can raise the score, the largest rise first."""

from collections.abc import Iterator
from decimal import Decimal

from steelyard.model.texts import Language
from steelyard.report.wording.messages import say
from steelyard.report.wording.reasons import atom_line, missing_lines, requirement_lines, veto_lines
from steelyard.report.wording.values import points, show
from steelyard.scorecard.model import (
    Improvement,
    ItemResult,
    MetricResult,
    RequirementResult,
    Scorecard,
)

_CAN_IMPROVE = ("awarded", "not_met", "not_assessed", "no_data", "vetoed")


def help_lines(card: Scorecard, language: Language) -> list[str]:
    """Return the section on improvements; empty if the merchant has no score."""
    if card.score is None:
        return []
    heading = say("section.help", language)
    if card.unrounded is not None and card.unrounded.decimal >= card.high.decimal:
        return [heading, f"  {say('help.nothing', language)}"]
    entries = [*_item_entries(card, language), *_metric_entries(card, language)]
    if not entries:
        return [heading, f"  {say('help.none', language)}"]
    entries.sort(key=lambda entry: -entry[0])
    return [heading, *(line for _, lines in entries for line in lines)]


def _item_entries(card: Scorecard, language: Language) -> Iterator[tuple[Decimal, list[str]]]:
    """Yield how much an item or deduction can raise the score, with its lines."""
    for items, deduction in ((card.items, False), (card.deductions, True)):
        for item in items:
            can_improve = item.outcome == "awarded" if deduction else item.outcome in _CAN_IMPROVE
            if can_improve and item.at_stake is not None and item.at_stake.value > 0:
                key = "help.deduction" if deduction else "help.upto"
                note = say(key, language, points=points(item.at_stake))
                head = say("with_note", language, text=item.title.of(language), note=note)
                steps = _steps(item, card, language)
                yield item.at_stake.decimal, [f"  {head}", *(f"      {step}" for step in steps)]


def _metric_entries(card: Scorecard, language: Language) -> Iterator[tuple[Decimal, list[str]]]:
    """Yield how much another value of a metric's fact can raise the score, with its lines."""
    metrics = (metric for dimension in card.dimensions for metric in dimension.metrics)
    for metric in metrics:
        if metric.improvements:
            best = max((part.gain for part in metric.improvements), key=lambda gain: gain.decimal)
            note = say("help.upto", language, points=points(best))
            head = say("with_note", language, text=metric.title.of(language), note=note)
            steps = (_change(part, metric, card, language) for part in metric.improvements)
            yield best.decimal, [f"  {head}", *(f"      {step}" for step in steps)]


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
    failing = [atom for atom in requirement.atoms if atom.met is not True]
    if len(requirement.atoms) == 1 or not failing:
        return requirement_lines(requirement, language)[0]
    parts = [atom_line(atom, language) for atom in failing]
    return say(
        "observed", language, title=requirement.title.of(language),
        observed=say("sentences", language).join(parts),
    )  # fmt: skip
