"""The meaning of the operations over a list of records."""

from collections.abc import Sequence

from steelyard.evaluators.reference.operations import known, operate, records_of
from steelyard.plan.nodes import Node
from steelyard.plan.trace import Facts, Value


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
    match node.op:
        case "count_records" | "sum_records":
            return sum(results)
        case "any_record":
            return any(results)
        case "all_records":
            return all(results)
        case "maximum_record":
            return max(results, default=node.value)
        case "minimum_record":
            return min(results, default=node.value)
        case _:
            raise AssertionError(f"{node.op} is not an operation over records")


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
