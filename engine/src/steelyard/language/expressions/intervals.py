"""Interval arithmetic: from the intervals of the arguments to the interval of the result.

Every rule is sound (the interval holds every value that can occur) and most are exact when the
arguments vary independently.
"""

from collections.abc import Callable, Sequence
from itertools import product
from typing import Literal

from steelyard.model.numbers import Rounding, divide
from steelyard.plan.nodes import Node

Interval = tuple[int, int]


def interval(  # noqa: PLR0911 - one case an operation
    node: Node, args: Sequence[Node], max_records: Callable[[str], int]
) -> Interval | Literal["divisor"]:
    """Return the interval of a node's value, or "divisor" if a divisor may be zero."""
    rule = _RULES.get(node.op)
    if rule is not None:
        return rule(args)
    if node.op == "constant":
        return node.value, node.value
    if node.op == "in":
        return _membership(node, args[0])
    if node.op == "scale_up":
        return args[0].low * 10**node.shift, args[0].high * 10**node.shift
    if node.op == "divide":
        return _quotient(node, *args)
    if node.op in ("count_records", "size"):
        most = max_records(node.name)
        return (0, 0) if args and args[0].high == 0 else (0, most)
    if node.op == "sum_records":
        most = max_records(node.name)
        return min(0, args[0].low * most), max(0, args[0].high * most)
    if node.op in ("maximum_record", "minimum_record"):
        # `value` stands for an empty list
        return min(args[0].low, node.value), max(args[0].high, node.value)
    if node.op in ("any_record", "all_records"):
        return (0, args[0].high) if node.op == "any_record" else (args[0].low, 1)
    return node.low, node.high  # leaves bring their own


def _corners(args: Sequence[Node], function: Callable[[int, int], int]) -> Interval:
    values = [
        function(left, right)
        for left, right in product((args[0].low, args[0].high), (args[1].low, args[1].high))
    ]
    return min(values), max(values)


def _quotient(node: Node, numerator: Node, denominator: Node) -> Interval | Literal["divisor"]:
    if denominator.low <= 0 <= denominator.high:
        return "divisor"
    rounding: Rounding = node.mode  # type: ignore[assignment]  # checked where the node is built
    factor = 10**node.shift
    low, high = _corners(
        (numerator, denominator), lambda top, bottom: divide(top * factor, bottom, rounding)
    )
    # the scaled numerator is an intermediate value too: it must fit, so it widens a bad interval
    for end in (numerator.low * factor, numerator.high * factor):
        if not -(2**63) <= end < 2**63:
            return min(low, end), max(high, end)
    return low, high


def _membership(node: Node, argument: Node) -> Interval:
    possible = [member for member in node.members if argument.low <= member <= argument.high]
    if not possible:
        return 0, 0
    certain = argument.low == argument.high
    return (1, 1) if certain else (0, 1)


def _equal(args: Sequence[Node]) -> Interval:
    left, right = args
    if left.high < right.low or right.high < left.low:
        return 0, 0
    same = left.low == left.high == right.low == right.high
    return (1, 1) if same else (0, 1)


def _less(args: Sequence[Node]) -> Interval:
    left, right = args
    return int(left.high < right.low), int(left.low < right.high)


def _less_or_equal(args: Sequence[Node]) -> Interval:
    left, right = args
    return int(left.high <= right.low), int(left.low <= right.high)


def _if(args: Sequence[Node]) -> Interval:
    condition, then, otherwise = args
    if condition.low == 1:
        return then.low, then.high
    if condition.high == 0:
        return otherwise.low, otherwise.high
    return min(then.low, otherwise.low), max(then.high, otherwise.high)


_RULES: dict[str, Callable[[Sequence[Node]], Interval]] = {
    "not": lambda args: (1 - args[0].high, 1 - args[0].low),
    "and": lambda args: (min(a.low for a in args), min(a.high for a in args)),
    "or": lambda args: (max(a.low for a in args), max(a.high for a in args)),
    "equal": _equal,
    "less": _less,
    "less_or_equal": _less_or_equal,
    "add": lambda args: (sum(a.low for a in args), sum(a.high for a in args)),
    "subtract": lambda args: (args[0].low - args[1].high, args[0].high - args[1].low),
    "multiply": lambda args: _corners(args, lambda left, right: left * right),
    "negate": lambda args: (-args[0].high, -args[0].low),
    "minimum": lambda args: (min(a.low for a in args), min(a.high for a in args)),
    "maximum": lambda args: (max(a.low for a in args), max(a.high for a in args)),
    "days_between": lambda args: (args[1].low - args[0].high, args[1].high - args[0].low),
    "if": _if,
}
