"""Branches of items and deductions."""

from steelyard.model.texts import Language
from steelyard.report.explanation.branches import Branch
from steelyard.report.explanation.requirements import requirement_branch
from steelyard.report.wording.messages import say
from steelyard.report.wording.reasons import cut_notes, missing_lines, veto_lines
from steelyard.report.wording.values import MINUS, points
from steelyard.scorecard.model import ItemResult, Scorecard

_MARKS = {"awarded": "✓", "not_met": "✗", "vetoed": "✗", "no_data": "?"}


def item_branch(
    item: ItemResult, card: Scorecard, language: Language, *, is_deduction: bool
) -> Branch:
    """Return the branch of an item: outcome, points through every cap, and every requirement."""
    kind = "deduction" if is_deduction else "item"
    notes = [say(f"{kind}.{item.outcome}", language)]
    notes += missing_lines(item.missing, language)
    notes += veto_lines(item, card, language)
    if item.outcome in ("awarded", "superseded"):
        notes += _way(item, language)
        notes += cut_notes(item, card, language) if item.outcome == "awarded" else ()
    if _is_hopeful(item, is_deduction=is_deduction):
        key = "help.deduction" if is_deduction else "stake"
        notes.append(say(key, language, points=points(item.at_stake)))
    notes += _background(item, language)
    children = [
        *([requirement_branch(item.scope, language, "scope")] if item.scope else []),
        *(requirement_branch(gate, language, "gate") for gate in item.gates),
        *(requirement_branch(one, language, takes=is_deduction) for one in item.requirements),
    ]
    return Branch(
        kind=kind,
        id=item.id,
        title=item.title.of(language),
        value=item.points,
        before=item.points_before_caps,
        value_text=_signed(item, is_deduction=is_deduction),
        outcome=item.outcome,
        mark=({"awarded": "!"} if is_deduction else _MARKS).get(item.outcome, "–"),
        notes=tuple(notes),
        children=tuple(children),
    )


def _way(item: ItemResult, language: Language) -> list[str]:
    """Return the points before caps and after each stage that cut them."""
    if all(cut.points == item.points_before_caps for cut in item.cuts):
        return []
    steps = [say("stage.before", language, points=points(item.points_before_caps))]
    before = item.points_before_caps
    for cut in item.cuts:
        if cut.points != before:
            name = say(f"stage.{cut.stage}", language)
            steps.append(say("stage.after", language, stage=name, points=points(cut.points)))
        before = cut.points
    return [" → ".join(steps)]


def _is_hopeful(item: ItemResult, *, is_deduction: bool) -> bool:
    if item.at_stake is None or item.at_stake.value == 0:
        return False
    if is_deduction:
        return item.outcome == "awarded"
    return item.outcome not in ("out_of_scope", "superseded")


def _background(item: ItemResult, language: Language) -> list[str]:
    notes = []
    if item.why:
        notes.append(say("why", language, why=item.why))
    if item.source:
        notes.append(say("source", language, source=item.source))
    if item.illustrative:
        notes.append(say("illustrative", language))
    return notes


def _signed(item: ItemResult, *, is_deduction: bool) -> str:
    if item.points is None:
        return ""
    if item.points.value == 0:
        return "0"
    return f"{MINUS}{points(item.points)}" if is_deduction else points(item.points, signed=True)
