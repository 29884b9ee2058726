"""Whether an expression has a value for a merchant, who may lack facts, and fields of records."""

from collections.abc import Sequence

from steelyard.language.expressions.expression import Expression, add_node, all_of, any_of
from steelyard.language.expressions.functions import choose
from steelyard.language.expressions.graph import Graph
from steelyard.language.expressions.records import RecordList
from steelyard.model.types import BOOL
from steelyard.plan.nodes import Node, nodes_below
from steelyard.plan.operations import OVER_RECORDS, RELATED, Operation


def defined(expression: Expression) -> Expression:
    """Return whether the value exists for a merchant, as a yes/no expression."""
    graph = expression.graph
    known: dict[int, Expression] = {}
    for index in nodes_below(graph.nodes, [expression.index]):
        known[index] = _defined(graph, index, known)
    return known[expression.index]


def _defined(graph: Graph, index: int, known: dict[int, Expression]) -> Expression:
    node = graph.nodes[index]
    yes = Expression.constant(graph, True)
    parts = [known[argument] for argument in node.args]
    if node.op == "fact":
        result = _presence(graph, node.name, yes)
    elif node.op == "field":
        records = RecordList(graph, node.name)
        field = graph.facts[node.name].field(node.field)
        result = yes if field is None or field.required else records.has(node.field)
    elif node.op == "if":
        test = Expression(graph, node.args[0])
        result = parts[0] & _branch(test, parts[1], parts[2])
    elif node.op in ("and", "or"):
        tests = [Expression(graph, argument) for argument in node.args]
        decides = [
            part & (~test if node.op == "and" else test)
            for part, test in zip(parts, tests, strict=True)
        ]
        all_parts = all_of(yes, *parts)
        result = all_parts if all_parts.node.op == "constant" else any_of(all_parts, *decides)
    elif node.op == "size":
        result = _presence(graph, node.name, yes)
    elif node.op in OVER_RECORDS or node.op == RELATED:
        is_there = _presence(graph, node.name, yes)
        if node.op == RELATED and graph.nodes[node.args[0]].scope == node.name:
            is_there = yes  # a record of the list is at hand
        result = is_there & _over_records(graph, node, parts)
    else:
        result = all_of(yes, *parts)
    return result


def _over_records(graph: Graph, node: Node, known: Sequence[Expression]) -> Expression:
    """Return whether records give a value; `known` is whether one of them gives each argument.

    As for `||` and `&&`, one record may decide `exists` and `all` whatever the others lack.
    """
    if all(part.node.op == "constant" for part in known):
        return all_of(*known)
    args = [Expression(graph, argument) for argument in node.args]
    return _GIVEN.get(node.op, _folded)(graph, node, args, known)


def _folded(
    graph: Graph, node: Node, args: Sequence[Expression], known: Sequence[Expression]
) -> Expression:
    """Return whether all records give a value, or one decides the fold."""
    (test,), (is_known,) = args, known
    records = RecordList(graph, node.name)
    if is_known.node.scope is None and _has_relation(graph, test):
        return is_known | (records.size() == 0)  # whether another list is there
    every = records.all(is_known)
    if node.op not in _DECIDING:
        return every
    return every | records.any(is_known & (test if node.op == "any_record" else ~test))


def _has_relation(graph: Graph, value: Expression) -> bool:
    return any(graph.nodes[at].op == RELATED for at in nodes_below(graph.nodes, [value.index]))


def _run(
    graph: Graph, node: Node, args: Sequence[Expression], known: Sequence[Expression]
) -> Expression:
    """Return whether every record gives a test, and a day if it passes."""
    return RecordList(graph, node.name).all(known[0] & (~args[0] | known[1]))


def _groups(
    graph: Graph, node: Node, args: Sequence[Expression], known: Sequence[Expression]
) -> Expression:
    """Return whether every record gives a test, and a key and value if it passes.

    A record of no known group adds nothing if its value is the smallest, 0.
    """
    test, _, value = args
    has_test, has_key, has_value = known
    may_be_zero = value.node.op != "constant" and value.node.low == 0
    nothing = value == 0 if may_be_zero else Expression.constant(graph, False)
    needed = has_value & (has_key | nothing)
    return RecordList(graph, node.name).all(has_test & (~test | needed))


def _related(
    graph: Graph, node: Node, args: Sequence[Expression], known: Sequence[Expression]
) -> Expression:
    """Return whether the records that a relation leads to give a value.

    A record without a key may belong to any other, unless its test fails.
    """
    own, test, key, value = args
    has_own, has_test, has_key, has_value = known

    def related(op: Operation, passing: Expression, about: Expression) -> Expression:
        return add_node(
            graph, RELATED, BOOL, own, passing, key, about,
            name=node.name, mode=op, value=0, span=node.span,
        )  # fmt: skip

    every = RecordList(graph, node.name).all(has_key | (has_test & ~test)) & related(
        "all_records", has_key, has_test & (~test | has_value)
    )
    every = has_own & every
    if node.mode not in _DECIDING:
        return every
    decides = value if node.mode == "any_record" else ~value
    decided = related("any_record", has_key & has_test & test, has_value & decides)
    return every | (has_own & decided)


def _top(
    graph: Graph, node: Node, args: Sequence[Expression], known: Sequence[Expression]
) -> Expression:
    """Return whether the records that come last in an order give a value.

    Where no two records have one order, the values of all others do not matter.
    """
    test, order, value = args
    has_test, has_order, has_value = known
    records = RecordList(graph, node.name)
    is_unique = graph.facts[node.name].key == (_field_below(graph, order.index),)
    needed = has_order if is_unique else has_order & has_value
    every = records.all(has_test & (~test | needed))
    if not is_unique or has_value.node.op == "constant":
        return every

    def taken(op: Operation, about: Expression) -> Expression:
        return add_node(
            graph, node.op, BOOL, test, order, about,
            name=node.name, mode=op, value=0, span=node.span,
        )  # fmt: skip

    gives = taken("all_records", has_value)
    if node.mode in _DECIDING:
        decides = value if node.mode == "any_record" else ~value
        gives = gives | taken("any_record", has_value & decides)
    return every & gives


_DECIDING = ("any_record", "all_records")
_GIVEN = {RELATED: _related, "top_records": _top, "longest_run": _run, "sum_groups": _groups}


def _field_below(graph: Graph, index: int) -> str:
    """Return the field that an order is, perhaps reversed."""
    node = graph.nodes[index]
    if node.op in ("negate", "days_between"):
        node = graph.nodes[node.args[0]]
    return node.field


def _presence(graph: Graph, name: str, yes: Expression) -> Expression:
    return yes if graph.facts[name].required else Expression.has(graph, name)


def _branch(test: Expression, then: Expression, otherwise: Expression) -> Expression:
    if then.index == otherwise.index:
        return then
    if then.node.op == "constant":
        return test | otherwise if then.node.value else ~test & otherwise
    if otherwise.node.op == "constant":
        return ~test | then if otherwise.node.value else test & then
    return choose(test, then, otherwise)
