"""Functions of expressions: choices, extremes, days, shares, tables, curves, and `defined`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from steelyard.errors import suggest
from steelyard.language.expressions.expression import (
    Expression,
    Number,
    add_node,
    check_number,
    in_order,
    need_bool,
    need_date,
    need_number,
    same_graph,
    wider,
)
from steelyard.language.expressions.graph import ExpressionError
from steelyard.language.expressions.written import Form, chosen, denied, joined, settled
from steelyard.model.calendars import Calendar
from steelyard.model.dates import STARTS
from steelyard.model.numbers import Rounding, decimals_of
from steelyard.model.types import DATE, number_type
from steelyard.plan.infix import literal
from steelyard.plan.operations import Operation


def choose(test: Expression, then: object, otherwise: object) -> Expression:
    """Return `then` if the test holds, else `otherwise`."""
    need_bool(test)
    for value in (then, otherwise):
        if isinstance(value, Expression):
            same_graph(test.graph, value)
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
    written = _choice(test, left, right) if kind.kind == "bool" else None
    return Expression(test.graph, made.index, left.literal and right.literal, written)


def _choice(test: Expression, then: Expression, otherwise: Expression) -> Form:
    """Return the form of a choice between tests; with a yes or no it is `&&` or `||`."""
    yes, no = settled(holds=True), settled(holds=False)
    first, second = then.form, otherwise.form
    if first == second:
        return first  # whatever the test is
    if first in (yes, no):
        guard = test.form if first == yes else denied(test.form)
        return joined("any" if first == yes else "all", [guard, second])
    if second in (yes, no):
        guard = denied(test.form) if second == yes else test.form
        return joined("any" if second == yes else "all", [guard, first])
    return chosen(test.index, first, second)


def minimum(first: Expression, *others: object) -> Expression:
    """Return the smallest of some numbers, or the first of some dates."""
    return _extreme("minimum", first, others)


def maximum(first: Expression, *others: object) -> Expression:
    """Return the largest of some numbers, or the last of some dates."""
    return _extreme("maximum", first, others)


def clamp(value: Expression, low: object, high: object) -> Expression:
    """Return the value, held inside [low, high]. Two constants must be in this order."""
    lowest, highest = _ends(low)[0], _ends(high)[1]
    if lowest is not None and highest is not None and lowest > highest:  # for every merchant
        what = f"the ends of clamp are not in order: {lowest} and {highest}"
        raise ExpressionError("SY402", what, "write the lower end first", of_values=True)
    return minimum(maximum(value, low), high)


def _ends(value: object) -> tuple[Decimal | None, Decimal | None]:
    """Return the smallest and largest value of a number, without a node for it."""
    if isinstance(value, Expression) and value.type.kind == "number":
        low, high = (
            Decimal(end).scaleb(-value.type.decimals) for end in (value.node.low, value.node.high)
        )
        return low, high
    known = isinstance(value, int | Decimal) and Decimal(value).is_finite()
    number = Decimal(value) if known else None  # type: ignore[arg-type]  # it is one
    return number, number


def within(value: Expression, low: Number | None, high: Number | None) -> Expression:
    """Return a number that is proved to lie in an inclusive range; None leaves an end open.

    Raises `ExpressionError` SY503 with the range in which it is proved to lie.
    """
    kind, node = need_number(value).type, value.node
    power = 10**kind.decimals
    if (low is not None and node.low < low * power) or (
        high is not None and node.high > high * power
    ):
        lowest, highest = ("" if end is None else str(end) for end in (low, high))
        raise ExpressionError(
            "SY503",
            f"the value is proved to lie in {value.graph.range_text(value.index)} only, which is "
            f"not inside [{lowest or '…'}, {highest or '…'}]",
            f"limit it: {_limiting(low, high)}; or tighten the bounds of what it reads",
            of_values=True,
        )
    return value


def _limiting(low: Number | None, high: Number | None) -> str:
    if low is None or high is None:
        return f"min(…, {high})" if low is None else f"max(…, {low})"
    return f"clamp(…, {low}, {high})"


def days_between(start: Expression | date, end: Expression | date) -> Expression:
    """Return the whole days from one date to another, negative if the second is earlier."""
    start, end = _two_dates(start, end, "days")
    return add_node(start.graph, "days_between", number_type(0, "days"), start, end)


def _two_dates(
    start: Expression | date, end: Expression | date, counted: str
) -> tuple[Expression, Expression]:
    if isinstance(start, Expression):
        end = start.lift(end)
    elif isinstance(end, Expression):
        start = end.lift(start)
    else:
        what = f"{counted} between two constants is a constant; write it"
        raise ExpressionError("SY402", what)
    for side in (start, end):
        if side.type.kind != "date":
            what = f"{counted} are counted between dates, not {side.type}"
            raise ExpressionError("SY402", what)
    return start, end


def months_between(start: Expression | date, end: Expression | date) -> Expression:
    """Return the whole months from one date to another, negative if the second is earlier.

    n months after a date is the same day of a later month, or the last day of that month if it has
    no such day: one month after January 31 is the last day of February.
    """
    start, end = _two_dates(start, end, "months")
    return add_node(start.graph, "months_between", number_type(0, "months"), start, end)


def working_days(start: Expression | date, end: Expression | date, calendar: str) -> Expression:
    """Return the working days after one date, up to another, by a calendar of the book.

    They are negative if the second date is earlier. Raises `ExpressionError` SY510 if a date may
    lie outside the range of the calendar.
    """
    start, end = _two_dates(start, end, "working days")
    graph = start.graph
    known = graph.calendars.get(calendar)
    if known is None:
        known_names = ", ".join(graph.calendars) or "none"
        what = f"unknown calendar {calendar!r}; the book has {known_names}"
        fix = suggest(calendar, graph.calendars) or "declare it in the book, in calendars/"
        raise ExpressionError("SY403", what, fix)
    for side in (start, end):
        if not known.first <= side.node.low <= side.node.high <= known.last:
            raise _outside(side, known)
    low = min(start.node.low, end.node.low)
    high = max(start.node.high, end.node.high)
    # days that nobody can reach are left out: a later year in the calendar changes no old plan
    members = known.days_off_between(low, high)
    kind = number_type(0, "working_days")
    return add_node(graph, "working_days", kind, start, end, members=members, mode=calendar)


def _outside(side: Expression, known: Calendar) -> ExpressionError:
    low, high = (literal(end, side.type) for end in (side.node.low, side.node.high))
    first, last = (literal(end, side.type) for end in (known.first, known.last))
    is_as_of = side.node.op == "as_of"
    name = "as_of" if is_as_of else side.node.field or side.node.name or "a date"
    ends = f"{literal(known.last + 1, side.type)} or earlier"
    return ExpressionError(
        "SY510",
        f"{name} can be any day from {low} to {high}, but the calendar {known.id} has only the "
        f"days from {first} to {last}",
        f"extend the calendar, or let the version end: until {ends}, from {first} or later"
        if is_as_of
        else f"extend the calendar, tighten the bounds of {name}, or hold it inside with "
        f'clamp(x, date("{first}"), date("{last}"))',
    )


def year(day: Expression) -> Expression:
    """Return the year of a date."""
    return _part("year", day)


def quarter(day: Expression) -> Expression:
    """Return the quarter of a date, 1 to 4."""
    return _part("quarter", day)


def month(day: Expression) -> Expression:
    """Return the month of a date, 1 to 12."""
    return _part("month", day)


def weekday(day: Expression) -> Expression:
    """Return the day of the week of a date: 1 is Monday, 7 is Sunday."""
    return _part("weekday", day)


def start_of(period: str, day: Expression) -> Expression:
    """Return the first day of the `week` (Monday), `month`, `quarter` or `year` of a date."""
    if period not in STARTS:
        what = f"{period!r} is not one of {', '.join(STARTS)}"
        raise ExpressionError("SY402", what, misuse=True)
    need_date(day)
    return add_node(day.graph, "start_of", DATE, day, mode=period)


def _part(part: str, day: Expression) -> Expression:
    need_date(day)
    return add_node(day.graph, "date_part", number_type(), day, mode=part)


def _extreme(op: Operation, first: Expression, others: tuple[object, ...]) -> Expression:
    result = _need_ordered(first)
    for other in others:
        left, right = result.meet(other)
        _need_ordered(left)
        result = add_node(first.graph, op, wider(left, right), left, right)
    return result


def _need_ordered(value: Expression) -> Expression:
    """Return a number or a date as it is; refuse anything else."""
    is_date = isinstance(value, Expression) and value.type.kind == "date"
    return value if is_date else need_number(value)


RATIO_DECIMALS = 6


def ratio(
    part: Expression, whole: Expression, *, rounding: Rounding = "floor", most: Number | None = 1
) -> Expression:
    """Return part / whole as a share with six decimals. Both have one unit; none is negative.

    Where the whole is 0, it is taken as the smallest whole that is not: a share of nothing is 0.
    Round down for lower limits (the default) and up for upper limits. Then `share >= 0.95` is
    exactly `part >= 0.95 * whole`, and the displayed share never contradicts it.
    """
    need_number(part)
    need_number(whole)
    if part.type.unit != whole.type.unit and not (part.literal or whole.literal):
        raise ExpressionError(
            "SY406",
            f"{part.type} divided by {whole.type} is not a share",
            "divide numbers of one unit, or use divided_by(...) for another quotient",
        )
    if part.node.low < 0 or whole.node.low < 0:
        raise ExpressionError("SY402", "a share is taken of numbers that may be negative")
    if isinstance(most, int | Decimal) and most <= 0:
        raise ExpressionError(
            "SY402", f"a share is at most {most}", "leave `most` out", misuse=True
        )
    least = Decimal(1).scaleb(-whole.type.decimals) if whole.type.decimals else 1
    share = part.divided_by(
        maximum(whole, least), decimals=RATIO_DECIMALS, rounding=rounding
    ).in_unit("share")
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
    """Return the result of the highest level reached; levels are (at least, result), ascending.

    Raises `ExpressionError` SY402 for levels that do not ascend.
    """
    levels = in_order(levels)
    for (left, _), (right, _) in pairwise(levels):
        numbers = not isinstance(left, Expression) and not isinstance(right, Expression)
        if numbers and not left < right:
            what = f"the levels of steps must ascend: {left}, {right}"
            raise ExpressionError("SY402", what, of_values=True)
    ordered = [(value >= level, result) for level, result in reversed(levels)]
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

    The result is a sum of the rises inside all segments, so that only the segment of the value is
    rounded and the interval of the curve is tight.
    """
    knots = in_order(knots)
    if len(knots) < 2:
        raise ExpressionError("SY402", "a curve needs at least two knots", of_values=True)
    graph = value.graph
    for _, height in knots:
        check_number(height)
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
    for knot, _ in knots:
        _, limit = value.meet(knot)
        if not value.node.low <= limit.node.value <= value.node.high:
            graph.doubt(total.index, value.index, limit.index)
    return total


def _exact(value: Number) -> Decimal:
    return Decimal(value) if isinstance(value, int) else value


def _value(near: Expression, value: Expression | Number) -> Expression:
    if isinstance(value, Expression):
        return value
    return Expression.constant(near.graph, value)
