"""Branches of requirements and gates: what was observed, what is needed, the distance."""

from steelyard.model.texts import Language
from steelyard.report.explanation.branches import Branch, Kind
from steelyard.report.wording.messages import say
from steelyard.report.wording.reasons import requirement_lines, requirement_mark
from steelyard.scorecard.model import RequirementResult


def requirement_branch(
    requirement: RequirementResult,
    language: Language,
    kind: Kind = "requirement",
    *,
    takes: bool = False,
) -> Branch:
    """Return the branch of a requirement; each of several comparisons is a branch of its own.

    `takes` says that it belongs to a deduction.
    """
    first, *rest = requirement_lines(requirement, language, takes=takes)
    notes: list[str] = []
    if requirement.status == "not_met" and requirement.remedy is not None and not takes:
        notes.append(say("remedy", language, remedy=requirement.remedy.of(language)))
    return Branch(
        kind=kind,
        id=requirement.id,
        title=first,
        outcome=requirement.status,
        mark=requirement_mark(requirement.status, takes=takes),
        notes=tuple(notes),
        children=tuple(Branch("comparison", "", line.strip()) for line in rest),
    )
