"""Nodes of a plan: a closed set of operations on integers, booleans, dates and codes."""

from collections.abc import Iterable, Sequence

from steelyard.errors import Place
from steelyard.model.frozen import frozen
from steelyard.model.numbers import Int64
from steelyard.model.types import ValueType
from steelyard.plan.operations import Operation


@frozen
class Node:
    """One operation.

    `args` are indices of earlier nodes. `low` and `high` are a proved interval that holds the value
    for every merchant inside the facts' bounds (booleans: 0 and 1). `scope` names the fact on whose
    single record the value depends, or is None. `place` is the place in the ruleset that the node
    comes from. `span` is the number of days of a window, or of the records that are taken.
    """

    op: Operation
    type: ValueType
    args: tuple[int, ...] = ()
    low: Int64 = 0
    high: Int64 = 1
    value: Int64 = 0
    members: tuple[Int64, ...] = ()
    name: str = ""
    field: str = ""
    shift: int = 0
    mode: str = ""
    scope: str | None = None
    place: Place | None = None
    span: int = 0


def nodes_below(nodes: Sequence[Node], roots: Iterable[int]) -> list[int]:
    """Return the indices of the roots and of every node that they are computed from, ascending."""
    seen = set(roots)
    todo = list(seen)
    while todo:
        for argument in nodes[todo.pop()].args:
            if argument not in seen:
                seen.add(argument)
                todo.append(argument)
    return sorted(seen)


def extract(nodes: Sequence[Node], roots: Iterable[int]) -> tuple[tuple[Node, ...], dict[int, int]]:
    """Return only the nodes that the roots need, renumbered, and a map from old to new indices."""
    needed = nodes_below(nodes, roots)
    numbers = {old: new for new, old in enumerate(needed)}
    moved = (
        with_args(nodes[old], tuple(numbers[argument] for argument in nodes[old].args))
        for old in needed
    )
    return tuple(moved), numbers


def with_args(node: Node, args: tuple[int, ...]) -> Node:
    """Return a node with other arguments; it is faster than `replace`."""
    return Node(
        node.op, node.type, args, node.low, node.high, node.value, node.members, node.name,
        node.field, node.shift, node.mode, node.scope, node.place, node.span,
    )  # fmt: skip
