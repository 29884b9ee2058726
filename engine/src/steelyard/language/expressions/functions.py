"""Functions of expressions: choice, extremes, days."""

from __future__ import annotations

from datetime import date

from steelyard.language.expressions.expression import (
    Expression,
    add_node,
    need_bool,
    need_number,
    wider,
)
from steelyard.language.expressions.graph import ExpressionError
from steelyard.model.types import number_type
from steelyard.plan.operations import Operation


def choose(test: Expression, then: object, otherwise: object) -> Expression:
    """Return `then` where the test holds, else `otherwise`."""
    need_bool(test)
    if not isinstance(then, Expression):
        if isinstance(otherwise, Expression):
            then = otherwise.lift(then)
        else:
            then = Expression.constant(test.graph, then)  # type: ignore[arg-type]  # it refuses others
    left, right = then.meet(otherwise)
    if test.node.op == "constant":
        return left if test.node.value else right
    kind = wider(left, right) if left.type.kind == "number" else left.type
    made = add_node(test.graph, "if", kind, test, left, right)
    return Expression(test.graph, made.index, left.literal and right.literal)


def minimum(first: Expression, *others: object) -> Expression:
    """Return the smallest of some numbers."""
    return _extreme("minimum", first, others)


def maximum(first: Expression, *others: object) -> Expression:
    """Return the largest of some numbers."""
    return _extreme("maximum", first, others)


def clamp(value: Expression, low: object, high: object) -> Expression:
    """Return the value, held inside [low, high]."""
    return minimum(maximum(value, low), high)


def days_between(start: Expression | date, end: Expression | date) -> Expression:
    """Return the whole days from one date to another, negative if the second is earlier."""
    if isinstance(start, Expression):
        end = start.lift(end)
    elif isinstance(end, Expression):
        start = end.lift(start)
    else:
        raise ExpressionError("SY402", "days between two constants is a constant; write it")
    for side in (start, end):
        if side.type.kind != "date":
            raise ExpressionError("SY402", f"days are counted between dates, not {side.type}")
    return add_node(start.graph, "days_between", number_type(0, "days"), start, end)


def _extreme(op: Operation, first: Expression, others: tuple[object, ...]) -> Expression:
    result = first
    for other in others:
        left, right = result.meet(other)
        need_number(left)
        result = add_node(first.graph, op, wider(left, right), left, right)
    return result
