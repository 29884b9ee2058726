"""Branches of items, deductions, requirements and gates."""

from steelyard.model.texts import Language
from steelyard.report.explanation.branches import Branch, Kind
from steelyard.report.notes import item_mark, item_points, source_notes, stages_text
from steelyard.report.wording.messages import say
from steelyard.report.wording.reasons import (
    cut_notes,
    missing_lines,
    requirement_lines,
    requirement_mark,
    veto_lines,
)
from steelyard.report.wording.values import points
from steelyard.scorecard.model import ItemResult, RequirementResult, Scorecard


def item_branch(
    item: ItemResult, card: Scorecard, language: Language, *, deduction: bool
) -> Branch:
    """Return the branch of an item: outcome, points after every cap, and every requirement.

    `deduction` is true if the item is a deduction.
    """
    kind = "deduction" if deduction else "item"
    notes = [say(f"{kind}.{item.outcome}", language)]
    notes += missing_lines(item.missing, language)
    notes += veto_lines(item, card, language)
    if item.outcome in ("awarded", "superseded"):
        if any(cut.points != item.points_before_caps for cut in item.cuts):
            notes.append(stages_text(item.points_before_caps, item.cuts, language))
        notes += cut_notes(item, card, language) if item.outcome == "awarded" else ()
    if _can_improve(item, deduction=deduction):
        key = "help.deduction" if deduction else "stake"
        notes.append(say(key, language, points=points(item.at_stake)))
    notes += [say("why", language, why=item.why)] if item.why else []
    notes += source_notes(item, language)
    children = [
        *([requirement_branch(item.scope, language, "scope")] if item.scope else []),
        *(requirement_branch(gate, language, "gate") for gate in item.gates),
        *(requirement_branch(part, language, deduction=deduction) for part in item.requirements),
    ]
    return Branch(
        kind=kind,
        id=item.id,
        title=item.title.of(language),
        value=item.points,
        before=item.points_before_caps,
        value_text=item_points(item, deduction=deduction),
        outcome=item.outcome,
        mark=item_mark(item.outcome, deduction=deduction),
        notes=tuple(notes),
        children=tuple(children),
    )


def _can_improve(item: ItemResult, *, deduction: bool) -> bool:
    if item.at_stake is None or item.at_stake.value == 0:
        return False
    if deduction:
        return item.outcome == "awarded"
    return item.outcome not in ("out_of_scope", "superseded")


def requirement_branch(
    requirement: RequirementResult,
    language: Language,
    kind: Kind = "requirement",
    *,
    deduction: bool = False,
) -> Branch:
    """Return the branch of a requirement; each of several comparisons is a branch of its own.

    `deduction` is true if it belongs to a deduction.
    """
    first, *rest = requirement_lines(requirement, language, deduction=deduction)
    notes: list[str] = []
    if requirement.status == "not_met" and requirement.remedy is not None and not deduction:
        notes.append(say("remedy", language, remedy=requirement.remedy.of(language)))
    return Branch(
        kind=kind,
        id=requirement.id,
        title=first,
        outcome=requirement.status,
        mark=requirement_mark(requirement.status, deduction=deduction),
        notes=tuple(notes),
        children=tuple(Branch("comparison", "", line.strip()) for line in rest),
    )
