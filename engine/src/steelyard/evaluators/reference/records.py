"""The value of an operation over records: its arguments are evaluated once for each record."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from steelyard.evaluators.reference.operations import operate, records_of
from steelyard.model.dates import longest_run
from steelyard.plan.nodes import Node
from steelyard.plan.operations import RELATED, args_at_hand, args_of_records
from steelyard.plan.trace import Facts, Record, Value

# the values of some records, by their key
Table = Mapping[Value, Sequence[Value]]

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
    tables: Mapping[int, Table],
    facts: Facts,
    as_of: int,
) -> Value:
    """Return the value of a node over records.

    `values` are those of the nodes before it, `tables` those of the relations before it.
    """
    rows = _rows(node, nodes, values, tables, facts, as_of)
    if node.op in _OF_RECORDS:
        return _OF_RECORDS[node.op]([value for (value,) in rows], node.value)
    passing = [row for holds, *row in rows if holds]
    if node.op == "longest_run":
        return longest_run(day for (day,) in passing)
    if node.op == "sum_groups":
        groups = _by_key(passing)
        return sum(max(group) for group in groups.values())
    # equal orders: the largest values first, so that the order of the records does not matter
    first = sorted(passing, reverse=True)[: node.span]
    return _OF_RECORDS[node.mode]([value for _, value in first], node.value)


def table_of(
    node: Node,
    nodes: Sequence[Node],
    values: Sequence[Value | None],
    tables: Mapping[int, Table],
    facts: Facts,
    as_of: int,
) -> Table:
    """Return the values of the records that a relation leads to, by their key."""
    rows = _rows(node, nodes, values, tables, facts, as_of)
    return _by_key([row for holds, *row in rows if holds])


def related(node: Node, table: Table, key: Value) -> Value:
    """Return the value of a relation for a record with a key."""
    keys = range(key - node.span + 1, key + 1) if node.span else (key,)
    return _OF_RECORDS[node.mode]([one for at in keys for one in table.get(at, ())], node.value)


def _by_key(rows: Iterable[Sequence[Value]]) -> dict[Value, list[Value]]:
    groups: dict[Value, list[Value]] = {}
    for key, value in rows:
        groups.setdefault(key, []).append(value)
    return groups


def _rows(
    node: Node,
    nodes: Sequence[Node],
    values: Sequence[Value | None],
    tables: Mapping[int, Table],
    facts: Facts,
    as_of: int,
) -> list[list[Value]]:
    """Return the values of a node's arguments over records, a row for each record."""
    arguments = args_of_records(node)
    scoped = _scoped_below(arguments, nodes)
    rows: list[list[Value]] = []
    for record in records_of(facts, node.name):
        own = evaluate_record(nodes, scoped, values, tables, facts, as_of, record)
        rows.append([own[at] if at in own else known(values[at]) for at in arguments])
    return rows


def evaluate_record(
    nodes: Sequence[Node],
    scoped: Iterable[int],
    values: Sequence[Value | None],
    tables: Mapping[int, Table],
    facts: Facts,
    as_of: int,
    record: Record,
) -> dict[int, Value]:
    """Return the values of the nodes that depend on a record, for one record.

    `scoped` are their indices, ascending; `values` are those of the nodes that do not depend on it,
    `tables` those of the relations.
    """
    own: dict[int, Value] = {}
    for index in scoped:
        node = nodes[index]
        at_hand = args_at_hand(node)
        arguments = [own[below] if below in own else known(values[below]) for below in at_hand]
        if node.op == RELATED:
            own[index] = related(node, tables[index], arguments[0])
        else:
            own[index] = operate(node, arguments, facts, as_of, record)
    return own


def _scoped_below(arguments: Iterable[int], nodes: Sequence[Node]) -> list[int]:
    """Return the nodes at or below some that depend on their record, ascending."""
    scoped: set[int] = set()
    todo = list(arguments)
    while todo:
        index = todo.pop()
        if index not in scoped and nodes[index].scope is not None:
            scoped.add(index)
            todo.extend(args_at_hand(nodes[index]))
    return sorted(scoped)
