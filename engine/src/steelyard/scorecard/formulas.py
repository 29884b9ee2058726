"""Formulas: how a value is computed, from nodes of a plan, with the values of one merchant.

They are written as a condition is: what the merchant has comes first in a comparison, `clamp` is
one function, and a number has the unit of the value beside it. Left out is what has no effect on
any merchant with values like these: the `max(…, 1)` that keeps a count above zero as a divisor, and
the `min(…, 1)` of a part of a whole.
"""

from dataclasses import replace
from typing import Literal

from steelyard.plan.nodes import Node
from steelyard.plan.operations import OVER_RECORDS
from steelyard.scorecard.model import Calculation, Exact, Formula, Operator, Term
from steelyard.scorecard.reading import TraceReader

_OPERATORS: dict[str, Operator] = {
    "or": "or", "and": "and", "not": "not", "equal": "=", "less": "<", "less_or_equal": "<=",
    "add": "+", "subtract": "-", "multiply": "*", "negate": "negate", "minimum": "min",
    "maximum": "max", "days_between": "days", "months_between": "months",
    "working_days": "working_days",
}  # fmt: skip
_OF_DATE: dict[str, Operator] = {
    "year": "year", "quarter": "quarter", "month": "month", "weekday": "weekday",
}  # fmt: skip
_STARTS: dict[str, Operator] = {
    "week": "start_of_week", "month": "start_of_month", "quarter": "start_of_quarter",
    "year": "start_of_year",
}  # fmt: skip
_TURNED: dict[Operator, Operator] = {"<": ">", "<=": ">=", "=": "="}
_ONE_UNIT = ("+", "-", "min", "max", "clamp", *_TURNED)  # their operands have one unit
_ROUNDED: dict[str, Operator] = {
    "floor": "floor", "ceiling": "ceiling", "half_up": "round", "half_even": "round",
}  # fmt: skip
_FOLDS: dict[str, Literal["count", "sum", "largest", "smallest"]] = {
    "size": "count", "count_records": "count", "sum_records": "sum", "maximum_record": "largest",
    "minimum_record": "smallest",
}  # fmt: skip
_ANSWERS = ("any_record", "all_records")
_SHARES = frozenset(
    ("multiply", "scale_up", "add", "subtract", "negate", "minimum", "maximum", "divide", "if")
)
_FINE = 4  # decimals of a share whose rounding nobody sees


def formula(trace: TraceReader, index: int, shown: frozenset[int]) -> Formula | None:
    """Return how a value is computed; None if a formula cannot say it.

    `shown` are the nodes whose values the trace has for it.
    """
    nodes = trace.of_plan.plan.nodes
    node = nodes[index]
    while node.op == "scale_up" and index not in shown:
        index = node.args[0]
        node = nodes[index]
    if node.op == "constant":
        return trace.written(index)
    if index in shown:
        return _term(trace, index)
    if node.op == "if":
        test, then, otherwise = node.args
        if test not in shown or trace.known(test) is None:
            return None
        return formula(trace, then if trace.flag(test) else otherwise, shown)
    return _calculation(trace, index, shown)


def quotient(trace: TraceReader, index: int) -> tuple[Exact | None, Exact | None]:
    """Return what a ratio divides and by what; None where the trace does not tell it."""
    nodes = trace.of_plan.plan.nodes
    while nodes[index].op != "divide":  # inside a constant that limits the ratio
        inside = [one for one in nodes[index].args if nodes[one].op != "constant"]
        if not inside:  # the compiler writes no such plan
            return None, None
        index = inside[0]
    top, bottom = nodes[index].args
    return _number(trace, top), _number(trace, bottom)


def unit_of(trace: TraceReader, index: int) -> str | None:
    """Return the unit of a number; a share times 100 is no share any more."""
    nodes = trace.of_plan.plan.nodes
    node = nodes[index]
    if node.type.unit != "share" or node.op not in _SHARES:
        return node.type.unit
    constants = [nodes[one] for one in node.args if nodes[one].op == "constant"]
    if node.op == "multiply" and any(map(_is_hundreds, constants)):
        return None
    shares = [one for one in node.args if nodes[one].type.unit == "share"]
    return "share" if all(unit_of(trace, one) for one in shares) else None


def _is_hundreds(factor: Node) -> bool:
    """Return whether a constant makes a share a percentage, or parts of a thousand or more."""
    number, rest = divmod(factor.value, 10**factor.type.decimals)
    return not rest and number >= 100 and number == 10 ** (len(str(number)) - 1)


def _calculation(trace: TraceReader, index: int, shown: frozenset[int]) -> Formula | None:
    node = trace.of_plan.plan.nodes[index]
    if node.op == "divide":
        return _division(trace, index, shown)
    by_mode = {"date_part": _OF_DATE, "start_of": _STARTS}.get(node.op, {})
    operator = by_mode.get(node.mode) or _OPERATORS.get(node.op)
    if operator is None:
        return None
    arguments = node.args
    if operator == "min":
        share, limit = arguments
        if _is_part(trace, share, limit):
            return formula(trace, share, shown)
        inside = _clamped(trace, share)
        if inside is not None:
            operator, arguments = "clamp", (*inside, limit)
    operands = _operands(trace, arguments, shown, same_unit=operator in _ONE_UNIT)
    if operands is None:
        return None
    if operator == "working_days":
        operands = (*operands, trace.of_plan.calendar(node.mode))
    if operator in _TURNED and _leads(operands[1]) > _leads(operands[0]):
        operator, operands = _TURNED[operator], operands[::-1]
    return Calculation(operator, operands)


