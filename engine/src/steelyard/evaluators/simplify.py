"""Simplification of nodes, for the evaluators that generate code.

A node is simplified only if the intervals prove that its value stays the same, for every merchant
whose facts are inside their bounds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from steelyard.model.types import ValueType
from steelyard.plan.nodes import Node


@dataclass(frozen=True, slots=True)
class Simplified:
    """Simplified nodes, at the same indices as the original nodes.

    `same` gives, for each index, the index of the node to read instead: it has the same value. Some
    nodes may no longer be read by any other node.
    """

    nodes: tuple[Node, ...]
    same: tuple[int, ...]


def simplify(nodes: Sequence[Node]) -> Simplified:
    """Replace nodes of known value by constants, and skip operations without effect."""
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
    """Return a number for each node: nodes with equal numbers have equal values.

    This holds for every merchant. The nodes are simplified first, so `min(x, 5)` has the number of
    `x` if `x` is never above 5.
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
    """Drop the constant arguments of an `and` or `or` whose own value is not known.

    They are neutral: any other constant would decide the value.
    """
    kept = tuple(index for index in dict.fromkeys(node.args) if nodes[index].op != "constant")
    return replace(node, args=kept)


def _without_contradictions(node: Node, nodes: Sequence[Node]) -> Node:
    """Simplify each argument `a or b or …` of an `and`.

    Drop its alternatives that contradict the other arguments of the `and`: in `x and (not x or y)`
    the alternative `not x` is dropped, which leaves `x and y`.
    """
    given = set(node.args)
    denied = {nodes[index].args[0] for index in given if nodes[index].op == "not"}

    def excluded(index: int) -> bool:
        alternative = nodes[index]
        parts = alternative.args if alternative.op == "and" else (index,)
        return any(
            part in denied or (nodes[part].op == "not" and nodes[part].args[0] in given)
            for part in parts
        )

    args: list[int] = []
    for index in node.args:
        possible = [other for other in nodes[index].args if not excluded(other)]
        if nodes[index].op != "or" or len(possible) > 1:
            args.append(index)
        elif not possible:
            return _constant(node.type, 0)
        else:
            only = nodes[possible[0]]
            args.extend(only.args if only.op == "and" else possible)
    return replace(node, args=tuple(dict.fromkeys(args)))


def _beyond_limits(node: Node, nodes: Sequence[Node]) -> tuple[int, ...]:
    """Return simpler arguments for a comparison with a constant.

    For example, `min(x, 1) >= 0.8` becomes `x >= 0.8`.
    """
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
    """Return the node to compare with a constant instead of the node at `index`.

    Skip each minimum or maximum whose constant limit cannot change the result. `below` is the
    constant if it is the left side of the comparison, `above` if it is the right side.
    """
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
        # compared alone, the limit must give the result that it gives as a limit
        if holds != ((node.op == "minimum") == (below is not None)):
            break
        index = first
        node = nodes[index]
    return index


def _alias(  # noqa: PLR0911 - one case per operation
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
