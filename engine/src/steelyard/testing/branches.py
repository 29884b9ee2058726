"""The comparisons of a plan, and the results that they have for one merchant."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from steelyard.evaluators.reference.operations import records_of
from steelyard.evaluators.reference.records import Table, evaluate_record, table_of
from steelyard.plan.nodes import Node
from steelyard.plan.operations import (
    COMPARISONS,
    OVER_RECORDS,
    RELATED,
    args_at_hand,
    args_of_records,
)
from steelyard.plan.pretty import labels_of
from steelyard.plan.structure import Plan, requirements_of
from steelyard.plan.trace import Facts, Value

_ANSWERS = frozenset(("fact", "field"))  # where they are yes or no
_NO_DATE = 1  # the date of the score depends on no record, so it is never read here
_EITHER = {"and": False, "or": True}  # the argument that decides it

Values = Sequence[Value | None]
Taken = frozenset[tuple[int, bool]]  # a comparison's node, and its answer


@dataclass(frozen=True)
class Branches:
    """The comparisons of a plan that decide something.

    `roots` are the nodes that conditions lead to: statuses, outcomes, earned points, values,
    formulas. Nodes in `named` have a name of their own in the plan, and are not entered from other
    parts.
    """

    plan: Plan
    roots: tuple[int, ...]
    named: frozenset[int]
    asked: frozenset[int]  # nodes that are comparisons because a requirement shows them as such

    @classmethod
    def of(cls, plan: Plan) -> "Branches":
        """Find the conditions of a plan."""
        requirements = tuple(requirements_of(plan))
        items = (*plan.items, *plan.deductions)
        metrics = [metric for dimension in plan.dimensions for metric in dimension.metrics]
        roots = dict.fromkeys(
            (
                *(exemption.active for exemption in plan.exemptions),
                *(metric.outcome for metric in metrics),
                # one text: a formula; the rows of bands and curves are parts of their own
                *(metric.score for metric in metrics if len(metric.bands) == 1),
                *((plan.base.before_clamp,) if plan.base.source == "formula" else ()),
                *(value.value for value in plan.values),
                *(veto.active for veto in plan.vetoes),
                *(requirement.status for requirement in requirements),
                *(item.earned for item in items),
            )
        )
        asked = frozenset(atom.test for requirement in requirements for atom in requirement.atoms)
        # where an item has one requirement, its name is that of the requirement's test
        own = {test for requirement in requirements for test in tests_of(plan, requirement.status)}
        return cls(plan, tuple(roots), frozenset(labels_of(plan)) - own, asked)

    @cached_property
    def comparisons(self) -> frozenset[int]:
        """The nodes of every comparison."""
        seen: set[int] = set()
        todo = list(self.roots)
        while todo:
            index = todo.pop()
            if index not in seen:
                seen.add(index)
                below = self.plan.nodes[index].args
                todo.extend(one for one in below if one not in self.named)
        return frozenset(index for index in seen if self._is_comparison(index))

    def taken(self, facts: Facts, values: Values) -> Taken:
        """Return the comparisons that decide one merchant's result, each with its result.

        The unused side of a choice is left out, and so are operands after one that decides `&&` or
        `||`. `values` are those of all nodes.
        """
        walk = _Walk(self, facts, values)
        for root in self.roots:
            walk.visit(root)
        return frozenset(walk.taken)

    def _is_comparison(self, index: int) -> bool:
        node = self.plan.nodes[index]
        if node.op in _ANSWERS:
            return node.type.kind == "bool"
        return node.op in COMPARISONS or (index in self.asked and node.op in ("has", "has_field"))


class _Walk:
    """A walk through the conditions that decide the result of one merchant."""

    def __init__(self, branches: Branches, facts: Facts, values: Values) -> None:
        self.taken: set[tuple[int, bool]] = set()
        self._branches = branches
        self._nodes = branches.plan.nodes
        self._records = _values_by_record(self._nodes, facts, values)
        self._values = values
        self._comparisons = branches.comparisons

    def visit(self, root: int) -> None:
        """Follow a value to the nodes that decide it; visit each node once for each record."""
        seen: set[tuple[int, str, int]] = set()
        todo: list[tuple[int, str, int]] = [(root, "", 0)]  # a node and its record
        while todo:
            step = todo.pop()
            if step in seen:
                continue
            seen.add(step)
            index, name, record = step
            values = self._records[name][record] if name else self._values
            if index in self._comparisons:
                self.taken.add((index, bool(values[index])))
            for below, scope, at_hand in self._below(index, name, record, values):
                if below not in self._branches.named:
                    todo.append((below, scope, at_hand))

    def _below(
        self, index: int, name: str, record: int, values: Values
    ) -> Iterator[tuple[int, str, int]]:
        node = self._nodes[index]
        if node.op == "if":
            test, then, otherwise = node.args
            yield test, name, record
            yield (then if values[test] else otherwise), name, record
        elif node.op in _EITHER:
            for argument in node.args:
                yield argument, name, record
                if bool(values[argument]) is _EITHER[node.op]:
                    return
        elif node.op in OVER_RECORDS or node.op == RELATED:
            for argument in args_at_hand(node):
                yield argument, name, record
            for at_hand in range(len(self._records.get(node.name, ()))):
                for argument in args_of_records(node):
                    yield argument, node.name, at_hand
        else:
            for argument in node.args:
                yield argument, name, record


def _values_by_record(
    nodes: Sequence[Node], facts: Facts, values: Values
) -> Mapping[str, list[Values]]:
    """Return the values of all nodes, for each list of records and each of its records.

    A node that does not depend on a record has the same value for all of them.
    """
    tables: dict[int, Table] = {}
    for index, node in enumerate(nodes):
        if node.op == RELATED:
            tables[index] = table_of(node, nodes, values, tables, facts, _NO_DATE)
    by_record: dict[str, list[Values]] = {}
    for name in sorted({node.scope for node in nodes if node.scope is not None}):
        scoped = [index for index, node in enumerate(nodes) if node.scope == name]
        by_record[name] = []
        for record in records_of(facts, name):
            own = evaluate_record(nodes, scoped, values, tables, facts, _NO_DATE, record)
            by_record[name].append([own.get(at, value) for at, value in enumerate(values)])
    return by_record


def tests_of(plan: Plan, index: int) -> Iterator[int]:
    """Yield all tests of nested choices between constants, such as a status."""
    todo = [index]
    while todo:
        node = plan.nodes[todo.pop()]
        if node.op == "if":
            test, *branches = node.args
            yield test
            todo += branches
