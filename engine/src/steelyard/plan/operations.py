"""The table of operations: types of arguments and values, and intervals of values.

The set is closed. Evaluators, the expression builder and the check of plans that were read all use
this table. Every interval rule is sound (the interval holds every value that can occur) and most
are exact when the arguments vary independently.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise, product
from typing import TYPE_CHECKING, Literal

from steelyard.model.dates import (
    FIRST_ORDINAL,
    LAST_ORDINAL,
    PARTS,
    STARTS,
    days_without,
    months_between,
    part_of,
    start_of,
)
from steelyard.model.frozen import frozen
from steelyard.model.limits import MAX_CALENDAR_DAYS, MAX_SHIFT, MAX_WINDOW_DAYS
from steelyard.model.numbers import ROUNDINGS, Rounding, divide

if TYPE_CHECKING:
    from steelyard.plan.nodes import Node

Operation = Literal[
    # leaves
    "constant",  # value
    "fact",  # name: the fact's value, or `value` where it is absent
    "has",  # name: is the fact present?
    "as_of",  # the date of the score
    "field",  # name.field of a record, or `value` where it is absent
    "has_field",  # does the record have the field?
    # logic
    "not",
    "and",
    "or",
    # comparisons; both sides have one scale
    "equal",
    "less",
    "less_or_equal",
    "in",  # is the argument among `members`?
    # arithmetic on integers of one scale (multiply: scales add)
    "add",
    "subtract",
    "multiply",
    "negate",
    "minimum",
    "maximum",
    "divide",  # (numerator * 10**shift) / denominator, rounded in `mode`
    "scale_up",  # times 10**shift
    "days_between",  # whole days from the first date to the second
    "months_between",  # whole months from the first date to the second
    "working_days",  # days after the first date, up to the second, that are not among `members`
    "date_part",  # the part `mode` of a date, as a number
    "start_of",  # the first day of the period `mode` that holds a date
    # choice
    "if",
    # over the records of fact `name`; arguments are evaluated once a record
    "count_records",
    "any_record",
    "all_records",
    "sum_records",
    "maximum_record",
    "minimum_record",
    "size",  # how many records
    # over the records of fact `name` for which the first argument of them holds
    "related_records",  # the fold `mode` over those whose key is that of the record at hand
    "sum_groups",  # the sum, over groups of equal keys, of the largest value in each
    "top_records",  # the fold `mode` over the `span` records of the largest order
    "longest_run",  # the most consecutive days that records have
]

Interval = tuple[int, int]
Kinds = tuple[str, ...]
Rule = Callable[["Node", Sequence["Node"], int], Interval]
Check = Callable[["Node", Sequence["Node"]], bool]
Scale = Callable[["Node", Sequence["Node"]], int | None]

_NUMBER: Kinds = ("number",)
_BOOL: Kinds = ("bool",)
_DATE: Kinds = ("date",)
_ORDERED: Kinds = ("number", "date")
_ANY: Kinds = ("bool", "number", "date", "enum")
_KEY: Kinds = ("bool", "number", "date", "enum", "id")


@frozen
class Rules:
    """The rules of one operation.

    `args` are the kinds that each argument may have; if `repeats`, the last entry applies to one
    argument or more. `result` are the kinds of the value. `interval` returns the interval of the
    value from the node, its arguments and the most records that its fact can have. `same_type` says
    that the last two arguments have one type, `over_records` that the arguments are evaluated once
    for each record. `scale` returns the decimals that the value must have, None if those of the
    arguments do not fit together. `check` holds for a node whose other fields are well-formed.
    """

    args: tuple[Kinds, ...]
    result: Kinds
    interval: Rule
    repeats: bool = False
    same_type: bool = False
    over_records: bool = False
    scale: Scale = lambda _node, _args: 0
    check: Check = lambda _node, _args: True

    def accepts(self, node: Node, args: Sequence[Node]) -> bool:
        """Return whether a node and its arguments have types that fit the operation."""
        expected = self.args * max(len(args), 1) if self.repeats else self.args
        if len(args) != len(expected) or node.type.kind not in self.result:
            return False
        if any(arg.type.kind not in kinds for arg, kinds in zip(args, expected, strict=True)):
            return False
        if node.type.decimals != self.scale(node, args):
            return False
        if not self.same_type:
            return True
        left, right = (arg.type for arg in args[-2:])
        return (left.kind, left.decimals, left.values) == (right.kind, right.decimals, right.values)


class DivisorError(Exception):
    """A divisor may be zero."""


class CalendarError(Exception):
    """A date may lie where the operation has no value for it."""


def interval(node: Node, args: Sequence[Node], max_records: int = 0) -> Interval:
    """Return the interval of a node's value.

    Raises `DivisorError` if a divisor may be zero, and `CalendarError` if a date may be one that
    the operation does not know.

    `max_records` is the declared maximum of the records that the node goes over.
    """
    return OPERATIONS[node.op].interval(node, args, max_records)


def open_scopes(node: Node, args: Sequence[Node]) -> set[str]:
    """Return the facts on whose single record a node's value depends; a valid node has at most one.

    An operation over records has none, because its argument depends on a record of its own fact. A
    relation depends on the record at hand by its first argument.
    """
    if node.op in ("field", "has_field"):
        return {node.name}
    if node.op == RELATED:
        return _scopes(args[:1]) | (_scopes(args[1:]) - {node.name})
    scopes = _scopes(args)
    return scopes - {node.name} if OPERATIONS[node.op].over_records else scopes


def _scopes(args: Sequence[Node]) -> set[str]:
    return {argument.scope for argument in args if argument.scope is not None}


def args_at_hand(node: Node) -> tuple[int, ...]:
    """Return the arguments that are evaluated where a node is: for the merchant or its record."""
    if node.op == RELATED:
        return node.args[:1]
    return () if node.op in OVER_RECORDS else node.args


def args_of_records(node: Node) -> tuple[int, ...]:
    """Return the arguments that are evaluated once for each record of the node's fact."""
    if node.op == RELATED:
        return node.args[1:]
    return node.args if node.op in OVER_RECORDS else ()


