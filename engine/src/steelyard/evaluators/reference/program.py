"""A walk over the nodes of a plan, in order."""

from collections.abc import Sequence

from steelyard.evaluators.reference.operations import operate
from steelyard.evaluators.reference.records import Table, known, over_records, table_of
from steelyard.plan.nodes import Node
from steelyard.plan.operations import OVER_RECORDS, RELATED
from steelyard.plan.trace import Facts, Value


def evaluate_nodes(nodes: Sequence[Node], facts: Facts, as_of: int) -> list[Value | None]:
    """Return the value of every node in order; None for a node that depends on a single record.

    Yes/no nodes give bool; numbers (scaled), dates (ordinals) and enums (indices) give int.
    """
    values: list[Value | None] = []
    tables: dict[int, Table] = {}
    for index, node in enumerate(nodes):
        if node.op == RELATED:
            tables[index] = table_of(node, nodes, values, tables, facts, as_of)
        if node.scope is not None:
            values.append(None)
        elif node.op in OVER_RECORDS:
            values.append(over_records(node, nodes, values, tables, facts, as_of))
        else:
            arguments = [known(values[index]) for index in node.args]
            values.append(operate(node, arguments, facts, as_of))
    return values
