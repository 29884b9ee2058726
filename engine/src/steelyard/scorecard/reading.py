"""Reading a trace through the nodes of a plan: typed values, which are known, and requirements."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from steelyard.model.texts import Text
from steelyard.plan.nodes import nodes_below
from steelyard.plan.structure import Atom, Comparison, Item, Metric, Plan, Requirement
from steelyard.plan.trace import Facts, Trace, trace_nodes
from steelyard.scorecard.model import AtomResult, Exact, FactName, RequirementResult, Value, minus

_PLAIN = frozenset({"constant", "as_of", "has", "has_field"})


class PlanReader:
    """The parts of reading a trace that are the same for every merchant of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.nodes = trace_nodes(plan)
        self.titles = titles_of(plan)
        self.windows = {fact.id: fact.window for fact in plan.facts}
        self._facts: dict[int, tuple[str, ...]] = {}
        self._parts = _parts(plan)

    def name(self, fact: str) -> FactName:
        """Return the id and title of a fact, or of a field of its records (`fact.field`)."""
        return FactName(fact, self.titles.get(fact) or Text(fact, fact))

    def title(self, index: int) -> Text | None:
        """Return the title of a part of the score or of a fact; None for other values."""
        while index not in self._parts:
            node = self.plan.nodes[index]
            if node.op in ("fact", "size"):
                return self.name(node.name).title
            if node.op == "if":  # a part as conditions read it: 0 where it does not exist
                index = node.args[1]
            elif node.op == "scale_up":
                index = node.args[0]
            else:
                return None
        return self._parts[index]

    def facts_below(self, index: int) -> tuple[str, ...]:
        """Return the facts that a value cannot be computed without, in alphabetical order.

        A choice that tests the presence of a fact has a value with and without it, so the facts
        behind such a choice do not count.
        """
        if index not in self._facts:
            self._facts[index] = tuple(sorted(self._needed(index)))
        return self._facts[index]

    def _needed(self, root: int) -> set[str]:
        found: set[str] = set()
        seen, todo = {root}, [root]
        while todo:
            node = self.plan.nodes[todo.pop()]
            if node.op in _PLAIN or (node.op == "if" and self._asks_presence(node.args[0])):
                continue
            if node.name:
                found.add(node.name)
            for argument in node.args:
                if argument not in seen:
                    seen.add(argument)
                    todo.append(argument)
        return found

    def _asks_presence(self, root: int) -> bool:
        nodes = self.plan.nodes
        return any(nodes[index].op == "has" for index in nodes_below(nodes, [root]))


def titles_of(plan: Plan) -> dict[str, Text]:
    """Return the titles of facts by id, and of the fields of their records by `fact.field`."""
    fields = {
        f"{fact.id}.{field.name}": fact.title.before(field.title)
        for fact in plan.facts
        for field in fact.fields
    }
    return {**fields, **{fact.id: fact.title for fact in plan.facts}}


def _parts(plan: Plan) -> dict[int, Text]:
    """Return the titles of the parts of the score that conditions may read."""
    parts = {item.earned: item.title for item in (*plan.items, *plan.deductions)}
    parts |= {dimension.score: dimension.title for dimension in plan.dimensions}
    parts |= {plan.base.used: Text("Base score", "基础分"), plan.total.score: Text("Score", "得分")}
    # a constant is many things at once
    return {index: title for index, title in parts.items() if plan.nodes[index].args}


class TraceReader:
    """The values of one merchant."""

    def __init__(self, reader: PlanReader, trace: Trace, given: Facts) -> None:
        self.of_plan = reader
        self.given = given
        self._values: Mapping[int, int | bool] = dict(zip(reader.nodes, trace, strict=True))

    def raw(self, index: int) -> int:
        """Return the integer of a node."""
        return self._values[index]

    def flag(self, index: int) -> bool:
        """Return the yes or no of a node."""
        return bool(self._values[index])

    def word(self, index: int) -> str:
        """Return the text of an enum node."""
        return self.of_plan.plan.nodes[index].type.values[self._values[index]]

    def number(self, index: int) -> Exact:
        """Return the number of a node."""
        kind = self.of_plan.plan.nodes[index].type
        return Exact(self._values[index], kind.decimals, kind.unit)

    def optional(self, index: int | None) -> Exact | None:
        """Return the number of a node, None of none."""
        return None if index is None else self.number(index)

    def value(self, index: int) -> Value:
        """Return the value of a node as people write it."""
        kind = self.of_plan.plan.nodes[index].type.kind
        if kind == "bool":
            return self.flag(index)
        if kind == "date":
            return date.fromordinal(self._values[index])
        return self.word(index) if kind == "enum" else self.number(index)

    def known(self, index: int) -> Value | None:
        """Return the value of a node, or None where a fact that it needs is absent."""
        absent = any(fact not in self.given for fact in self.of_plan.facts_below(index))
        return None if absent else self.value(index)

    def missing(self, part: Item | Metric) -> tuple[FactName, ...]:
        """Return the facts that a part reads and the merchant does not give, then the fields."""
        absent = [fact for fact in part.optional_facts if fact not in self.given]
        absent += [name for name in part.optional_fields if self._lacks(name)]
        return tuple(map(self.of_plan.name, absent))

    def _lacks(self, name: str) -> bool:
        """Return whether some record of a fact that is given lacks a field, `fact.field`."""
        fact, _, field = name.rpartition(".")
        records = self.given.get(fact, ())
        return isinstance(records, tuple) and any(field not in record for record in records)


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
    """Turn `as_of <= expiry` round, so that the observed side is one the merchant can change."""
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
