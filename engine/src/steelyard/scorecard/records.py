"""Tests over records, for each record of one merchant by itself."""

from collections.abc import Sequence
from dataclasses import replace

from steelyard.model.facts import FactDeclaration
from steelyard.plan.nodes import Node
from steelyard.plan.operations import OVER_RECORDS, RELATED, args_at_hand
from steelyard.plan.structure import Plan
from steelyard.plan.trace import Facts
from steelyard.scorecard.alternatives import Evaluate, Prepare

_AT_HAND = "record at hand"  # no fact has a name like this


class RecordTests:
    """An evaluator of the tests over records of one plan.

    A test holds for a record if it holds for the list that has this record alone, so the ordinary
    evaluators compute it; `prepare` is the `prepare_nodes` of one of them. Relations still lead to
    all records.
    """

    def __init__(self, plan: Plan, prepare: Prepare) -> None:
        self._plan = plan
        self._prepare = prepare
        self._prepared: dict[tuple[int, ...], Evaluate] = {}

    def test(
        self, facts: Facts, as_of: int, index: int, known: int | None
    ) -> tuple[bool | None, ...]:
        """Return for each record whether the test of a node holds; None where a field is missing.

        `known` is the node that tells whether the node has a value, None if it always has one.
        """
        name = self._plan.nodes[index].name
        records = facts[name]
        assert isinstance(records, tuple)
        wanted = (index,) if known is None else (index, known)
        if wanted not in self._prepared:
            self._prepared[wanted] = self._prepare_alone(wanted, name)
        evaluate = self._prepared[wanted]
        results: list[bool | None] = []
        for record in records:
            holds, *is_known = evaluate({**facts, _AT_HAND: (record,)}, as_of)
            results.append(bool(holds) if all(is_known) else None)
        return tuple(results)

    def _prepare_alone(self, wanted: tuple[int, ...], name: str) -> Evaluate:
        """Return the evaluator of some nodes for a list that has one record alone."""
        declared = next(fact for fact in self._plan.facts if fact.id == name)
        facts: tuple[FactDeclaration, ...] = (*self._plan.facts, replace(declared, id=_AT_HAND))
        copies = _Copies(self._plan.nodes, name)
        moved = [copies.of(index) for index in wanted]
        return self._prepare(copies.nodes, facts, moved)


class _Copies:
    """Copies of nodes that go over the record at hand instead of all records of a list."""

    def __init__(self, nodes: Sequence[Node], name: str) -> None:
        self.nodes = list(nodes)
        self._name = name
        self._copies: dict[int, int] = {}

    def of(self, root: int) -> int:
        """Return the index of the copy of a node; it is the node's if no copy is needed.

        What is the same for every record is computed from all of them, so it is not copied.
        """
        for index in self._below(root):
            self._copies[index] = self._copy(index)
        return self._copies.get(root, root)

    def _below(self, root: int) -> list[int]:
        """Return the nodes to copy, ascending."""
        seen: set[int] = set()
        todo = [root]
        while todo:
            index = todo.pop()
            node = self.nodes[index]
            if index in seen or index in self._copies:
                continue
            seen.add(index)
            if node.scope is not None or node.op in OVER_RECORDS:
                below = args_at_hand(node) or node.args
                todo.extend(one for one in below if self.nodes[one].scope == self._name)
            else:
                todo.extend(node.args)
        return sorted(seen)

    def _copy(self, index: int) -> int:
        node = self.nodes[index]
        args = tuple(self._copies.get(argument, argument) for argument in node.args)
        if node.op == RELATED:
            args = (args[0], *node.args[1:])
        name = _AT_HAND if node.name == self._name and node.op != RELATED else node.name
        scope = _AT_HAND if node.scope == self._name else node.scope
        self.nodes.append(replace(node, args=args, name=name, scope=scope))
        return len(self.nodes) - 1
