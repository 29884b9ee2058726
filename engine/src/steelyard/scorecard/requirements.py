"""Requirements: what was observed, what is needed, and how far one is from the other."""

from dataclasses import replace
from datetime import date

from steelyard.plan.structure import Atom, Comparison, Requirement
from steelyard.scorecard.model import AtomResult, Exact, RequirementResult, Value, minus
from steelyard.scorecard.reading import TraceReader


def requirement_result(trace: TraceReader, requirement: Requirement) -> RequirementResult:
    """Return a requirement's verdict and its comparisons."""
    status = trace.word(requirement.status)
    atoms = tuple(_atom(trace, atom) for atom in requirement.atoms)
    first = next((atom for atom in atoms if atom.met is not True), atoms[0] if atoms else None)
    return RequirementResult(
        id=requirement.id,
        title=requirement.title,
        status=status,
        met={"met": True, "not_met": False}.get(status),
        observed=first.observed if first else None,
        needed=first.needed if first else None,
        distance=first.distance if first else None,
        combine=requirement.combine,
        atoms=atoms,
        text=requirement.text,
        remedy=requirement.remedy,
    )


def _atom(trace: TraceReader, atom: Atom) -> AtomResult:
    node = trace.of_plan.plan.nodes[atom.observed]
    if node.op == "has":
        holds = trace.flag(atom.test)
        return AtomResult(
            comparison="given" if atom.comparison == "is" else "not given",
            title=trace.of_plan.name(node.name).title,
            facts=(trace.of_plan.name(node.name),),
            observed=trace.flag(atom.observed),
            needed=None,
            unit=None,
            members=(),
            met=holds,
            distance=None,
        )
    atom = _fact_first(trace, atom)
    observed = trace.known(atom.observed)
    needed = None if atom.needed is None else trace.known(atom.needed)
    unit = _unit(trace, atom)
    if isinstance(needed, Exact) and needed.unit != unit:
        needed = replace(needed, unit=unit)  # a number in a condition has the unit of the fact
    is_known = observed is not None and (atom.needed is None or needed is not None)
    met = trace.flag(atom.test) if is_known else None
    names = trace.of_plan.facts_below(atom.observed)
    return AtomResult(
        comparison=atom.comparison,
        title=trace.of_plan.title(atom.observed),
        facts=tuple(trace.of_plan.name(name) for name in names),
        observed=observed,
        needed=needed,
        unit=unit,
        members=atom.members,
        met=met,
        distance=_distance(atom.comparison, observed, needed, met=met),
    )


_TURNED: dict[Comparison, Comparison] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _fact_first(trace: TraceReader, atom: Atom) -> Atom:
    """Turn `as_of <= expiry` round: what the merchant can change is what is observed."""
    below = trace.of_plan.facts_below
    if atom.needed is None or below(atom.observed) or not below(atom.needed):
        return atom
    turned = _TURNED.get(atom.comparison, atom.comparison)
    return replace(atom, comparison=turned, observed=atom.needed, needed=atom.observed)


def _unit(trace: TraceReader, atom: Atom) -> str | None:
    nodes = trace.of_plan.plan.nodes
    named = None if atom.needed is None else nodes[atom.needed].type.unit
    return nodes[atom.observed].type.unit or named


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
