"""Operators and functions on values while a condition is lowered.

Constants stay plain Python values and are calculated exactly, so that `2 * 365` next to a number of
days is still a number without a unit. All functions raise `ExpressionError`.
"""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal

from steelyard.language.expressions import (
    Expression,
    ExpressionError,
    Graph,
    Groups,
    RecordList,
    choose,
    days_between,
    maximum,
    minimum,
    month,
    months_between,
    quarter,
    ratio,
    start_of,
    weekday,
    working_days,
    year,
)
from steelyard.language.expressions.functions import RATIO_DECIMALS
from steelyard.model.numbers import Rounding, decimals_of, divide, to_scaled


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """A share of two counts, not yet rounded; the rounding depends on the comparison."""

    part: Expression
    whole: Expression

    def rounded(self, rounding: Rounding) -> Expression:
        """Return the share with six decimals; 0 where the whole is 0."""
        return ratio(self.part, self.whole, rounding=rounding, most=None)


Constant = int | Decimal | str | date
Value = Expression | Share | Constant

# wide enough for every product that a condition of the greatest length can write
_CONTEXT = Context(prec=5000)

_EXACT: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _CONTEXT.add, "-": _CONTEXT.subtract, "*": _CONTEXT.multiply,
}  # fmt: skip
_WHOLE: dict[str, Callable[[int, int], int]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
}  # fmt: skip
_BUILD: dict[str, Callable[[Expression, Expression], Expression]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_FOLDED = {
    "min": lambda values: min(values, key=Decimal), "max": lambda values: max(values, key=Decimal)
}  # fmt: skip


def to_expression(graph: Graph, value: Value) -> Expression:
    """Return a value as an expression. Raise an error for a text, which has no type of its own."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, Share):
        return value.rounded("half_even")
    if isinstance(value, str):
        raise ExpressionError(
            "SY402",
            f'the text "{value}" is not compared with anything',
            "compare a text, with ==, != or in, with a fact that has named values",
        )
    return Expression.constant(graph, value)


def compare(graph: Graph, sign: str, left: Value, right: Value) -> Expression:
    """Return the comparison of two values."""
    left, right = settle(graph, sign, left, right)
    if isinstance(left, str):  # a text has no type of its own: the other side leads
        if isinstance(right, str):
            raise ExpressionError("SY402", "two texts are compared with each other")
        left, right, sign = right, left, _TURNED.get(sign, sign)
    first = to_expression(graph, left)
    if sign in _TURNED and first.type.kind == "enum":
        raise ExpressionError("SY402", "named values have no order", "compare it with == or in")
    second = right if isinstance(right, str) else to_expression(graph, right)
    return _BUILD[sign](first, second)  # type: ignore[arg-type]  # it takes texts too


def settle(
    graph: Graph, sign: str, left: Value, right: Value
) -> tuple[Expression | Constant, Expression | Constant]:
    """Return the sides of a comparison; a share is rounded so that the comparison stays exact.

    The other side may not have more decimals than the share.
    """
    if isinstance(left, Share) and isinstance(right, Share):
        raise ExpressionError(
            "SY402", "two shares of one whole are compared", "compare the counts themselves"
        )
    if isinstance(right, Share):
        settled, other = settle(graph, _TURNED.get(sign, sign), right, left)
        return other, settled
    if not isinstance(left, Share):
        return left, right
    if isinstance(right, str):
        return to_expression(graph, left), right
    if isinstance(right, Expression) and right.type.decimals > RATIO_DECIMALS:
        raise ExpressionError(
            "SY404",
            f"a share of {RATIO_DECIMALS} decimals is compared with {right.type.decimals} decimals",
            "compare the counts themselves",
        )
    if sign in ("<=", ">"):
        return left.rounded("ceiling"), right
    down = left.rounded("floor")
    if sign in ("<", ">="):
        return down, right
    # a share is the limit only if it is so rounded either way
    return choose(down == to_expression(graph, right), left.rounded("ceiling"), down), right


def calculate(graph: Graph, sign: str, left: Value, right: Value) -> Value:
    """Return the sum, difference or product of two values."""
    if isinstance(left, int) and isinstance(right, int):
        return _WHOLE[sign](left, right)
    if isinstance(left, int | Decimal) and isinstance(right, int | Decimal):
        return _EXACT[sign](Decimal(left), Decimal(right))
    return _BUILD[sign](to_expression(graph, left), to_expression(graph, right))


def negate(graph: Graph, value: Value) -> Value:
    """Return a value with the other sign."""
    if isinstance(value, Decimal):
        return value.copy_negate()
    return -value if isinstance(value, int) else -to_expression(graph, value)


def extreme(graph: Graph, function: str, values: Sequence[Value]) -> Value:
    """Return the smallest (`min`) or largest (`max`) of some values."""
    if all(isinstance(value, int | Decimal) for value in values):
        return _FOLDED[function](values)
    # constants take scale and unit of the others, so sort them last
    made = sorted(
        (to_expression(graph, value) for value in values),
        key=lambda expression: expression.literal or expression.node.op == "constant",
    )
    return (minimum if function == "min" else maximum)(*made)


def divide_values(
    graph: Graph, top: Value, bottom: Value, decimals: int, rounding: Rounding
) -> Value:
    """Return a quotient with the given number of decimals and kind of rounding."""
    if isinstance(top, int | Decimal) and isinstance(bottom, int | Decimal):
        if bottom == 0:
            raise ExpressionError("SY502", "the divisor is zero")
        scale = max(decimals_of(top), decimals_of(bottom))
        scaled = to_scaled(top, scale) * 10**decimals
        quotient = divide(scaled, to_scaled(bottom, scale), rounding)
        return _CONTEXT.scaleb(Decimal(quotient), -decimals)
    numerator, denominator = to_expression(graph, top), to_expression(graph, bottom)
    return numerator.divided_by(denominator, decimals=decimals, rounding=rounding)


_OF_DATES: dict[str, Callable[..., Expression]] = {
    "days": days_between, "months": months_between, "working_days": working_days, "year": year,
    "quarter": quarter, "month": month, "weekday": weekday, "start_of": start_of,
}  # fmt: skip


def of_dates(graph: Graph, function: str, values: Sequence[Value]) -> Value | None:
    """Return the value of a function of dates; None for another function."""
    if function not in _OF_DATES:
        return None
    if function == "days":
        start, end = values
        if isinstance(start, date) and isinstance(end, date):
            return end.toordinal() - start.toordinal()
    # texts name a period or a calendar, all else are dates
    return _OF_DATES[function](
        *(value if isinstance(value, str) else to_expression(graph, value) for value in values)
    )


def fold(
    records: RecordList | Groups, function: str, value: Expression, empty: Constant
) -> Expression:
    """Return the sum, or the extreme (`min`, `max`), of a value over records or groups.

    An extreme is `empty` if there are none.
    """
    if function == "sum":
        return records.sum(value)
    assert not isinstance(empty, str)
    extreme = records.maximum if function == "max" else records.minimum
    return extreme(value, empty=empty)


def choose_value(test: Expression, then: Value, otherwise: Value) -> Expression:
    """Return the expression of one of two values, which a test chooses."""
    if isinstance(then, str) and isinstance(otherwise, str):
        raise ExpressionError(
            "SY402",
            "a choice between two texts has no type",
            'compare in each branch: a ? x == "p" : x == "q"',
        )
    # a share is rounded here, and a constant stays one, to take the type of the other branch
    branches = [
        to_expression(test.graph, value) if isinstance(value, Share) else value
        for value in (then, otherwise)
    ]
    return choose(test, *branches)
