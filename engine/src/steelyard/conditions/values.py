"""Constants while a condition is lowered: folded exactly, so that they keep no unit of their own.

`2 * 365` beside a number of days must still be a bare number; as a node it could not be.
"""

from collections.abc import Callable
from datetime import date
from decimal import Context, Decimal

from steelyard.expression import Expression, ExpressionError, Graph
from steelyard.model.numbers import Rounding, decimals_of, divide, to_scaled

Constant = int | Decimal | str | date
Value = Expression | Constant

# wide enough for every product that a condition of the greatest length can write
_CONTEXT = Context(prec=5000)


def is_number(value: object) -> bool:
    """Return whether a value is a constant number."""
    return isinstance(value, int | Decimal)


def to_expression(graph: Graph, value: Value) -> Expression:
    """Return a value as an expression; a text alone has no type, so it cannot be one."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, str):
        raise ExpressionError(
            "SY402",
            f'the text "{value}" stands alone',
            "a text can only be compared, with == or != or in, with a fact that has named values",
        )
    return Expression.constant(graph, value)


def fold(operator: str, left: int | Decimal, right: int | Decimal) -> Decimal | int:
    """Return a sum, difference or product of two constants, exactly."""
    if isinstance(left, int) and isinstance(right, int):
        return {"+": left + right, "-": left - right, "*": left * right}[operator]
    operations: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
        "+": _CONTEXT.add, "-": _CONTEXT.subtract, "*": _CONTEXT.multiply,
    }  # fmt: skip
    return operations[operator](Decimal(left), Decimal(right))


def negated(value: int | Decimal) -> int | Decimal:
    """Return a constant with the other sign, exactly."""
    return value.copy_negate() if isinstance(value, Decimal) else -value


def fold_division(
    top: int | Decimal, bottom: int | Decimal, decimals: int, rounding: Rounding
) -> Decimal | int:
    """Return the quotient of two constants, rounded as asked."""
    if bottom == 0:
        raise ExpressionError("SY502", "the divisor is zero")
    scale = max(decimals_of(top), decimals_of(bottom))
    quotient = divide(
        to_scaled(top, scale) * 10**decimals, to_scaled(bottom, scale), rounding
    )
    return _CONTEXT.scaleb(Decimal(quotient), -decimals)
