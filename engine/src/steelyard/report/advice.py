"""Advice: the items that can raise the score, the largest rise first."""

from collections.abc import Iterator

from steelyard.model.texts import Language
from steelyard.report.wording.messages import say
from steelyard.report.wording.reasons import atom_line, missing_lines, requirement_lines, veto_lines
from steelyard.report.wording.values import points
from steelyard.scorecard.model import ItemResult, RequirementResult, Scorecard

_HOPEFUL = ("awarded", "not_met", "not_assessed", "no_data", "vetoed")


def help_lines(card: Scorecard, language: Language) -> list[str]:
    """Return the section on improvements; empty if the merchant has no score."""
    if card.score is None:
        return []
    heading = say("section.help", language)
    if card.unrounded is not None and card.unrounded.decimal >= card.high.decimal:
        return [heading, f"  {say('help.nothing', language)}"]
    lines = [heading]
    for item, is_deduction in at_stake(card):
        key = "help.deduction" if is_deduction else "help.upto"
        worth = say(key, language, points=points(item.at_stake))
        title = item.title.of(language)
        lines.append(f"  {say('with_note', language, text=title, note=worth)}")
        lines += [f"      {line}" for line in steps(item, card, language)]
    return lines if len(lines) > 1 else [heading, f"  {say('help.none', language)}"]


def at_stake(card: Scorecard) -> list[tuple[ItemResult, bool]]:
    """Return the items and deductions (True) that can raise the score, the largest rise first."""
    pairs = [
        (item, is_deduction)
        for items, is_deduction in ((card.items, False), (card.deductions, True))
        for item in items
        if item.at_stake is not None
        and item.at_stake.value > 0
        and (item.outcome == "awarded" if is_deduction else item.outcome in _HOPEFUL)
    ]
    return sorted(pairs, key=lambda pair: -_stake(pair[0]))


def _stake(item: ItemResult) -> int:
    assert item.at_stake is not None
    return item.at_stake.value


def steps(item: ItemResult, card: Scorecard, language: Language) -> Iterator[str]:
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
