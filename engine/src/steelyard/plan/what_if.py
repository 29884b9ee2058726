"""Variants of a plan's score: another outcome of one item, or another value of one fact.

A variant consists of ordinary nodes, and the ordinary evaluators compute it. This module does not
compose scores: groups, caps, choices and conditions that read the item are those of the plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from steelyard.model.frozen import frozen
from steelyard.plan.nodes import Node, nodes_below
from steelyard.plan.structure import Item, Plan


@frozen
class ScoreNodes:
    """The nodes of one variant of the score: whether it exists, and its value before rounding."""

    has_score: int
    unrounded: int


@frozen
class ItemVariants:
    """A plan's nodes, followed by a variant of the score for each item and deduction.

    `scores` has, by id, the score if the item is awarded with its maximum points, or if the
    deduction is not made.
    """

    nodes: tuple[Node, ...]
    scores: Mapping[str, ScoreNodes]


def item_variants(plan: Plan) -> ItemVariants:
    """Return the variants of a plan's score in which one item has another outcome.

    The outcome replaces the nodes of the item's `met` and points. A value outside the interval of
    such a node is not possible, so the nearest possible value is used instead: for a deduction
    that no merchant can avoid, the score stays the same.
    """
    score = ScoreNodes(plan.total.has_score, plan.total.unrounded)
    live = nodes_below(plan.nodes, (score.has_score, score.unrounded))
    readers: dict[int, list[int]] = {}
    for index in live:
        for argument in plan.nodes[index].args:
            readers.setdefault(argument, []).append(index)
    nodes = list(plan.nodes)
    scores: dict[str, ScoreNodes] = {}
    for items, met in ((plan.items, True), (plan.deductions, False)):
        for item in items:
            moved = _replace(nodes, readers, _outcome(plan, item, met=met))
            scores[item.id] = ScoreNodes(
                moved.get(score.has_score, score.has_score),
                moved.get(score.unrounded, score.unrounded),
            )
    return ItemVariants(tuple(nodes), scores)


def _outcome(plan: Plan, item: Item, *, met: bool) -> dict[int, int]:
    """Return the values of an item's nodes if it is met with its maximum points, or not met."""
    own = item.own_points
    values = {item.met: int(met)}
    if plan.nodes[item.met].op == "not":  # a condition may read `!met`, which is the argument
        values[plan.nodes[item.met].args[0]] = int(not met)
    if met and plan.nodes[item.met].high == 0:
        return {}
    points = max(plan.nodes[own].high, 0) if met else 0
    while True:
        values[own] = points
        node = plan.nodes[own]
        if node.op != "scale_up" or points % 10**node.shift:
            break
        own, points = node.args[0], points // 10**node.shift  # conditions read the points unscaled
    return {
        index: min(max(value, plan.nodes[index].low), plan.nodes[index].high)
        for index, value in values.items()
        if plan.nodes[index].op != "constant"
    }


def _replace(
    nodes: list[Node], readers: Mapping[int, Sequence[int]], values: Mapping[int, int]
) -> dict[int, int]:
    """Add copies of every node that depends on the replaced nodes; return where they are.

    A condition `item["x"].awarded && more` is one `and` of all requirements of x and of `more`.
    So an `and` or `or` with all the arguments of a replaced one reads the replaced value.
    """
    absorbed: dict[int, int] = {}  # a node that holds all arguments of a replaced node
    for index in values:
        node = nodes[index]
        if node.op in ("and", "or"):
            for reader in readers.get(node.args[0], ()):
                if nodes[reader].op == node.op and set(node.args) < set(nodes[reader].args):
                    absorbed[reader] = index
    moved: dict[int, int] = {}
    for index in _above(readers, (*values, *absorbed)):
        node = nodes[index]
        if index in values:
            value = values[index]
            made = Node("constant", node.type, low=value, high=value, value=value)
        else:
            args = node.args
            if index in absorbed:
                inner = absorbed[index]
                args = (inner, *(arg for arg in args if arg not in nodes[inner].args))
            made = replace(node, args=tuple(moved.get(arg, arg) for arg in args))
        moved[index] = len(nodes)
        nodes.append(made)
    return moved


def _above(readers: Mapping[int, Sequence[int]], start: Sequence[int]) -> list[int]:
    """Return the indices of nodes and of all nodes that depend on them, ascending."""
    seen = set(start)
    todo = list(start)
    while todo:
        for reader in readers.get(todo.pop(), ()):
            if reader not in seen:
                seen.add(reader)
                todo.append(reader)
    return sorted(seen)


def breakpoints(nodes: Sequence[Node], root: int, observed: int) -> tuple[tuple[int, int], ...]:
    """Return the values of a node at which another node can jump or bend, ascending.

    Each entry is a pair: the last value below a limit and the first value above it. At a point of a
    curve both are that point.
    """
    pairs: set[tuple[int, int]] = set()
    shifts = {observed: 0}  # nodes that are the observed value, perhaps scaled or limited
    for index in nodes_below(nodes, (root,)):
        node = nodes[index]
        if node.op == "scale_up" and node.args[0] in shifts:
            shifts[index] = shifts[node.args[0]] + node.shift
        if len(node.args) != 2:
            continue
        left, right = node.args
        value, limit = (left, right) if left in shifts else (right, left)
        if value not in shifts or nodes[limit].op != "constant":
            continue
        unit, number = 10 ** shifts[value], nodes[limit].value
        if node.op in ("minimum", "maximum"):
            shifts[index] = shifts[value]
            pairs.add((number // unit, -(-number // unit)))
            continue
        firsts = {
            "less": [number + 1 if value == right else number],
            "less_or_equal": [number if value == right else number + 1],
            "equal": [number, number + 1],
        }
        for first in firsts.get(node.op, ()):
            above = -(-first // unit)
            pairs.add((above - 1, above))
    return tuple(sorted(pairs))
