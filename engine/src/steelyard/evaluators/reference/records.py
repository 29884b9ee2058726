"""The value of an operation over records: its argument is evaluated once for each record."""

from collections.abc import Callable, Iterable, Sequence

from steelyard.evaluators.reference.operations import operate, records_of
from steelyard.plan.nodes import Node
from steelyard.plan.trace import Facts, Record, Value

# the value of an operation over records from the values of its argument, one for each record
_OF_RECORDS: dict[str, Callable[[Sequence[Value], Value], Value]] = {
    "count_records": lambda values, _: sum(values),
    "sum_records": lambda values, _: sum(values),
    "any_record": lambda values, _: any(values),
    "all_records": lambda values, _: all(values),
    "maximum_record": lambda values, empty: max(values, default=empty),
    "minimum_record": lambda values, empty: min(values, default=empty),
}


def known(value: Value | None) -> Value:
    """Return the value of a node that does not depend on a record."""
    assert value is not None
    return value


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
        own = evaluate_record(nodes, scoped, values, facts, as_of, record)
        results.append(own[argument] if scoped else known(values[argument]))
    return _OF_RECORDS[node.op](results, node.value)


def evaluate_record(
    nodes: Sequence[Node],
    scoped: Iterable[int],
    values: Sequence[Value | None],
    facts: Facts,
    as_of: int,
    record: Record,
) -> dict[int, Value]:
    """Return the values of the nodes that depend on a record, for one record.

    `scoped` are their indices, ascending; `values` are those of the nodes that do not depend on it.
    """
    own: dict[int, Value] = {}
    for index in scoped:
        node = nodes[index]
        arguments = [own[below] if below in own else known(values[below]) for below in node.args]
        own[index] = operate(node, arguments, facts, as_of, record)
    return own


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