def _of_leaf(node: Node, _args: Sequence[Node]) -> int:
    """Return the decimals of a leaf, which declares them itself; only numbers have any."""
    return node.type.decimals if node.type.kind == "number" else 0


def _of_arguments(_node: Node, args: Sequence[Node]) -> int | None:
    """Return the one scale of all arguments."""
    scales = {arg.type.decimals for arg in args}
    return scales.pop() if len(scales) == 1 else None


def _of_choice(_node: Node, args: Sequence[Node]) -> int | None:
    return _of_arguments(_node, args[-2:])


def _of_fold(node: Node, args: Sequence[Node]) -> int | None:
    """Return the decimals of a fold `mode` of the last argument."""
    rules = OPERATIONS.get(node.mode)
    return None if rules is None else rules.scale(node, args[-1:])


def _of_quotient(node: Node, args: Sequence[Node]) -> int | None:
    """Return the decimals of a quotient.

    To round a number to fewer decimals, it is divided by a power of ten, which is no number of the
    ruleset: then the value stays and its decimals go.
    """
    top, bottom = args
    fewer = top.type.decimals - node.type.decimals
    if node.shift == 0 and fewer > 0 and bottom.op == "constant" and bottom.value == 10**fewer:
        return node.type.decimals
    return top.type.decimals + node.shift - bottom.type.decimals


def _of_same_kind(node: Node, args: Sequence[Node]) -> bool:
    """Return whether the value has the kind, and the enum values, of its last argument."""
    kinds = {(arg.type.kind, arg.type.values) for arg in args}
    return kinds == {(node.type.kind, node.type.values)}


def _of_dates(node: Node, args: Sequence[Node]) -> bool:
    """Return whether a sum is a number of two numbers, or a date of a date and days."""
    kinds = [arg.type.kind for arg in args]
    return kinds == ["number", "number"] if node.type.kind == "number" else "date" in kinds


def _declared(node: Node, _args: Sequence[Node], _records: int) -> Interval:
    """Return the interval of a node without arguments, which declares it itself."""
    return node.low, node.high


def _of_args(rule: Callable[[Sequence[Node]], Interval]) -> Rule:
    """Return the interval rule of an operation whose value depends only on its arguments."""
    return lambda _node, args, _records: rule(args)


def _corners(args: Sequence[Node], function: Callable[[int, int], int]) -> Interval:
    left, right = args
    values = [function(a, b) for a, b in product((left.low, left.high), (right.low, right.high))]
    return min(values), max(values)