def _operands(
    trace: TraceReader, arguments: tuple[int, ...], shown: frozenset[int], *, same_unit: bool
) -> tuple[Formula, ...] | None:
    nodes = trace.of_plan.plan.nodes
    made = [formula(trace, argument, shown) for argument in arguments]
    known = [operand for operand in made if operand is not None]
    if len(known) < len(made):
        return None
    units = [unit_of(trace, one) for one in arguments if nodes[one].op != "constant"]
    if same_unit and units:  # a number in a condition has the unit of the value beside it
        known = [
            replace(operand, unit=units[0]) if isinstance(operand, Exact) else operand
            for operand in known
        ]
    return tuple(known)


def _division(trace: TraceReader, index: int, shown: frozenset[int]) -> Formula | None:
    nodes = trace.of_plan.plan.nodes
    node = nodes[index]
    top, bottom = node.args
    if _only_rounds(trace, node):
        rounded = formula(trace, top, shown)
        return None if rounded is None else Calculation(_ROUNDED[node.mode], (rounded,))
    operands = _operands(trace, (top, _above_zero(trace, bottom)), shown, same_unit=False)
    if operands is None:
        return None
    made = Calculation("/", operands)
    if node.type.unit == "share" and node.type.decimals >= _FINE:
        return made
    return Calculation(_ROUNDED[node.mode], (made,))


def _only_rounds(trace: TraceReader, node: Node) -> bool:
    """Return whether a division takes decimals away and leaves the number as it is."""
    nodes = trace.of_plan.plan.nodes
    top, bottom = (nodes[argument] for argument in node.args)
    fewer = node.shift + top.type.decimals - node.type.decimals
    return bottom.op == "constant" and fewer >= 0 and bottom.value == 10**fewer


def _clamped(trace: TraceReader, index: int) -> tuple[int, int] | None:
    """Return the value and the lower end inside `clamp(x, low, high)`, from the node below."""
    nodes = trace.of_plan.plan.nodes
    node = nodes[_unscaled(trace, index)]
    if node.op != "maximum" or nodes[node.args[1]].op != "constant":
        return None
    value, low = node.args
    return value, low


def _leads(side: Formula) -> int:
    """Return how much a side is what a merchant has: a value, computed from some, or a constant."""
    return 2 if isinstance(side, Term) else int(isinstance(side, Calculation))


def _term(trace: TraceReader, index: int) -> Formula | None:
    node = trace.of_plan.plan.nodes[index]
    title = trace.of_plan.title(index)
    if node.op == "as_of":
        return trace.value(index)
    if title is None:
        return None
    if node.op in OVER_RECORDS and (node.mode or node.op) in _ANSWERS:
        return None
    given = not node.name or node.name in trace.given
    return Term(title, trace.value(index) if given else None, _FOLDS.get(node.op, ""))


def _above_zero(trace: TraceReader, bottom: int) -> int:
    """Return a divisor without the limit that only keeps it above zero, unless it is zero."""
    nodes = trace.of_plan.plan.nodes
    node = nodes[_unscaled(trace, bottom)]
    if node.op != "maximum" or nodes[node.args[1]].op != "constant":
        return bottom
    whole, limit = (nodes[_unscaled(trace, argument)].type for argument in node.args)
    is_least = nodes[node.args[1]].value * 10**whole.decimals == 10**limit.decimals
    number = _number(trace, node.args[0])
    above = trace.is_open(bottom) if number is None else number.value > 0
    return node.args[0] if above and is_least else bottom


def _is_part(trace: TraceReader, share: int, limit: int) -> bool:
    """Return whether a limit is 1, and a value the quotient of a part and its whole."""
    nodes = trace.of_plan.plan.nodes
    node, most = nodes[_unscaled(trace, share)], nodes[limit]
    if node.op != "divide" or most.op != "constant" or most.value != 10**most.type.decimals:
        return False
    part, whole = quotient(trace, _unscaled(trace, share))
    if part is None or whole is None:
        return trace.is_open(share)
    return part.decimal <= whole.decimal


def _number(trace: TraceReader, index: int) -> Exact | None:
    """Return a number with the decimals that it was given with; None if the trace lacks it."""
    nodes = trace.of_plan.plan.nodes
    unit = nodes[index].type.unit
    while nodes[index].op == "scale_up" and not trace.has(index):
        index = nodes[index].args[0]
    node = nodes[index]
    numbers: list[Exact | None] = []
    if node.op == "constant":
        numbers = [Exact(node.value, node.type.decimals)]
    elif trace.has(index):
        numbers = [None if trace.is_open(index) else trace.number(index)]
    elif node.op == "maximum":
        numbers = [_number(trace, argument) for argument in node.args]
    known = [number for number in numbers if number is not None]
    if not known or len(known) < len(numbers):
        return None
    return replace(max(known, key=lambda number: number.decimal), unit=unit)


def _unscaled(trace: TraceReader, index: int) -> int:
    """Return the node below all changes of scale and unit."""
    nodes = trace.of_plan.plan.nodes
    while nodes[index].op == "scale_up":
        index = nodes[index].args[0]
    return index
