"""How every value of a plan goes with one fact while all other facts stay: a proof by signs.

`up` is: more of the fact never gives less of the value; booleans count as 0 and 1, so a comparison
that turns true goes up. `constant` values do not depend on the fact. Every rule is sound; what no
rule proves is `unknown`, which does not mean that it goes neither way.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Literal

from steelyard.plan.nodes import Node

Way = Literal["constant", "up", "down", "unknown"]

_TURNED: dict[Way, Way] = {"constant": "constant", "up": "down", "down": "up", "unknown": "unknown"}


def directions(nodes: Sequence[Node], fact: str) -> list[Way]:
    """Return the way of each node with a fact that is given, in the order of the nodes.

    A node inside records is taken for each record at hand, which stays the same.
    """
    ways: list[Way] = []
    for node in nodes:
        if node.low == node.high:
            ways.append("constant")
        elif node.op == "fact" and node.name == fact:
            ways.append("up")
        else:
            arguments: list[_Argument] = [(nodes[index], ways[index]) for index in node.args]
            together = node.op == "and" and node.scope is None
            ways.append(_all_together(nodes, ways, node) if together else _way(node, arguments))
    return ways


_Argument = tuple[Node, Way]


def turned(way: Way) -> Way:
    """Return the opposite way."""
    return _TURNED[way]


def joined(ways: Iterable[Way]) -> Way:
    """Return the way of what goes with all of these together."""
    result: Way = "constant"
    for way in ways:
        if result == "constant":
            result = way
        elif way not in ("constant", result):
            return "unknown"
    return result


def _all_together(nodes: Sequence[Node], ways: Sequence[Way], node: Node) -> Way:
    """Return the way of an `and`: where one part is a plain test, it holds inside the others.

    `x and (known or not x)` is `x and known`: so the masks of missing facts, which ask whether a
    test fails, do not hide which way the whole goes.
    """
    parts: list[int] = []
    todo = list(node.args)
    while todo:
        index = todo.pop()
        if nodes[index].op == "and":
            todo.extend(nodes[index].args)
        else:
            parts.append(index)
    plain = {index for index in parts if nodes[index].op not in ("or", "not")}
    found: list[Way] = [ways[index] for index in sorted(plain)]
    for index in parts:
        if index not in plain:
            way = _where(nodes, ways, index, plain)
            if way is False:
                return "constant"  # the whole can never hold
            if way is not True:
                found.append(way)
    return joined(found)


def _where(
    nodes: Sequence[Node], ways: Sequence[Way], index: int, holds: Collection[int]
) -> bool | Way:
    """Return the way of a yes/no value where some tests hold, or its value if that is known."""
    node = nodes[index]
    if index in holds:
        return True
    if node.low == node.high:
        return node.low == 1
    if node.op not in ("and", "or", "not"):
        return ways[index]
    inner: list[bool | Way] = [_where(nodes, ways, argument, holds) for argument in node.args]
    if node.op == "not":
        only = inner[0]
        return not only if isinstance(only, bool) else turned(only)
    decides = node.op == "or"
    if any(one is decides for one in inner):
        return decides
    left: list[Way] = [one for one in inner if not isinstance(one, bool)]
    return joined(left) if left else not decides


def _way(node: Node, arguments: Sequence[_Argument]) -> Way:
    if all(way == "constant" for _, way in arguments):
        return "constant"
    if node.op in _TOGETHER:
        return joined(way for _, way in arguments)
    rule = _RULES.get(node.op)
    return "unknown" if rule is None else rule(node, arguments)


# value of a negation, a difference, a comparison with what is larger
_TOGETHER = frozenset(
    {
        "and", "or", "add", "minimum", "maximum", "scale_up", "count_records", "any_record",
        "all_records", "sum_records", "maximum_record", "minimum_record",
    }
)  # fmt: skip


def _negated(_: Node, arguments: Sequence[_Argument]) -> Way:
    return turned(arguments[0][1])


def _first_against_second(_: Node, arguments: Sequence[_Argument]) -> Way:
    """Return the way of what rises with its second argument: less, less or equal, days between."""
    return joined((turned(arguments[0][1]), arguments[1][1]))


def _subtract(_: Node, arguments: Sequence[_Argument]) -> Way:
    return joined((arguments[0][1], turned(arguments[1][1])))


def _equal(_: Node, arguments: Sequence[_Argument]) -> Way:
    """At the end of an interval, to be equal is to be at least or at most."""
    (left, left_way), (right, right_way) = arguments
    if left.low == left.high:
        left, left_way, right, right_way = right, right_way, left, left_way
    if right.low != right.high:
        return "unknown"
    if right.low >= left.high:
        return left_way
    return turned(left_way) if right.low <= left.low else "unknown"


def _member(node: Node, arguments: Sequence[_Argument]) -> Way:
    value, way = arguments[0]
    inside = {member for member in node.members if value.low <= member <= value.high}
    if not inside:
        return "constant"
    if len(inside) == value.high - min(inside) + 1:  # all from some member up
        return way
    return turned(way) if len(inside) == max(inside) - value.low + 1 else "unknown"


def _by_sign(way: Way, other: Node) -> Way:
    """Return the way of a product with a factor of known sign that goes this way."""
    if other.low >= 0:
        return way
    return turned(way) if other.high <= 0 else joined((way, turned(way)))


def _multiply(_: Node, arguments: Sequence[_Argument]) -> Way:
    (left, left_way), (right, right_way) = arguments
    return joined((_by_sign(left_way, right), _by_sign(right_way, left)))


def _divide(_: Node, arguments: Sequence[_Argument]) -> Way:
    """Every rounding keeps order; a divisor is proved to have one sign."""
    (top, top_way), (bottom, bottom_way) = arguments
    return joined((_by_sign(top_way, bottom), _by_sign(turned(bottom_way), top)))


def _if(_: Node, arguments: Sequence[_Argument]) -> Way:
    (_test, test_way), (then, then_way), (otherwise, otherwise_way) = arguments
    branches = joined((then_way, otherwise_way))
    if test_way == "constant":
        return branches
    if then.low >= otherwise.high:
        return joined((test_way, branches))
    return joined((turned(test_way), branches)) if then.high <= otherwise.low else "unknown"


_RULES: dict[str, Callable[[Node, Sequence[_Argument]], Way]] = {
    "not": _negated,
    "negate": _negated,
    "less": _first_against_second,
    "less_or_equal": _first_against_second,
    "days_between": _first_against_second,
    "subtract": _subtract,
    "equal": _equal,
    "in": _member,
    "multiply": _multiply,
    "divide": _divide,
    "if": _if,
}
