"""Reading a trace through the nodes of a plan: typed values, and which of them are known."""

from collections.abc import Mapping, Sequence
from datetime import date

from steelyard.model.texts import Text
from steelyard.model.types import ValueType
from steelyard.plan.nodes import Node, nodes_below
from steelyard.plan.structure import Item, Metric, Plan
from steelyard.plan.trace import Facts, Trace, trace_nodes
from steelyard.scorecard.model import Exact, FactName, Value
from steelyard.scorecard.record_titles import record_title

_PLAIN = frozenset({"constant", "as_of", "has", "has_field"})


class PlanReader:
    """The parts of reading a trace that are the same for every merchant of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.nodes = trace_nodes(plan)
        self.facts = {fact.id: fact for fact in plan.facts}
        self.titles = titles_of(plan)
        self.windows = {fact.id: fact.window for fact in plan.facts}
        self._facts: dict[int, tuple[str, ...]] = {}
        self._parts = _parts(plan)

    def name(self, fact: str) -> FactName:
        """Return the id and title of a fact, or of a field of its records (`fact.field`)."""
        return FactName(fact, self.titles.get(fact) or Text(fact, fact))

    def calendar(self, name: str) -> Text:
        """Return the title of a calendar."""
        titles = {calendar.id: calendar.title for calendar in self.plan.calendars}
        return titles.get(name) or Text(name, name)

    def typed(self, value: int, kind: ValueType) -> Value:
        """Return the integer of a value of some type as people write it."""
        if kind.kind == "bool":
            return bool(value)
        if kind.kind == "date":
            return date.fromordinal(value)
        if kind.kind == "enum":
            return kind.values[value]
        return Exact(value, kind.decimals, kind.unit)

    def title(self, index: int) -> Text | None:
        """Return the title of a part of the score or of a fact; None for other values."""
        chosen = False
        while index not in self._parts:
            node = self.plan.nodes[index]
            if node.name and node.scope is None:
                # a choice between a fact and a constant is not the fact
                if chosen:
                    return None
                made = record_title(self.plan.nodes, node, self.facts)
                return made or self.name(self._read(node)).title
            # a part as conditions read it: 0 where it does not exist
            if node.op == "if" and self._is_zero(node.args[2]):
                index, chosen = node.args[1], True
            elif node.op == "scale_up":
                index = node.args[0]
            else:
                return None
        return self._parts[index]

    def _is_zero(self, index: int) -> bool:
        node = self.plan.nodes[index]
        return node.op == "constant" and node.value == 0

    def _read(self, node: Node) -> str:
        """Return the fact that a node reads, or the only field of its records, `fact.field`."""
        inner = self.plan.nodes[node.args[0]] if node.args else node
        return f"{node.name}.{inner.field}" if inner.op == "field" else node.name

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
    values = {value.name: value.title for value in plan.values}
    return {**fields, **{fact.id: fact.title for fact in plan.facts}, **values}


def _parts(plan: Plan) -> dict[int, Text]:
    """Return the titles of the parts of the score that conditions may read."""
    items = (*plan.items, *plan.deductions)
    parts = {
        item.met: Text(f"{item.title.en} awarded", f"获得{item.title.zh}")
        for item in items
        if plan.nodes[item.met].op in ("and", "or", "not", "if")
    }
    parts |= {item.earned: item.title for item in items}
    parts |= {dimension.score: dimension.title for dimension in plan.dimensions}
    parts |= {plan.base.used: Text("Base score", "基础分"), plan.total.score: Text("Score", "得分")}
    parts |= {value.value: value.title for value in plan.values}
    for badge in plan.badges:
        if badge.held is not None:
            title = Text(f"{badge.title.en}, or a badge above it", f"{badge.title.zh}或更高的标识")
            parts.setdefault(badge.held, title)
    # a constant is many things at once
    return {index: title for index, title in parts.items() if plan.nodes[index].args}


class TraceReader:
    """The values of one merchant."""

    def __init__(self, reader: PlanReader, trace: Trace, given: Facts) -> None:
        self.of_plan = reader
        self.given = given
        self._values: Mapping[int, int | bool] = dict(zip(reader.nodes, trace, strict=True))

    def has(self, index: int) -> bool:
        """Return whether the trace has the value of a node."""
        return index in self._values

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
        return self.of_plan.typed(self._values[index], self.of_plan.plan.nodes[index].type)

    def written(self, index: int) -> Value:
        """Return the value of a constant."""
        node = self.of_plan.plan.nodes[index]
        return self.of_plan.typed(node.value, node.type)

    def known(self, index: int) -> Value | None:
        """Return the value of a node, or None where a fact that it needs is absent."""
        return None if self.is_open(index) else self.value(index)

    def is_open(self, index: int) -> bool:
        """Return whether a fact that a node needs is absent."""
        return any(fact not in self.given for fact in self.of_plan.facts_below(index))

    def missing(self, part: Item | Metric) -> tuple[FactName, ...]:
        """Return the facts that a part reads and the merchant does not give, then the fields."""
        absent = [fact for fact in part.optional_facts if fact not in self.given]
        absent += [name for name in part.optional_fields if self.lacks(name)]
        return tuple(map(self.of_plan.name, absent))

    def lacking(self, masks: Sequence[int]) -> tuple[FactName, ...]:
        """Return the facts and fields that are absent, and whose presence some nodes test."""
        nodes = self.of_plan.plan.nodes
        names: dict[str, None] = {}
        for index in nodes_below(nodes, masks):
            node = nodes[index]
            if node.op == "has" and node.name not in self.given:
                names.setdefault(node.name)
            elif node.op == "has_field" and self.lacks(f"{node.name}.{node.field}"):
                names.setdefault(f"{node.name}.{node.field}")
        return tuple(map(self.of_plan.name, sorted(names)))

    def lacks(self, name: str) -> bool:
        """Return whether some record of a fact that is given lacks a field, `fact.field`."""
        fact, _, field = name.rpartition(".")
        records = self.given.get(fact, ())
        return isinstance(records, tuple) and any(field not in record for record in records)
