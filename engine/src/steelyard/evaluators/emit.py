"""From simplified nodes to lines of Python: which nodes get a name, which stand inside others.

A node that is read once stands inside its reader, so that `and`, `or` and conditional expressions
skip what does not matter; a node that is read more often becomes a local variable, computed once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from steelyard.evaluators.operators import Operand, expression
from steelyard.evaluators.simplify import Simplified
from steelyard.model.facts import FactDeclaration
from steelyard.plan.nodes import Node

MAX_HEIGHT = 40  # of one expression; Python's own parser stops near 200 nested parentheses

_OVER_RECORDS = (
    "count_records",
    "any_record",
    "all_records",
    "sum_records",
    "maximum_record",
    "minimum_record",
)
_FREE = ("constant", "as_of")  # reading them again costs nothing


@dataclass(slots=True)
class _Uses:
    """How often each live node is read, and which must have a name."""

    count: dict[int, int]
    named: set[int]


class Emitter:
    """Writes the lines that compute nodes, each at most once."""

    def __init__(
        self, simplified: Simplified, facts: Iterable[FactDeclaration], roots: Sequence[int]
    ) -> None:
        self._nodes = simplified.nodes
        self._same = simplified.same
        self._facts = {fact.id: fact for fact in facts}
        self._uses = _uses(simplified.nodes, [simplified.same[root] for root in roots])
        self._written: dict[int, Operand] = {}
        self._lines: list[str] = []

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
        """Return the nodes at or below one, ascending: with or without a record at hand."""
        found: set[int] = set()
        todo = [index]
        while todo:
            at = todo.pop()
            if at in found or (scoped and self._nodes[at].scope is None):
                continue
            if at not in self._written or scoped:
                found.add(at)
                todo.extend(self._nodes[at].args)
        return sorted(one for one in found if scoped or self._nodes[one].scope is None)

    def _write(self, index: int, indent: str) -> Operand:
        """Return how to read a node, whose arguments are written already."""
        node = self._nodes[index]
        name = f"v{index}"
        if node.op in _OVER_RECORDS:
            self._write_loop(node, name)
            return Operand(name, node)
        args = [self._written[argument] for argument in node.args]
        made = expression(node, args, f"t{index}", required=self._required(node))
        often = self._uses.count.get(index, 0) > 1 and node.op not in _FREE
        if often or index in self._uses.named or made.height > MAX_HEIGHT:
            self._lines.append(f"{indent}{name} = {made.text}")
            return Operand(name, node)
        return made

    def _write_loop(self, node: Node, name: str) -> None:
        argument = node.args[0]
        source = f"facts[{node.name!r}]" if self._required(node) else f"get({node.name!r}, ())"
        start = {"any_record": "False", "all_records": "True"}.get(node.op, "0")
        extreme = node.op in ("maximum_record", "minimum_record")
        self._lines.append(f"{name} = {'None' if extreme else start}")
        self._lines.append(f"for record in {source}:")
        for below in self._below(argument, scoped=True):
            self._written[below] = self._write(below, "    ")
        value = self._written[argument].text
        self._lines += [f"    {line}" for line in _LOOPS[node.op](name, value)]
        if extreme:
            self._lines += [f"if {name} is None:", f"    {name} = {node.value}"]

    def _required(self, node: Node) -> bool:
        fact = self._facts.get(node.name)
        if fact is None:
            return False
        if node.op == "field":
            field = fact.field(node.field)
            return field is not None and field.required
        return fact.required


_LOOPS = {
    "count_records": lambda name, test: [f"if {test}:", f"    {name} += 1"],
    "any_record": lambda name, test: [f"if {test}:", f"    {name} = True", "    break"],
    "all_records": lambda name, test: [f"if not {test}:", f"    {name} = False", "    break"],
    "sum_records": lambda name, value: [f"{name} += {value}"],
    "maximum_record": lambda name, value: [
        f"value = {value}",
        f"if {name} is None or value > {name}:",
        f"    {name} = value",
    ],
    "minimum_record": lambda name, value: [
        f"value = {value}",
        f"if {name} is None or value < {name}:",
        f"    {name} = value",
    ],
}


def _uses(nodes: Sequence[Node], roots: Sequence[int]) -> _Uses:
    """Count the reads of every node that the roots need."""
    uses = _Uses({}, set())
    for root in roots:
        uses.count[root] = uses.count.get(root, 0) + 1
    for index in range(len(nodes) - 1, -1, -1):
        if index not in uses.count:
            continue
        node = nodes[index]
        # what does not depend on the record at hand is computed before a loop, not in it
        in_loop = node.scope is not None or node.op in _OVER_RECORDS
        for argument in node.args:
            uses.count[argument] = uses.count.get(argument, 0) + 1
            below = nodes[argument]
            if in_loop and below.scope is None and below.op not in _FREE:
                uses.named.add(argument)
    return uses
