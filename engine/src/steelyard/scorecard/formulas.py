"""Formulas: how a value is computed, from nodes of a plan, with the values of one merchant."""

from typing import Literal

from steelyard.plan.operations import OVER_RECORDS
from steelyard.scorecard.model import Calculation, Formula, Operator, Term
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
    operator = _OPERATORS.get(node.op)
    if operator is None or _rounds(trace, index):
        return None
    operands = [formula(trace, argument, shown) for argument in node.args]
    known = tuple(operand for operand in operands if operand is not None)
    return Calculation(operator, known) if len(known) == len(operands) else None


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


def _rounds(trace: TraceReader, index: int) -> bool:
    """Return whether a division only rounds, which a formula does not show."""
    node = trace.of_plan.plan.nodes[index]
    return node.op == "divide" and trace.of_plan.plan.nodes[node.args[1]].op == "constant"
