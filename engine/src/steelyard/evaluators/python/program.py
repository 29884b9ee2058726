"""The lines of Python that compute nodes, each at most once.

A node that is read once is written inside its reader, so that `and`, `or` and conditional
expressions can skip it; a node that is read more often becomes a local variable, computed once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from steelyard.evaluators.python.operations import Operand, expression
from steelyard.evaluators.python.records import loop, relation
from steelyard.evaluators.simplify import Simplified
from steelyard.model.facts import FactDeclaration
from steelyard.plan.nodes import Node
from steelyard.plan.operations import OVER_RECORDS, RELATED, args_at_hand, args_of_records

MAX_HEIGHT = 40  # of one expression; Python's own parser stops near 200 nested parentheses

_FREE = ("constant", "as_of")  # reading them again costs nothing


@dataclass(slots=True)
class _Uses:
    """The number of reads of each live node, and the nodes that need a variable."""

    count: dict[int, int]
    named: set[int]


class Emitter:
    """A writer of the lines that compute nodes, each at most once."""

    def __init__(
        self, simplified: Simplified, facts: Iterable[FactDeclaration], roots: Sequence[int]
    ) -> None:
        self._nodes = simplified.nodes
        self._same = simplified.same
        self._facts = {fact.id: fact for fact in facts}
        self._uses = _uses(simplified.nodes, [simplified.same[root] for root in roots])
        self._written: dict[int, Operand] = {}
        self._lines: list[str] = []
        self._tables: set[int] = set()

    def read(self, root: int) -> str:
        """Return the text that reads a node, after writing the lines that it needs."""
        index = self._same[root]
        for below in self._below(index, scoped=False):
            if below not in self._written:
                self._written[below] = self._write(below, "")
        return self._written[index].text

    def take_lines(self) -> list[str]:
        """Return the lines written since the last time."""
        lines, self._lines = self._lines, []
        return lines

    def _below(self, index: int, *, scoped: bool) -> list[int]:
        """Return the nodes at or below one, ascending: those of a record (`scoped`) or others."""
        below: set[int] = set()
        todo = [index]
        while todo:
            at = todo.pop()
            if at in below or (scoped and self._nodes[at].scope is None):
                continue
            if at not in self._written or scoped:
                below.add(at)
                node = self._nodes[at]
                todo.extend(args_at_hand(node) if scoped else node.args)
        return sorted(at for at in below if scoped or self._nodes[at].scope is None)

    def _write(self, index: int, indent: str) -> Operand:
        """Return how to read a node, whose arguments are written already."""
        node = self._nodes[index]
        name = f"v{index}"
        if node.op in OVER_RECORDS:
            self._write_loop(node, name)
            return Operand(name, node)
        if node.op == RELATED:
            own = self._written[node.args[0]]
            operand = Operand(relation(node, _table(index), own.text), node, own.height + 1)
            return self._held(index, operand, indent)
        args = [self._written[argument] for argument in node.args]
        operand = expression(node, args, f"t{index}", required=self._required(node))
        return self._held(index, operand, indent)

    def _held(self, index: int, operand: Operand, indent: str) -> Operand:
        """Return an operand as it is, or its variable if it is read often or nested deep."""
        node, name = self._nodes[index], f"v{index}"
        often = self._uses.count.get(index, 0) > 1 and node.op not in _FREE
        if often or index in self._uses.named or operand.height > MAX_HEIGHT:
            self._lines.append(f"{indent}{name} = {operand.text}")
            return Operand(name, node)
        return operand

    def _write_loop(self, node: Node, name: str) -> None:
        arguments = args_of_records(node)
        scoped = sorted({at for one in arguments for at in self._below(one, scoped=True)})
        for below in scoped:
            self._write_table(below)
        records = f"facts[{node.name!r}]" if self._required(node) else f"get({node.name!r}, ())"
        before, self._lines = self._lines, []
        for below in scoped:
            self._written[below] = self._write(below, "    ")
        body, self._lines = self._lines, before
        texts = [self._written[argument].text for argument in arguments]
        self._lines += loop(node, name, records, body, texts)

    def _write_table(self, index: int) -> None:
        """Write the table that a relation reads, once."""
        node = self._nodes[index]
        if node.op == RELATED and index not in self._tables:
            self._tables.add(index)
            self._write_loop(node, _table(index))

    def _required(self, node: Node) -> bool:
        fact = self._facts.get(node.name)
        if fact is None:
            return False
        if node.op == "field":
            field = fact.field(node.field)
            return field is not None and field.required
        return fact.required


def _table(index: int) -> str:
    """Return the name of the table of a relation."""
    return f"r{index}"


def _uses(nodes: Sequence[Node], roots: Sequence[int]) -> _Uses:
    """Count the reads of every node that the roots need."""
    uses = _Uses({}, set())
    for root in roots:
        uses.count[root] = uses.count.get(root, 0) + 1
    for index in range(len(nodes) - 1, -1, -1):
        if index not in uses.count:
            continue
        node = nodes[index]
        # a loop does not compute again a value that is the same for every record
        in_loop = node.scope is not None or node.op in OVER_RECORDS or node.op == RELATED
        for argument in node.args:
            uses.count[argument] = uses.count.get(argument, 0) + 1
            below = nodes[argument]
            if in_loop and below.scope is None and below.op not in _FREE:
                uses.named.add(argument)
    return uses