def _quotient(node: Node, args: Sequence[Node], _records: int) -> Interval:
    top, bottom = args
    if bottom.low <= 0 <= bottom.high:
        raise DivisorError
    rounding: Rounding = node.mode  # type: ignore[assignment]  # checked where the node is built
    factor = 10**node.shift
    low, high = _corners(args, lambda left, right: divide(left * factor, right, rounding))
    # the scaled numerator is an intermediate value too: it must fit, so it widens a bad interval
    for end in (top.low * factor, top.high * factor):
        if not -(2**63) <= end < 2**63:
            return min(low, end), max(high, end)
    return low, high


def _in(node: Node, args: Sequence[Node], _records: int) -> Interval:
    (value,) = args
    possible = [member for member in node.members if value.low <= member <= value.high]
    if not possible:
        return 0, 0
    return (1, 1) if value.low == value.high else (0, 1)


def _equal(args: Sequence[Node]) -> Interval:
    left, right = args
    if left.high < right.low or right.high < left.low:
        return 0, 0
    same = left.low == left.high == right.low == right.high
    return (1, 1) if same else (0, 1)


def _if(args: Sequence[Node]) -> Interval:
    condition, then, otherwise = args
    if condition.low == 1:
        return then.low, then.high
    if condition.high == 0:
        return otherwise.low, otherwise.high
    return min(then.low, otherwise.low), max(then.high, otherwise.high)


def _smallest(args: Sequence[Node]) -> Interval:
    return min(arg.low for arg in args), min(arg.high for arg in args)


def _largest(args: Sequence[Node]) -> Interval:
    return max(arg.low for arg in args), max(arg.high for arg in args)


def _count(_node: Node, args: Sequence[Node], records: int) -> Interval:
    return (0, 0) if args and args[0].high == 0 else (0, records)


def _sum(_node: Node, args: Sequence[Node], records: int) -> Interval:
    return min(0, args[0].low * records), max(0, args[0].high * records)


def _extreme(node: Node, args: Sequence[Node], _records: int) -> Interval:
    """Return the interval of an extreme over records; `value` is used for an empty list."""
    return min(args[0].low, node.value), max(args[0].high, node.value)


def _fold(node: Node, args: Sequence[Node], records: int) -> Interval:
    """Return the interval of the fold `mode` over some of the records; it may be over none."""
    return OPERATIONS[node.mode].interval(node, args[-1:], records)


def _top(node: Node, args: Sequence[Node], records: int) -> Interval:
    return _fold(node, args, min(node.span, records))


def _groups(node: Node, args: Sequence[Node], records: int) -> Interval:
    """Return the interval of a sum over groups, of which there are no more than keys."""
    test, key, value = args
    groups = records if key.type.kind == "id" else min(records, key.high - key.low + 1)
    return _sum(node, [value], groups if test.high else 0)


def _run(_node: Node, args: Sequence[Node], records: int) -> Interval:
    test, day = args
    return 0, min(records, day.high - day.low + 1) if test.high else 0


def _is_fold(node: Node, args: Sequence[Node]) -> bool:
    """Return whether `mode` is a fold that fits the value and the result."""
    rules = OPERATIONS.get(node.mode)
    if node.mode not in FOLDS or rules is None:
        return False
    value = args[-1]
    return (
        value.type.kind in rules.args[0]
        and node.type.kind in rules.result
        and node.type.decimals == rules.scale(node, [value])
        and rules.check(node, [value])
    )


def _is_relation(node: Node, args: Sequence[Node]) -> bool:
    """Return whether both keys have one type, and days those of a window of the same list."""
    own, _, key, _ = args
    if own.scope is None:
        return False
    types = {(kind.kind, kind.decimals, kind.values) for kind in (own.type, key.type)}
    is_window = node.args[0] == node.args[2] and key.type.kind == "date"
    fits = node.span == 0 or (is_window and 1 <= node.span <= MAX_WINDOW_DAYS)
    return len(types) == 1 and fits and _is_fold(node, args)


def _known_dates(args: Sequence[Node]) -> bool:
    """Return whether every date is one of the calendar."""
    return all(arg.low >= FIRST_ORDINAL and arg.high <= LAST_ORDINAL for arg in args)


