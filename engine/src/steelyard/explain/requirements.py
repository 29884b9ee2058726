"""Branches of requirements and gates: what was observed, what is needed, the distance."""

from steelyard.explain.branches import Branch, Kind
from steelyard.model.texts import Language
from steelyard.scorecard.model import RequirementResult
from steelyard.wording.messages import say
from steelyard.wording.reasons import MARKS, requirement_lines


def requirement_branch(
    requirement: RequirementResult, language: Language, kind: Kind = "requirement"
) -> Branch:
    """Return the branch of a requirement; each of several comparisons is a branch of its own."""
    first, *rest = requirement_lines(requirement, language)
    notes: list[str] = []
    if requirement.status == "not_met" and requirement.remedy is not None:
        notes.append(say("remedy", language, remedy=requirement.remedy.of(language)))
    return Branch(
        kind=kind,
        id=requirement.id,
        title=first,
        outcome=requirement.status,
        mark=MARKS[requirement.status],
        notes=tuple(notes),
        children=tuple(Branch("comparison", "", line.strip()) for line in rest),
    )
