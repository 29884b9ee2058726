"""The value of an operation over records: its argument is evaluated once for each record."""

from collections.abc import Callable, Sequence

from steelyard.evaluators.reference.operations import operate, records_of
from steelyard.plan.nodes import Node
from steelyard.plan.trace import Facts, Value

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
    """Return the value of a node that has one of its own, apart from any record."""
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
