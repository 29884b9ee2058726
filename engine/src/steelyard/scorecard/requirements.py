"""Requirements: what was observed, what is needed, and how far one is from the other."""

from dataclasses import replace
from datetime import date

from steelyard.plan.structure import Atom, Requirement
from steelyard.scorecard.model import AtomResult, RequirementResult
from steelyard.scorecard.reading import TraceReader
from steelyard.scorecard.values import Exact, Value, minus


def requirement_result(trace: TraceReader, requirement: Requirement) -> RequirementResult:
    """Return a requirement's verdict and its comparisons."""
    status = trace.word(requirement.status)
    return RequirementResult(
        id=requirement.id,
        title=requirement.title,
        status=status,
        met={"met": True, "not_met": False}.get(status),
        combine=requirement.combine,
        atoms=tuple(_atom(trace, atom) for atom in requirement.atoms),
        text=requirement.text,
        remedy=requirement.remedy,
    )


def _atom(trace: TraceReader, atom: Atom) -> AtomResult:
    node = trace.of_plan.plan.nodes[atom.observed]
    if node.op == "has":
        holds = trace.flag(atom.test)
        return AtomResult(
            comparison="given" if atom.comparison == "is" else "not given",
            facts=(trace.of_plan.name(node.name),),
            observed=trace.flag(atom.observed),
            needed=None,
            members=(),
            met=holds,
            distance=None,
        )
    observed = trace.known(atom.observed)
    needed = None if atom.needed is None else trace.known(atom.needed)
    is_known = observed is not None and (atom.needed is None or needed is not None)
    met = trace.flag(atom.test) if is_known else None
    names = trace.of_plan.facts_below(atom.observed)
    return AtomResult(
        comparison=atom.comparison,
        facts=tuple(trace.of_plan.name(name) for name in names),
        observed=observed,
        needed=needed,
        members=atom.members,
        met=met,
        distance=_distance(atom.comparison, observed, needed, met=met),
    )


def _distance(
    comparison: str, observed: Value | None, needed: Value | None, *, met: bool | None
) -> Exact | None:
    """Return the least change of the observed value that would meet the comparison."""
    if met is None:
        return None
    if isinstance(observed, date) and isinstance(needed, date):
        gap = Exact(needed.toordinal() - observed.toordinal(), 0, "days")
    elif isinstance(observed, Exact) and isinstance(needed, Exact):
        gap = minus(needed, observed)
    else:
        return None
    if met:
        return replace(gap, value=0)
    if comparison == "!=":
        return None  # any change would do
    # past a strict limit by one step of the scale
    step = {">": 1, "<": -1}.get(comparison, 0)
    return replace(gap, value=gap.value + step)
