"""The direction in which a node moves with one fact, as far as the operations prove it."""

from collections.abc import Callable, Mapping, Sequence

from steelyard.plan.nodes import Node, nodes_below

Direction = int
"""1: up with the fact; 0: not at all; -1: down. The value of a node never moves the other way."""

_Known = Direction | None


def direction_of(nodes: Sequence[Node], root: int, fact: str) -> Direction | None:
    """Return how a node moves with a fact, all other facts staying the same; None if unknown."""
    known: dict[int, _Known] = {}
    for index in nodes_below(nodes, (root,)):
        node = nodes[index]
        if node.op == "fact":
            known[index] = 1 if node.name == fact else 0
            continue
        args = [known[arg] for arg in node.args]
        if node.op == "size" or node.scope is not None:  # they read records, never this fact
            known[index] = 0 if all(arg == 0 for arg in args) else None
        else:
            known[index] = _of_node(node, [nodes[arg] for arg in node.args], args)
    return known[root]


def _of_node(node: Node, values: Sequence[Node], args: Sequence[_Known]) -> _Known:
    if all(arg == 0 for arg in args):
        return 0
    rule = _RULES.get(node.op)
    return None if rule is None else rule(values, args)


def _joined(parts: Sequence[_Known]) -> _Known:
    """Return the direction that several parts share, parts that do not move aside."""
    moving = {part for part in parts if part != 0}
    return next(iter(moving), 0) if len(moving) < 2 else None


def _turned(part: _Known) -> _Known:
    return _TURNED.get(part)


_TURNED: Mapping[_Known, Direction] = {1: -1, 0: 0, -1: 1}


def _by_sign(part: _Known, factor: Node) -> _Known:
    """Return the direction of a product, or of a numerator, by the sign of the other side."""
    if part == 0 or factor.low >= 0:
        return part
    return _turned(part) if factor.high <= 0 else None


def _of_product(values: Sequence[Node], args: Sequence[_Known]) -> _Known:
    left, right = values
    return _joined([_by_sign(args[0], right), _by_sign(args[1], left)])


def _of_quotient(values: Sequence[Node], args: Sequence[_Known]) -> _Known:
    """Return the direction of a quotient; its divisor has one sign, and a larger one lowers it."""
    numerator, divisor = values
    return _joined([_by_sign(args[0], divisor), _by_sign(_turned(args[1]), numerator)])


def _of_choice(_values: Sequence[Node], args: Sequence[_Known]) -> _Known:
    test, then, otherwise = args
    return _joined([then, otherwise]) if test == 0 else None


_Rule = Callable[[Sequence[Node], Sequence[_Known]], _Known]
_RULES: Mapping[str, _Rule] = {
    **dict.fromkeys(("add", "minimum", "maximum", "scale_up"), lambda _, args: _joined(args)),
    "subtract": lambda _, args: _joined([args[0], _turned(args[1])]),
    "negate": lambda _, args: _turned(args[0]),
    "multiply": _of_product,
    "divide": _of_quotient,
    "if": _of_choice,
}
