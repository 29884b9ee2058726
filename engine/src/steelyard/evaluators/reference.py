"""The reference evaluator: a walk over the nodes of a plan, for one merchant, in the plainest form.

It is the meaning of every operation; the other evaluators are tested against it. It skips no node,
generates no code and computes without floats.

Facts lie inside their declared bounds, required facts are present and `as_of` lies inside the
plan's dates: the readers of merchants and the selection of a ruleset check that, and the intervals
of a plan rest on it.
"""

import operator
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from steelyard.model.facts import FactDeclaration
from steelyard.model.numbers import Rounding, divide
from steelyard.plan.nodes import Node, extract
from steelyard.plan.operations import OVER_RECORDS
from steelyard.plan.structure import Plan
from steelyard.plan.trace import Facts, Record, Trace, Value, trace_nodes

_NO_RECORD: Record = {}


# the value of an operation from the values of its arguments alone
_OF_ARGUMENTS: dict[str, Callable[..., Value]] = {
    "not": operator.not_,
    "and": lambda *args: all(args),
    "or": lambda *args: any(args),
    "equal": operator.eq,
    "less": operator.lt,
    "less_or_equal": operator.le,
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "negate": lambda value: -value,
    "minimum": lambda *args: min(args),
    "maximum": lambda *args: max(args),
    "days_between": lambda start, end: end - start,
    "if": lambda test, then, otherwise: then if test else otherwise,
}
# the value of an operation over records from the values of its argument, one for each record
_OF_RECORDS: dict[str, Callable[[Sequence[Value], Value], Value]] = {
    "count_records": lambda values, _: sum(values),
    "sum_records": lambda values, _: sum(values),
    "any_record": lambda values, _: any(values),
    "all_records": lambda values, _: all(values),
    "maximum_record": lambda values, empty: max(values, default=empty),
    "minimum_record": lambda values, empty: min(values, default=empty),
}


def operate(  # noqa: C901, PLR0911 - one case an operation is the point
    node: Node, args: Sequence[Value], facts: Facts, as_of: int, record: Record = _NO_RECORD
) -> Value:
    """Return the value of a node from the values of its arguments and, in a loop, the record."""
    match node.op:
        case "constant":
            return _typed(node, node.value)
        case "fact":
            return _typed(node, facts.get(node.name, node.value))
        case "has":
            return node.name in facts
        case "as_of":
            return as_of
        case "field":
            return _typed(node, record.get(node.field, node.value))
        case "has_field":
            return node.field in record
        case "in":
            return args[0] in node.members
        case "divide":
            rounding: Rounding = node.mode  # type: ignore[assignment]  # checked when it is read
            return divide(args[0] * 10**node.shift, args[1], rounding)
        case "scale_up":
            return args[0] * 10**node.shift
        case "size":
            return len(records_of(facts, node.name))
        case _:
            return _OF_ARGUMENTS[node.op](*args)


def records_of(facts: Facts, name: str) -> tuple[Record, ...]:
    """Return the records of a fact, none where it is absent."""
    records = facts.get(name, ())
    assert isinstance(records, tuple)
    return records


def known(value: Value | None) -> Value:
    """Return the value of a node that has one of its own, apart from any record."""
    assert value is not None
    return value


def _typed(node: Node, value: object) -> Value:
    assert isinstance(value, int)
    return bool(value) if node.type.kind == "bool" else value


def over_records(
    node: Node,
    nodes: Sequence[Node],
    values: Sequence[Value | None],
    facts: Facts,
    as_of: int,
) -> Value:
    """Return the value of a node over records: its argument is evaluated once a record.

    `values` are those of the nodes before it.
    """
    argument = node.args[0]
    scoped = _scoped_below(argument, nodes)
    results: list[Value] = []
    for record in records_of(facts, node.name):
        of_record: dict[int, Value] = {}
        for index in scoped:
            arguments = [
                of_record[below] if below in of_record else known(values[below])
                for below in nodes[index].args
            ]
            of_record[index] = operate(nodes[index], arguments, facts, as_of, record)
        results.append(of_record[argument] if scoped else known(values[argument]))
    return _OF_RECORDS[node.op](results, node.value)


def _scoped_below(argument: int, nodes: Sequence[Node]) -> list[int]:
    """Return the nodes at or below one that depend on the record, ascending."""
    scoped: set[int] = set()
    todo = [argument]
    while todo:
        index = todo.pop()
        if index not in scoped and nodes[index].scope is not None:
            scoped.add(index)
            todo.extend(nodes[index].args)
    return sorted(scoped)


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


def evaluate_nodes(nodes: Sequence[Node], facts: Facts, as_of: int) -> list[Value | None]:
    """Return the value of every node in order; None for a node that depends on a single record.

    Yes/no nodes give bool; numbers (scaled), dates (ordinals) and enums (indices) give int.
    """
    values: list[Value | None] = []
    for node in nodes:
        if node.scope is not None:
            values.append(None)
        elif node.op in OVER_RECORDS:
            values.append(over_records(node, nodes, values, facts, as_of))
        else:
            arguments = [known(values[index]) for index in node.args]
            values.append(operate(node, arguments, facts, as_of))
    return values
