"""Simpler nodes with the same values, for the evaluators that generate code.

Only what intervals prove is used, so the results are the same for every merchant inside the
facts' bounds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from steelyard.model.types import ValueType
from steelyard.plan.nodes import Node


@dataclass(frozen=True, slots=True)
class Simplified:
    """Nodes, and for every original index the index whose value is the same.

    Indices are the original ones; nodes that no other node reads any more are dead.
    """

    nodes: tuple[Node, ...]
    same: tuple[int, ...]


def simplify(nodes: Sequence[Node]) -> Simplified:
    """Return nodes in which known values are constants and idle operations are skipped."""
    simpler: list[Node] = []
    same: list[int] = []
    for index, node in enumerate(nodes):
        moved = replace(node, args=tuple(same[argument] for argument in node.args))
        if node.low == node.high:
            moved = _constant(node.type, node.low)
        elif node.op in ("and", "or"):
            moved = _without_neutral(moved, simpler)
            if moved.op == "and":
                moved = _without_contradictions(moved, simpler)
        elif node.op in ("less", "less_or_equal"):
            moved = replace(moved, args=_beyond_limits(moved, simpler))
        simpler.append(moved)
        alias = _alias(moved, simpler)
        same.append(index if alias is None else same[alias])
    return Simplified(tuple(simpler), tuple(same))


def value_numbers(nodes: Sequence[Node]) -> tuple[int, ...]:
    """Return a number for every node: nodes with one number have one value, for every merchant.

    What simplifying proves idle is left out first, so that `min(x, 5)` has the number of `x` where
    `x` never passes 5.
    """
    simplified = simplify(nodes)
    numbers: list[int] = []
    known: dict[Node, int] = {}
    for node in simplified.nodes:
        args = tuple(numbers[simplified.same[argument]] for argument in node.args)
        leaf = not args and node.op != "constant"
        low, high = (node.low, node.high) if leaf else (0, 0)
        key = replace(node, args=args, low=low, high=high, place=None)
        numbers.append(known.setdefault(key, len(known)))
    return tuple(numbers[simplified.same[index]] for index in range(len(nodes)))


def _constant(kind: ValueType, value: int) -> Node:
    return Node("constant", kind, low=value, high=value, value=value)


def _without_neutral(node: Node, nodes: Sequence[Node]) -> Node:
    """Drop the arguments that are known: what is left is not decided, so they are neutral."""
    kept = tuple(index for index in dict.fromkeys(node.args) if nodes[index].op != "constant")
    return replace(node, args=kept)


def _without_contradictions(node: Node, nodes: Sequence[Node]) -> Node:
    """Drop the ways of an argument `a or b or …` that the other arguments of an `and` exclude.

    So `known && test`, where a test is known if it has a value or is decided without, reads little
    more than the test.
    """
    given = set(node.args)
    denied = {nodes[index].args[0] for index in given if nodes[index].op == "not"}

    def excluded(index: int) -> bool:
        one = nodes[index]
        parts = one.args if one.op == "and" else (index,)
        return any(
            part in denied or (nodes[part].op == "not" and nodes[part].args[0] in given)
            for part in parts
        )

    args: list[int] = []
    for index in node.args:
        ways = [way for way in nodes[index].args if not excluded(way)]
        if nodes[index].op != "or" or len(ways) > 1:
            args.append(index)
        elif not ways:
            return _constant(node.type, 0)
        else:
            args.extend(nodes[ways[0]].args if nodes[ways[0]].op == "and" else ways)
    return replace(node, args=tuple(dict.fromkeys(args)))


def _beyond_limits(node: Node, nodes: Sequence[Node]) -> tuple[int, ...]:
    """Return what to compare instead: `min(x, 1) >= 0.8` asks the same as `x >= 0.8`."""
    left, right = node.args
    if nodes[left].op == "constant":
        return left, _unlimited(node.op, right, nodes, below=nodes[left].value)
    if nodes[right].op == "constant":
        return _unlimited(node.op, left, nodes, above=nodes[right].value), right
    return node.args


def _unlimited(
    sign: str,
    index: int,
    nodes: Sequence[Node],
    *,
    below: int | None = None,
    above: int | None = None,
) -> int:
    """Return the argument of limits that do not decide a comparison with a constant."""
    node = nodes[index]
    while node.op in ("minimum", "maximum") and len(node.args) == 2:
        first, second = node.args
        if nodes[first].op == "constant":
            first, second = second, first
        if nodes[second].op != "constant":
            break
        limit = nodes[second].value
        left, right = (limit, above) if below is None else (below, limit)
        assert left is not None and right is not None  # noqa: PT018 - one of the two is given
        holds = left < right if sign == "less" else left <= right
        # the limit alone must leave open what a value on its other side decides
        if holds != ((node.op == "minimum") == (below is not None)):
            break
        index = first
        node = nodes[index]
    return index


def _alias(  # noqa: PLR0911 - one case an operation
    node: Node, nodes: Sequence[Node]
) -> int | None:
    """Return an argument that always has the node's value, or None."""
    args = node.args
    if node.op in ("and", "or"):
        return args[0] if len(args) == 1 else None
    if node.op in ("minimum", "maximum"):
        return _decided_extreme(node, nodes)
    if node.op == "scale_up" and node.shift == 0:
        return args[0]
    if node.op == "if":
        test = nodes[args[0]]
        if test.op == "constant":
            return args[1] if test.value else args[2]
        then, otherwise = nodes[args[1]], nodes[args[2]]
        if args[1] == args[2] or _same_constant(then, otherwise):
            return args[1]
        yes_or_no = then.op == otherwise.op == "constant" and node.type.kind == "bool"
        return args[0] if yes_or_no and then.value and not otherwise.value else None
    if node.op in ("add", "subtract", "multiply"):
        return _idle(node, nodes)
    return None


def _same_constant(left: Node, right: Node) -> bool:
    return left.op == right.op == "constant" and left.value == right.value


def _decided_extreme(node: Node, nodes: Sequence[Node]) -> int | None:
    for index in node.args:
        others = [nodes[other] for other in node.args if other != index]
        if node.op == "minimum" and all(nodes[index].high <= other.low for other in others):
            return index
        if node.op == "maximum" and all(nodes[index].low >= other.high for other in others):
            return index
    return None


def _idle(node: Node, nodes: Sequence[Node]) -> int | None:
    neutral = 1 if node.op == "multiply" else 0
    left, right = node.args
    if nodes[right].op == "constant" and nodes[right].value == neutral:
        return left
    commutes = node.op != "subtract"
    if commutes and nodes[left].op == "constant" and nodes[left].value == neutral:
        return right
    return None
