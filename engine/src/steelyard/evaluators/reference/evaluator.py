"""The trace of a plan for one merchant.

Facts lie inside their declared bounds, required facts are present and `as_of` lies inside the
plan's dates: the readers of merchants and the selection of a ruleset check that, and the intervals
of a plan rest on it.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from steelyard.evaluators.reference.program import evaluate_nodes
from steelyard.evaluators.reference.records import known
from steelyard.model.facts import FactDeclaration
from steelyard.plan.nodes import Node, extract
from steelyard.plan.structure import Plan
from steelyard.plan.trace import Facts, Trace, trace_nodes


def evaluate(plan: Plan, facts: Facts, as_of: int) -> Trace:
    """Return the trace of a plan for one merchant: values aligned with `trace_nodes(plan)`.

    `as_of` is a date's ordinal.
    """
    values = evaluate_nodes(plan.nodes, facts, as_of)
    return tuple(known(values[index]) for index in trace_nodes(plan))


def prepare(plan: Plan) -> Callable[[Facts, int], Trace]:
    """Return a function from (facts, as_of) to the trace of a plan."""
    return partial(evaluate, plan)


def prepare_nodes(
    nodes: Sequence[Node], _facts: Iterable[FactDeclaration], wanted: Sequence[int]
) -> Callable[[Facts, int], Trace]:
    """Return a function from (facts, as_of) to the values of some nodes without a scope.

    It has the signature of the evaluators that need declarations to generate code.
    """
    needed, numbers = extract(nodes, wanted)

    def evaluate_wanted(facts: Facts, as_of: int) -> Trace:
        values = evaluate_nodes(needed, facts, as_of)
        return tuple(known(values[numbers[index]]) for index in wanted)

    return evaluate_wanted
