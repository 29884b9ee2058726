"""Formulas: how a value is computed, from nodes of a plan, with the values of one merchant."""

from typing import Literal

from steelyard.plan.operations import OVER_RECORDS
from steelyard.scorecard.model import Calculation, Exact, Formula, Operator, Term
from steelyard.scorecard.reading import TraceReader

_OPERATORS: dict[str, Operator] = {
    "or": "or", "and": "and", "not": "not", "equal": "=", "less": "<", "less_or_equal": "<=",
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "negate": "negate",
    "minimum": "min", "maximum": "max", "days_between": "days",
}  # fmt: skip
_FOLDS: dict[str, Literal["count", "sum", "largest", "smallest"]] = {
    "size": "count", "count_records": "count", "sum_records": "sum", "maximum_record": "largest",
    "minimum_record": "smallest",
}  # fmt: skip


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


def _calculation(trace: TraceReader, index: int, shown: frozenset[int]) -> Formula | None:
    node = trace.of_plan.plan.nodes[index]
    operator = _OPERATORS.get(node.op)
    if operator is None or _rounds(trace, index):
        return None
    operands = [formula(trace, argument, shown) for argument in node.args]
    known = [operand for operand in operands if operand is not None]
    if len(known) < len(operands):
        return None
    if operator == "/":
        known[1] = _above_zero(known[1])
    share = known[0]
    if operator == "min" and _is_one(known[-1]) and _is_part(share):
        return share
    return Calculation(operator, tuple(known))


def _term(trace: TraceReader, index: int) -> Formula | None:
    node = trace.of_plan.plan.nodes[index]
    title = trace.of_plan.title(index)
    if node.op == "as_of":
        return trace.value(index)
    if title is None:
        return None
    if node.op in OVER_RECORDS and node.op not in _FOLDS:
        return None
    given = not node.name or node.name in trace.given
    return Term(title, trace.value(index) if given else None, _FOLDS.get(node.op, ""))


def _above_zero(divisor: Formula) -> Formula:
    """Return a divisor without a `max(…, 1)` that has no effect, as it keeps it above zero."""
    if isinstance(divisor, Calculation) and divisor.operator == "max":
        whole, limit = divisor.operands
        if _is_one(limit) and isinstance(whole, Term) and isinstance(whole.value, Exact):
            return whole if whole.value.decimal >= 1 else divisor
    return divisor


def _is_part(share: Formula) -> bool:
    """Return whether a formula is a quotient of two values of which the first is not larger."""
    if not isinstance(share, Calculation) or share.operator != "/":
        return False
    values = [operand.value for operand in share.operands if isinstance(operand, Term)]
    part, whole = values if len(values) == 2 else (None, None)
    if not isinstance(part, Exact) or not isinstance(whole, Exact):
        return False
    return part.decimal <= whole.decimal


def _is_one(limit: Formula) -> bool:
    return isinstance(limit, Exact) and limit.decimal == 1


def _rounds(trace: TraceReader, index: int) -> bool:
    """Return whether a division only rounds, which a formula does not show."""
    node = trace.of_plan.plan.nodes[index]
    return node.op == "divide" and trace.of_plan.plan.nodes[node.args[1]].op == "constant"
