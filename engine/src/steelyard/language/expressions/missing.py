"""The merchants for whom an expression is defined, as a yes/no node: there is never a null.

An absent optional fact makes an expression undefined unless the fact does not matter: `has(x) &&
x > 3` is defined everywhere, and so is `false && x`, as in CEL.
"""

from steelyard.language.expressions.expression import Expression, all_of, any_of
from steelyard.language.expressions.functions import choose
from steelyard.language.expressions.graph import Graph
from steelyard.language.expressions.records import RecordList
from steelyard.plan.nodes import nodes_below
from steelyard.plan.operations import OVER_RECORDS


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
        whole = all_of(yes, *parts)
        result = whole if whole.node.op == "constant" else any_of(whole, *decides)
    elif node.op == "size":
        result = _presence(graph, node.name, yes)
    elif node.op in OVER_RECORDS:
        result = _presence(graph, node.name, yes)
        if parts[0].node.op != "constant":
            result = result & RecordList(graph, node.name).all(parts[0])
    else:
        result = all_of(yes, *parts)
    return result


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
