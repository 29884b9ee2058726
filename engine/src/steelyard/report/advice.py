"""The section "What would help": the changes that would raise the score, the largest first."""

from collections.abc import Iterator
from typing import NamedTuple

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
from steelyard.scorecard.values import Exact

_HOPEFUL = ("awarded", "not_met", "not_assessed", "no_data", "vetoed")


class Advice(NamedTuple):
    """A part of the score that could give more, by how much at most, and how."""

    part: MetricResult | ItemResult
    worth: Exact
    is_deduction: bool = False


def help_lines(card: Scorecard, language: Language) -> list[str]:
    """Return the section, or nothing where there is no score to raise."""
    if card.score is None:
        return []
    heading = say("section.help", language)
    if card.unrounded is not None and card.unrounded.decimal >= card.high.decimal:
        return [heading, f"  {say('help.nothing', language)}"]
    lines = [heading]
    for part, worth, is_deduction in advice(card):
        key = "help.deduction" if is_deduction else "help.upto"
        note = say(key, language, points=points(worth))
        title = part.title.of(language)
        lines.append(f"  {say('with_note', language, text=title, note=note)}")
        lines += [f"      {line}" for line in steps(part, card, language)]
    return lines if len(lines) > 1 else [heading, f"  {say('help.none', language)}"]


def advice(card: Scorecard) -> list[Advice]:
    """Return the items, deductions and metrics that could raise the score, the largest first."""
    items = [
        Advice(item, item.at_stake, is_deduction)
        for items, is_deduction in ((card.items, False), (card.deductions, True))
        for item in items
        if item.at_stake is not None
        and item.at_stake.value > 0
        and (item.outcome == "awarded" if is_deduction else item.outcome in _HOPEFUL)
    ]
    metrics = [
        Advice(metric, max((one.gain for one in metric.improvements), key=lambda gain: gain.value))
        for dimension in card.dimensions
        for metric in dimension.metrics
        if metric.improvements
    ]
    return sorted(items + metrics, key=lambda one: -one.worth.decimal)


def steps(part: MetricResult | ItemResult, card: Scorecard, language: Language) -> Iterator[str]:
    """Yield how to raise the score by a part: better values, remedies, facts to give."""
    if isinstance(part, MetricResult):
        for improvement in part.improvements:
            yield _improvement_line(improvement, card, language)
        return
    if part.outcome == "awarded":
        if part in card.items:
            yield say("help.more", language)
        return
    if part.outcome == "vetoed":
        yield from veto_lines(part, card, language)
        return
    if part.outcome == "no_data":
        yield from missing_lines(part.missing, language)
    for requirement in (*part.gates, *part.requirements):
        if requirement.status == "not_met":
            yield _step(requirement, language)


def _improvement_line(improvement: Improvement, card: Scorecard, language: Language) -> str:
    tier = next((tier.title for tier in card.tiers if tier.id == improvement.tier), None)
    return say(
        "help.value" if tier is None else "help.tier", language,
        fact=improvement.fact.title.of(language),
        needed=show(improvement.needed, language),
        observed=show(improvement.observed, language),
        points=points(improvement.gain),
        score=points(improvement.score),
        tier="" if tier is None else tier.of(language),
    )  # fmt: skip


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
