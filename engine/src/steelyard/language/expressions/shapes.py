"""Shapes that rules are made of: ratios, steps, tables, curves."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from steelyard.language.expressions.expression import Expression, Number, in_order
from steelyard.language.expressions.functions import choose, clamp, maximum, minimum
from steelyard.language.expressions.graph import ExpressionError
from steelyard.model.numbers import Rounding, decimals_of

RATIO_DECIMALS = 6


def ratio(
    part: Expression, whole: Expression, *, rounding: Rounding = "floor", most: Number | None = 1
) -> Expression:
    """Return part / whole as a share with six decimals; 0 where the whole is 0.

    Rounded down by default, and up for limits from above: then `share >= 0.95` gives exactly the
    verdict of `part >= 0.95 * whole`, and the share shown never contradicts it.
    """
    share = part.divided_by(maximum(whole, 1), decimals=RATIO_DECIMALS, rounding=rounding).in_unit(
        "share"
    )
    return share if most is None else minimum(share, most)


def first_match(
    rows: Sequence[tuple[Expression, Expression | Number]], otherwise: Expression | Number
) -> Expression:
    """Return the value of the first row whose test holds, else `otherwise`."""
    rows = in_order(rows)
    if not rows:
        raise ExpressionError("SY402", "a table needs at least one row", of_values=True)
    result = _value(rows[0][0], otherwise)
    for test, value in reversed(rows):
        result = choose(test, _value(test, value), result)
    return result


def steps(
    value: Expression, levels: Sequence[tuple[Number, Number]], otherwise: Number = 0
) -> Expression:
    """Return the result of the highest level reached; levels are (at least, result), ascending."""
    ordered = [(value >= level, result) for level, result in reversed(in_order(levels))]
    return first_match(ordered, otherwise)


def interpolate(
    value: Expression,
    knots: Sequence[tuple[Number, Number]],
    *,
    decimals: int,
    rounding: Rounding = "half_even",
    unit: str | None = None,
) -> Expression:
    """Return the piecewise-linear curve through knots (x ascending), level beyond the ends.

    Written as a sum over segments of the climb inside each, so that only the segment of the value
    is rounded and the interval of the curve is tight.
    """
    knots = in_order(knots)
    if len(knots) < 2:
        raise ExpressionError("SY402", "a curve needs at least two knots", of_values=True)
    graph = value.graph
    for _, height in knots:
        if decimals_of(height) > decimals:
            raise ExpressionError(
                "SY404",
                f"a knot gives {height}, with more than {decimals} decimals",
                "use fewer decimals, or raise the precision of the ruleset's scale",
            )
    first = Expression.constant(graph, knots[0][1]).scaled(decimals).in_unit(unit)
    total = first
    for (left, low), (right, high) in pairwise(knots):
        if not left < right:
            raise ExpressionError(
                "SY402", f"the knots of a curve must ascend: {left}, {right}", of_values=True
            )
        run = clamp(value, left, right) - left
        rise = Expression.constant(graph, _exact(high) - _exact(low))
        width = Expression.constant(graph, _exact(right) - _exact(left))
        climb = (run.in_unit(None) * rise).divided_by(width, decimals=decimals, rounding=rounding)
        total = total + climb.in_unit(unit)
    return total


def _exact(value: Number) -> Decimal:
    return Decimal(value) if isinstance(value, int) else value


def _value(near: Expression, value: Expression | Number) -> Expression:
    if isinstance(value, Expression):
        return value
    return Expression.constant(near.graph, value)
