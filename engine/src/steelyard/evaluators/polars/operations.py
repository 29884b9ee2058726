"""Polars expressions for the operations of a plan.

Numbers, dates and enum indices are 32-bit integers if the interval of their node fits, else 64-bit
integers. No operation can overflow, because the compiler has proved every interval. No value is
null: an absent fact has the default value of its node, and a separate node (`has`) tells whether
the fact is present.
"""

import operator
from collections.abc import Callable, Sequence
from datetime import date
from functools import reduce
from math import gcd

import polars as pl

from steelyard.model.dates import days_without
from steelyard.plan.nodes import Node

Width = type[pl.DataType]

_NARROW, _WIDE = pl.Int32, pl.Int64
_TYPES: dict[str, Width] = {"bool": pl.Boolean, "id": pl.String}

# casting results of these to 32 bits would cost more than it saves
_AS_WIDE_AS_ARGUMENTS = frozenset(
    {
        "add",
        "subtract",
        "multiply",
        "negate",
        "scale_up",
        "days_between",
        "minimum",
        "maximum",
        "if",
    }
)


_EXTREMES = ("minimum", "maximum")

_ARITHMETIC: dict[str, Callable[..., pl.Expr]] = {
    "equal": operator.eq,
    "less": operator.lt,
    "less_or_equal": operator.le,
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "negate": lambda value: -value,
    "days_between": lambda start, end: end - start,
}


def width(low: int, high: int) -> Width:
    """Return the narrower integer type if all values of an interval fit, else the wider one."""
    return _NARROW if low >= -(2**31) and high < 2**31 else _WIDE


def widths(nodes: Sequence[Node]) -> tuple[Width, ...]:
    """Return the type of every node's column."""
    result: list[Width] = []
    for node in nodes:
        wide = node.op in _AS_WIDE_AS_ARGUMENTS and any(
            result[index] is _WIDE
            and not (nodes[index].op == "constant" and node.op in _EXTREMES)  # read as wide there
            for index in node.args
        )
        if node.type.kind in _TYPES:
            result.append(_TYPES[node.type.kind])
        else:
            result.append(_WIDE if wide else width(node.low, node.high))
    return tuple(result)


def literal(value: int, wanted: Width) -> pl.Expr:
    """Return a constant expression of the type `wanted`; the only text is the empty one."""
    if wanted is pl.String:
        return pl.lit("")
    return pl.lit(bool(value) if wanted is pl.Boolean else value, dtype=wanted)


