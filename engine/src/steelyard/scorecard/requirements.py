"""Results of requirements: their comparisons with the values of one merchant."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from steelyard.model.texts import Text
from steelyard.plan.structure import Atom, Clause, Requirement
from steelyard.scorecard.formulas import formula, quotient, unit_of
from steelyard.scorecard.model import (
    AtomResult,
    Calculation,
    ClauseResult,
    Exact,
    FactName,
    Formula,
    RecordName,
    RecordsResult,
    RequirementResult,
    Term,
    Value,
    minus,
)
from steelyard.scorecard.reading import TraceReader

# whether the test of a node over records holds for each record; None where a field is missing
TestRecords = Callable[[int, int | None], tuple[bool | None, ...]]

_OVER = {
    ("any_record", "is"): "some", ("any_record", "is not"): "none",
    ("all_records", "is"): "all", ("all_records", "is not"): "not all",
}  # fmt: skip
_TESTS = frozenset(("count_records", "any_record", "all_records"))
_FEWER = ("<", "<=", "none", "not all")  # met by records for which the test does not hold
_EQUAL = ("==", "!=", "in", "not in")


def requirement_result(
    trace: TraceReader, requirement: Requirement, test_records: TestRecords | None = None
) -> RequirementResult:
    """Return a requirement's verdict and the comparisons that matter for the merchant.

    Without `test_records`, the results of tests over records do not list the records.
    """
    status = trace.word(requirement.status)
    numbers = _relevant(trace, requirement.clauses)
    atoms = tuple(
        _atom(trace, atom, numbers[atom.clause], test_records)
        for atom in requirement.atoms
        if atom.clause in numbers
    )
    first = next((atom for atom in atoms if atom.met is not True), atoms[0] if atoms else None)
    return RequirementResult(
        id=requirement.id,
        title=requirement.title,
        title_not_met=requirement.title_not_met,
        unnamed=requirement.unnamed,
        status=status,
        met={"met": True, "not_met": False}.get(status),
        observed=first.observed if first else None,
        needed=first.needed if first else None,
        distance=first.distance if first else None,
        combine=requirement.combine,
        atoms=atoms,
        clauses=_clauses(requirement.clauses, numbers, atoms),
        text=requirement.text,
        remedy=requirement.remedy,
    )


def _relevant(trace: TraceReader, clauses: tuple[Clause, ...]) -> dict[int, int]:
    """Return the clauses that matter, and their numbers among those; 0 is the requirement."""
    numbers = {0: 0}
    for number, clause in enumerate(clauses, start=1):
        known = clause.guard_known is None or trace.flag(clause.guard_known)
        if clause.parent in numbers and (
            clause.guard is None or (known and trace.flag(clause.guard))
        ):
            numbers[number] = len(numbers)
    return numbers


def _clauses(
    clauses: tuple[Clause, ...], numbers: dict[int, int], atoms: tuple[AtomResult, ...]
) -> tuple[ClauseResult, ...]:
    """Return the clauses that matter, each with whether it is met; inner clauses come later."""
    found: dict[int, ClauseResult] = {}
    for old, number in sorted(numbers.items(), reverse=True):
        if old == 0:
            continue
        clause = clauses[old - 1]
        inside = [atom.met for atom in atoms if atom.clause == number]
        inside += [part.met for part in found.values() if part.parent == number]
        met = combined(clause.combine, inside)
        found[number] = ClauseResult(clause.combine, numbers[clause.parent], met)
    return tuple(found[number] for number in sorted(found))


def combined(combine: str, parts: Iterable[bool | None]) -> bool | None:
    """Return whether all or any of some tests hold; None if missing facts leave it open."""
    known = list(parts)
    deciding = combine == "any"
    if deciding in known:
        return deciding
    return None if None in known else not deciding


def _atom(
    trace: TraceReader, atom: Atom, clause: int, test_records: TestRecords | None
) -> AtomResult:
    plan = trace.of_plan.plan
    observed = _side(trace, atom.observed, atom.observed_known)
    needed = _side(trace, atom.needed, atom.needed_known)
    unit = _unit(trace, atom)
    # a number in a condition has the unit of the fact
    observed, needed = (_in_unit(side, unit) for side in (observed, needed))
    is_known = observed is not None and (atom.needed is None or needed is not None)
    met = trace.flag(atom.test) if is_known else None
    node = plan.nodes[atom.observed]
    comparison = _OVER.get((node.mode or node.op, atom.comparison), atom.comparison)
    if node.op == "has":
        comparison = "given" if atom.comparison == "is" else "not given"
    members = _members(trace, atom)
    is_more = isinstance(observed, Exact) and any(
        isinstance(limit, Exact) and observed.decimal >= limit.decimal
        for limit in (needed, *members)
    )
    records = _records(trace, atom, comparison, test_records, met=met, is_more=is_more)
    shown = frozenset(atom.shown)
    calculated = formula(trace, atom.observed, shown)
    part, whole = None, None
    if atom.part is not None and observed is not None:
        part, whole = quotient(trace, atom.observed)
    title = _title(trace, atom, calculated)
    return AtomResult(
        comparison=comparison,
        title=title,
        facts=tuple(map(trace.of_plan.name, trace.of_plan.facts_below(atom.observed)))
        or ((trace.of_plan.name(node.name),) if node.name else ()),
        observed=observed,
        observed_formula=None if title is not None else _named(calculated),
        needed=needed,
        needed_formula=None if atom.needed is None else _named(formula(trace, atom.needed, shown)),
        unit=unit,
        members=members,
        part=part,
        whole=whole,
        records=records,
        missing=() if is_known else _missing(trace, atom),
        met=met,
        distance=_distance(trace, atom, observed, needed, met=met),
        clause=clause,
    )


def _side(trace: TraceReader, index: int | None, known: int | None) -> Value | None:
    if index is None or (known is not None and not trace.flag(known)):
        return None
    return trace.value(index)


def _in_unit(side: Value | None, unit: str | None) -> Value | None:
    return replace(side, unit=unit) if isinstance(side, Exact) else side


def _named(made: Formula | None) -> Formula | None:
    """Return a formula, None for a plain value, which says all by itself."""
    return made if isinstance(made, Calculation | Term) else None


def _title(trace: TraceReader, atom: Atom, made: Formula | None) -> Text | None:
    if isinstance(made, Calculation):
        return None
    if isinstance(made, Term):
        return made.title if made.fold in ("", "count") else None
    return trace.of_plan.title(atom.observed)


def _missing(trace: TraceReader, atom: Atom) -> tuple[FactName, ...]:
    """Return the facts and fields that a comparison lacks."""
    masks = (atom.observed_known, atom.needed_known)
    return trace.lacking([known for known in masks if known is not None])


def _members(trace: TraceReader, atom: Atom) -> tuple[Value, ...]:
    """Return the values that the observed value is looked for among."""
    if atom.comparison not in ("in", "not in"):
        return ()
    nodes = trace.of_plan.plan.nodes
    test = nodes[atom.test]
    test = nodes[test.args[0]] if test.op == "not" else test
    kind = nodes[atom.observed].type
    return tuple(trace.of_plan.typed(member, kind) for member in test.members)


def _unit(trace: TraceReader, atom: Atom) -> str | None:
    nodes = trace.of_plan.plan.nodes
    named = None if atom.needed is None else unit_of(trace, atom.needed)
    return unit_of(trace, atom.observed) if nodes[atom.observed].type.unit else named


def _records(
    trace: TraceReader,
    atom: Atom,
    comparison: str,
    test_records: TestRecords | None,
    *,
    met: bool | None,
    is_more: bool,
) -> RecordsResult | None:
    """Return for which records the test of a comparison holds.

    `is_more` tells whether the observed number is at least the needed one, or one of them.
    """
    plan = trace.of_plan.plan
    index = atom.observed if atom.part is None else atom.part
    node = plan.nodes[index]
    if node.op not in _TESTS or test_records is None or node.name not in trace.given:
        return None
    results = test_records(index, atom.observed_known if atom.part is None else None)
    # those that hold are too many, or are what meets it
    holds = is_more if comparison in _EQUAL else (comparison in _FEWER) is (met is False)
    listed = () if met is None else _named_records(trace, node.name, results, holds=holds)
    return RecordsResult(
        holding=results.count(True),
        total=len(results),
        holds=holds,
        listed=listed,
        unknown=results.count(None),
    )


def _named_records(
    trace: TraceReader, fact: str, results: tuple[bool | None, ...], *, holds: bool
) -> tuple[RecordName, ...]:
    declared = trace.of_plan.facts[fact]
    records = trace.given[fact]
    assert isinstance(records, tuple)
    named: list[RecordName] = []
    for number, (record, result) in enumerate(zip(records, results, strict=True), start=1):
        if result is holds:
            key: list[Value] = []
            for name in declared.key:
                field, value = declared.field(name), record.get(name)
                if field is None or field.type == "id" or not isinstance(value, int):
                    key += [] if value is None else [str(value)]
                else:
                    key.append(trace.of_plan.typed(value, field.value_type))
            named.append(RecordName(number, tuple(key)))
    return tuple(named)


def _distance(
    trace: TraceReader, atom: Atom, observed: Value | None, needed: Value | None, *,
    met: bool | None,
) -> Exact | None:  # fmt: skip
    """Return the least change of the observed value that would meet the comparison."""
    if met is None:
        return None
    if isinstance(observed, date) and isinstance(needed, date):
        observed, needed = (Exact(day.toordinal(), 0, "days") for day in (observed, needed))
    if not isinstance(observed, Exact) or not isinstance(needed, Exact):
        return None
    gap = minus(needed, observed)
    if met:
        return replace(gap, value=0)
    below = trace.of_plan.facts_below
    both = atom.needed is not None and set(below(atom.observed)) & set(below(atom.needed))
    if atom.comparison == "!=" or both:
        return None  # any change would do, or the limit moves with the value
    # the smallest step of the observed value that reaches the limit, or passes a strict one
    step = 10 ** (gap.decimals - observed.decimals)
    floor, rest = divmod(gap.value, step)
    if rest and atom.comparison == "==":
        return None
    steps = {
        ">=": floor + (rest > 0), ">": floor + 1, "<=": floor, "<": floor - (rest == 0),
        "==": floor,
    }[atom.comparison]  # fmt: skip
    return Exact(steps, observed.decimals, gap.unit)
