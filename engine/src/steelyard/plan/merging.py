"""A merge of several plans into one table of nodes without duplicates."""

from collections.abc import Iterable
from dataclasses import replace

from steelyard.model.frozen import frozen
from steelyard.model.types import DATE
from steelyard.plan.nodes import Node
from steelyard.plan.structure import Plan

# their bounds are declared, and may differ between two plans
_LEAVES = frozenset(("fact", "has", "field", "has_field", "size"))


@frozen
class Merged:
    """The nodes of several plans; `places[n][i]` is the index of node `i` of the n-th plan.

    The date of each plan is a constant node, so no node reads `as_of`.
    """

    nodes: tuple[Node, ...]
    places: tuple[tuple[int, ...], ...]


def merge(plans: Iterable[tuple[Plan, int]]) -> Merged:
    """Return plans, each with the date of its scores as an ordinal, as one table of nodes.

    Equal operations on equal arguments have equal values, so all their proved intervals are true.
    The merged node has the intersection of these intervals.
    """
    nodes: list[Node] = []
    index: dict[Node, int] = {}
    places: list[tuple[int, ...]] = []
    for plan, day in plans:
        where: list[int] = []
        for node in plan.nodes:
            moved = _moved(node, where, day)
            key = moved if moved.op in _LEAVES else replace(moved, low=0, high=0)
            known = index.get(key)
            if known is None:
                index[key] = known = len(nodes)
                nodes.append(moved)
            elif moved.low > nodes[known].low or moved.high < nodes[known].high:
                low = max(moved.low, nodes[known].low)
                high = min(moved.high, nodes[known].high)
                nodes[known] = replace(nodes[known], low=low, high=high)
            where.append(known)
        places.append(tuple(where))
    return Merged(tuple(nodes), tuple(places))


def _moved(node: Node, where: list[int], day: int) -> Node:
    if node.op == "as_of":
        return Node("constant", DATE, low=day, high=day, value=day)
    args = tuple(where[argument] for argument in node.args)
    return Node(
        node.op, node.type, args, node.low, node.high, node.value, node.members, node.name,
        node.field, node.shift, node.mode, node.scope, span=node.span,
    )  # fmt: skip