def _of_known_dates(rule: Rule) -> Rule:
    """Return an interval rule that refuses dates outside the calendar."""

    def checked(node: Node, args: Sequence[Node], records: int) -> Interval:
        if not _known_dates(args):
            raise CalendarError
        return rule(node, args, records)

    return checked


def _part(node: Node, args: Sequence[Node], _records: int) -> Interval:
    """Return the interval of a part of a date: exact for years, and inside one year or week."""
    low, high = args[0].low, args[0].high
    if node.mode != "year":
        around = "week" if node.mode == "weekday" else "year"
        if start_of(around, low) != start_of(around, high):
            return 1, _LARGEST_PART[node.mode]
    return part_of(node.mode, low), part_of(node.mode, high)


_LARGEST_PART = {"quarter": 4, "month": 12, "weekday": 7}


def _spans(args: Sequence[Node], count: Callable[[int, int], int]) -> Interval:
    """Return the interval of a count that falls with the first date and rises with the second."""
    start, end = args
    return count(start.high, end.low), count(start.low, end.high)


def _days_without(node: Node, args: Sequence[Node], _records: int) -> Interval:
    if not _in_table(args):
        raise CalendarError
    return _spans(args, lambda start, end: days_without(start, end, node.members))


def table_days(node: Node, args: Sequence[Node]) -> int:
    """Return for how many days evaluators hold a number, to compute a node."""
    if node.op != "working_days":
        return 0
    return max(arg.high for arg in args) - min(arg.low for arg in args) + 1


def _in_table(args: Sequence[Node]) -> bool:
    """Return whether two dates lie so close together that a table may hold all days between."""
    return max(arg.high for arg in args) - min(arg.low for arg in args) < MAX_CALENDAR_DAYS


def _times_power(node: Node, args: Sequence[Node], _records: int) -> Interval:
    return args[0].low * 10**node.shift, args[0].high * 10**node.shift