class Lowering:
    """A translation of nodes to Polars expressions.

    `columns` has, by node index, the expressions for reading nodes that are already translated.
    """

    def __init__(self, nodes: Sequence[Node], as_of: int) -> None:
        self.columns: dict[int, pl.Expr] = {}
        self._nodes = nodes
        self._widths = widths(nodes)
        self._as_of = as_of

    def read(self, index: int, wanted: Width | None = None) -> pl.Expr:
        """Return the expression that reads a node, cast to `wanted` if that is given."""
        node, own = self._nodes[index], self._widths[index]
        wanted = wanted or own
        if node.op == "constant":
            return literal(node.value, wanted)
        if node.op == "as_of":
            return literal(self._as_of, wanted)
        return self.columns[index] if own is wanted else self.columns[index].cast(wanted)

    def leaf(self, index: int, source: str) -> pl.Expr:
        """Return the expression of a fact, field, mask or size from the column that holds it."""
        node, own = self._nodes[index], self._widths[index]
        column = pl.col(source)
        if node.op in ("has", "has_field"):
            return column.is_not_null()
        if node.op == "size":
            return column.list.len().fill_null(0).cast(own)
        return column.cast(own).fill_null(literal(node.value, own))

    def write(self, index: int) -> pl.Expr:  # noqa: PLR0911 - one case an operation
        """Return the expression of an operation on values."""
        node, own = self._nodes[index], self._widths[index]
        match node.op:
            case "constant" | "as_of":
                return self.read(index)
            case "not":
                return ~self.read(node.args[0])
            case "and":
                return reduce(operator.and_, map(self.read, node.args))
            case "or":
                return reduce(operator.or_, map(self.read, node.args))
            case "equal" | "less" | "less_or_equal" | "in":
                return self._comparison(node)
            case "divide":
                return self._quotient(node, own)
            case "months_between" | "working_days" | "date_part" | "start_of":
                return self._calendar(node).cast(own)
            case _:
                return self._choice_or_arithmetic(node, own)

    def _comparison(self, node: Node) -> pl.Expr:
        common = self._common(node.args)
        first = self.read(node.args[0], common)
        if node.op == "in":
            argument = self._nodes[node.args[0]]
            possible = [value for value in node.members if argument.low <= value <= argument.high]
            found = [first == literal(value, common) for value in possible]
            return reduce(operator.or_, found) if found else literal(0, pl.Boolean)
        second = self.read(node.args[1], common)
        return _ARITHMETIC[node.op](first, second)

    def _common(self, indices: Sequence[int]) -> Width:
        """Return the widest of the types of some nodes."""
        types = {self._widths[index] for index in indices}
        return _WIDE if _WIDE in types else types.pop()

    def _choice_or_arithmetic(self, node: Node, own: Width) -> pl.Expr:
        if node.op in _EXTREMES:
            common = self._common(node.args)  # a constant may be wider than the result
            values = [self.read(index, common) for index in node.args]
            extreme = pl.min_horizontal if node.op == "minimum" else pl.max_horizontal
            return extreme(values) if common is own else extreme(values).cast(own)
        if node.op == "if":
            then, otherwise = (self.read(index, own) for index in node.args[1:])
            return pl.when(self.read(node.args[0])).then(then).otherwise(otherwise)
        args = [self.read(index, own) for index in node.args]
        if node.op == "scale_up":
            return args[0] * literal(10**node.shift, own)
        return _ARITHMETIC[node.op](*args)

    def _calendar(self, node: Node) -> pl.Expr:
        """Return a calculation with dates; their intervals are proved to lie in the calendar."""
        if node.op == "working_days":
            return self._working_days(node)
        days = [self.read(index, _NARROW) for index in node.args]
        if node.op == "months_between":
            return _months(*days)
        return (_PARTS if node.op == "date_part" else _STARTS)[node.mode](days[0])

    def _working_days(self, node: Node) -> pl.Expr:
        """Return the difference of two entries of a table with an entry for every possible day."""
        args = [self._nodes[index] for index in node.args]
        first, last = min(arg.low for arg in args), max(arg.high for arg in args)
        table = [days_without(first, day, node.members) for day in range(first, last + 1)]
        entries = pl.lit(pl.Series(table, dtype=_NARROW))

        def entry(index: int) -> pl.Expr:
            arg = self._nodes[index]
            if arg.op in ("constant", "as_of"):  # a column of one row does not fit beside others
                return literal(
                    table[(self._as_of if arg.op == "as_of" else arg.value) - first], _NARROW
                )
            return entries.gather(self.read(index, _WIDE) - literal(first, _WIDE))

        start, end = node.args
        return entry(end) - entry(start)

    def _quotient(self, node: Node, own: Width) -> pl.Expr:
        """Return numerator * 10**shift / denominator, rounded by the node's mode."""
        top, bottom = (self._nodes[index] for index in node.args)
        factor = 10**node.shift
        if bottom.op != "constant":
            scaled = _times(self.read(node.args[0], _WIDE), factor, _WIDE)
            divisor = self.read(node.args[1], _WIDE)
            quotient = _rounded(scaled, divisor, node.mode, negative=bottom.high < 0)
            return quotient if own is _WIDE else quotient.cast(own)
        shared = gcd(factor, bottom.value)
        factor, known = factor // shared, bottom.value // shared
        margin = abs(known)
        fits = width(top.low * factor - margin, top.high * factor + margin)
        at = _NARROW if fits is own is self._widths[node.args[0]] is _NARROW else _WIDE
        scaled = _times(self.read(node.args[0], at), factor, at)
        if known == 1:
            quotient = scaled
        elif known % 2 and known > 0 and node.mode in ("half_even", "half_up"):
            # an odd divisor has no ties, so add half and floor, if the sum fits in 64 bits
            quotient = (
                (scaled + literal(known // 2, at)) // literal(known, at)
                if top.high * factor + margin < 2**63
                else _rounded(scaled, literal(known, at), node.mode, negative=False)
            )
        else:
            quotient = _rounded(scaled, literal(known, at), node.mode, negative=known < 0)
        return quotient if at is own else quotient.cast(own)


_EPOCH = date(1970, 1, 1).toordinal()  # Polars counts days from here


def _date(day: pl.Expr) -> pl.Expr:
    return (day - literal(_EPOCH, _NARROW)).cast(pl.Date)


def _day(value: pl.Expr) -> pl.Expr:
    return value.cast(_NARROW) + literal(_EPOCH, _NARROW)


_PARTS: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "year": lambda day: _date(day).dt.year(),
    "quarter": lambda day: _date(day).dt.quarter(),
    "month": lambda day: _date(day).dt.month(),
    "weekday": lambda day: _date(day).dt.weekday(),
}
_STARTS: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "week": lambda day: day - (day - 1) % 7,
    "month": lambda day: _day(_date(day).dt.truncate("1mo")),
    "quarter": lambda day: _day(_date(day).dt.truncate("1q")),
    "year": lambda day: _day(_date(day).dt.truncate("1y")),
}


def _months(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Return the whole months from one date to another, as `model.dates` defines them."""
    first, last = (
        _date(extreme(start, end)).dt for extreme in (pl.min_horizontal, pl.max_horizontal)
    )
    years = last.year().cast(_NARROW) - first.year().cast(_NARROW)
    months = last.month().cast(_NARROW) - first.month().cast(_NARROW)
    incomplete = (last.day() < first.day()) & (last.day() < last.days_in_month())
    whole = years * 12 + months - incomplete.cast(_NARROW)
    return pl.when(start <= end).then(whole).otherwise(-whole)


def _times(values: pl.Expr, factor: int, at: Width) -> pl.Expr:
    return values if factor == 1 else values * literal(factor, at)


def _rounded(top: pl.Expr, bottom: pl.Expr, mode: str, *, negative: bool) -> pl.Expr:
    """Return top / bottom rounded; `negative` is true for a divisor below zero.

    Values are not doubled or negated here, because the results might not fit in 64 bits.
    """
    quotient = top // bottom  # Polars rounds down
    if mode == "floor":
        return quotient
    rest = top - quotient * bottom
    if mode == "ceiling":
        return quotient + (rest != 0)
    left = bottom - rest
    above = rest < left if negative else rest > left
    tie = rest == left
    # a tie goes to the even neighbour, or away from zero
    up = quotient % 2 == 1 if mode == "half_even" else quotient >= 0
    return quotient + (above | (tie & up))