OPERATIONS: dict[str, Rules] = {
    "constant": Rules(
        (), _ANY, lambda node, _args, _records: (node.value, node.value),
        scale=_of_leaf, check=lambda node, _: node.low == node.value == node.high,
    ),
    "fact": Rules(
        (), _ANY, _declared, scale=_of_leaf,
        check=lambda node, _: bool(node.name) and node.low <= node.value <= node.high,
    ),
    "has": Rules((), _BOOL, _declared, check=lambda node, _: bool(node.name)),
    "as_of": Rules((), _DATE, _declared),
    "field": Rules(
        (), _KEY, _declared, scale=_of_leaf,
        check=lambda node, _: bool(node.field) and node.low <= node.value <= node.high,
    ),
    "has_field": Rules((), _BOOL, _declared, check=lambda node, _: bool(node.field)),
    "not": Rules((_BOOL,), _BOOL, _of_args(lambda args: (1 - args[0].high, 1 - args[0].low))),
    "and": Rules((_BOOL,), _BOOL, _of_args(_smallest), repeats=True),
    "or": Rules((_BOOL,), _BOOL, _of_args(_largest), repeats=True),
    "equal": Rules((_ANY, _ANY), _BOOL, _of_args(_equal), same_type=True),
    "less": Rules(
        (_ORDERED, _ORDERED), _BOOL,
        _of_args(lambda args: (int(args[0].high < args[1].low), int(args[0].low < args[1].high))),
        same_type=True,
    ),
    "less_or_equal": Rules(
        (_ORDERED, _ORDERED), _BOOL,
        _of_args(lambda args: (int(args[0].high <= args[1].low), int(args[0].low <= args[1].high))),
        same_type=True,
    ),
    "in": Rules((_ANY,), _BOOL, _in),
    "add": Rules(
        (_ORDERED, _ORDERED), _ORDERED,
        _of_args(lambda args: (sum(arg.low for arg in args), sum(arg.high for arg in args))),
        scale=_of_arguments, check=_of_dates,
    ),
    "subtract": Rules(
        (_NUMBER, _NUMBER), _NUMBER,
        _of_args(lambda args: (args[0].low - args[1].high, args[0].high - args[1].low)),
        scale=_of_arguments,
    ),
    "multiply": Rules(
        (_NUMBER, _NUMBER), _NUMBER,
        _of_args(lambda args: _corners(args, lambda left, right: left * right)),
        scale=lambda _, args: args[0].type.decimals + args[1].type.decimals,
    ),
    "negate": Rules(
        (_NUMBER,), _NUMBER, _of_args(lambda args: (-args[0].high, -args[0].low)),
        scale=_of_arguments,
    ),
    "minimum": Rules(
        (_ORDERED,), _ORDERED, _of_args(_smallest), repeats=True,
        scale=_of_arguments, check=_of_same_kind,
    ),
    "maximum": Rules(
        (_ORDERED,), _ORDERED, _of_args(_largest), repeats=True,
        scale=_of_arguments, check=_of_same_kind,
    ),
    "divide": Rules(
        (_NUMBER, _NUMBER), _NUMBER, _quotient,
        scale=_of_quotient,
        check=lambda node, args: (
            node.mode in ROUNDINGS
            and 0 <= node.shift <= MAX_SHIFT
            and not args[1].low <= 0 <= args[1].high
        ),
    ),
    "scale_up": Rules(
        (_NUMBER,), _NUMBER, _times_power,
        scale=lambda node, args: args[0].type.decimals + node.shift,
        check=lambda node, _: 0 <= node.shift <= MAX_SHIFT,
    ),
    "days_between": Rules(
        (_DATE, _DATE), _NUMBER,
        _of_args(lambda args: _spans(args, lambda start, end: end - start)),
    ),
    "months_between": Rules(
        (_DATE, _DATE), _NUMBER,
        _of_known_dates(_of_args(lambda args: _spans(args, months_between))),
        check=lambda _, args: _known_dates(args),
    ),
    "working_days": Rules(
        (_DATE, _DATE), _NUMBER, _days_without,
        check=lambda node, args: (
            bool(node.mode)
            and _in_table(args)
            and all(day < later for day, later in pairwise(node.members))
        ),
    ),
    "date_part": Rules(
        (_DATE,), _NUMBER, _of_known_dates(_part),
        check=lambda node, args: node.mode in PARTS and _known_dates(args),
    ),
    "start_of": Rules(
        (_DATE,), _DATE,
        _of_known_dates(
            lambda node, args, _records: (
                start_of(node.mode, args[0].low), start_of(node.mode, args[0].high)
            )
        ),
        check=lambda node, args: node.mode in STARTS and _known_dates(args),
    ),
    "if": Rules(
        (_BOOL, _ANY, _ANY), _ANY, _of_args(_if), same_type=True,
        scale=_of_choice, check=lambda node, args: _of_same_kind(node, args[1:]),
    ),
    "count_records": Rules((_BOOL,), _NUMBER, _count, over_records=True),
    "any_record": Rules(
        (_BOOL,), _BOOL, _of_args(lambda args: (0, args[0].high)), over_records=True
    ),
    "all_records": Rules(
        (_BOOL,), _BOOL, _of_args(lambda args: (args[0].low, 1)), over_records=True
    ),
    "sum_records": Rules((_NUMBER,), _NUMBER, _sum, over_records=True, scale=_of_arguments),
    "maximum_record": Rules(
        (_ANY,), _ANY, _extreme, over_records=True, scale=_of_arguments, check=_of_same_kind
    ),
    "minimum_record": Rules(
        (_ANY,), _ANY, _extreme, over_records=True, scale=_of_arguments, check=_of_same_kind
    ),
    "size": Rules((), _NUMBER, _count, check=lambda node, _: bool(node.name)),
    "related_records": Rules(
        (_KEY, _BOOL, _KEY, _ANY), _ANY, _fold, scale=_of_fold, check=_is_relation
    ),
    "sum_groups": Rules(
        (_BOOL, _KEY, _NUMBER), _NUMBER, _groups, over_records=True,
        scale=lambda _, args: args[-1].type.decimals,
    ),
    "top_records": Rules(
        (_BOOL, _ORDERED, _ANY), _ANY, _top, over_records=True, scale=_of_fold,
        check=lambda node, args: node.span >= 1 and _is_fold(node, args),
    ),
    "longest_run": Rules((_BOOL, _DATE), _NUMBER, _run, over_records=True),
}  # fmt: skip

RELATED = "related_records"
FOLDS = (
    "count_records", "any_record", "all_records", "sum_records", "maximum_record", "minimum_record",
)  # fmt: skip

OVER_RECORDS = frozenset(op for op, rules in OPERATIONS.items() if rules.over_records)
COMPARISONS = frozenset({"equal", "less", "less_or_equal", "in"})
