"""The reference evaluator: the meaning of every operation, in the plainest form.

Facts lie inside their declared bounds, required facts are present and `as_of` lies inside the
plan's dates: intake and selection see to that, and the intervals of a plan rest on it.
"""

from collections.abc import Mapping, Sequence

from steelyard.model.numbers import Rounding, divide
from steelyard.plan.nodes import Node
from steelyard.plan.structure import Plan
from steelyard.plan.trace import Trace, trace_nodes

Value = int | bool
Record = Mapping[str, object]  # a field's name → its value; ids are texts, which no node reads
Facts = Mapping[str, Value | tuple[Record, ...]]


def evaluate(plan: Plan, facts: Facts, as_of: int) -> Trace:
    """Return the trace of a plan for one merchant: values aligned with `trace_nodes(plan)`.

    `as_of` is a date's ordinal.
    """
    values = evaluate_nodes(plan.nodes, facts, as_of)
    return tuple(_known(values[index]) for index in trace_nodes(plan))


def evaluate_nodes(nodes: Sequence[Node], facts: Facts, as_of: int) -> list[Value | None]:
    """Return the value of every node in order; None for a node that depends on a record at hand.

    Yes/no nodes give bool; numbers (scaled), dates (ordinals) and enums (indices) give int.
    """
    values: list[Value | None] = []
    for node in nodes:
        if node.scope is not None:
            values.append(None)
        elif node.op in _OVER_RECORDS:
            values.append(_over_records(node, nodes, values, facts, as_of))
        else:
            arguments = [_known(values[index]) for index in node.args]
            values.append(_operate(node, arguments, facts, as_of, {}))
    return values


_OVER_RECORDS = frozenset(
    {
        "count_records",
        "any_record",
        "all_records",
        "sum_records",
        "maximum_record",
        "minimum_record",
    }
)


def _over_records(
    node: Node,
    nodes: Sequence[Node],
    values: Sequence[Value | None],
    facts: Facts,
    as_of: int,
) -> Value:
    argument = node.args[0]
    scoped = _scoped_below(argument, nodes)
    results: list[Value] = []
    for record in _records(facts, node.name):
        at_hand: dict[int, Value] = {}
        for index in scoped:
            arguments = [
                at_hand[below] if below in at_hand else _known(values[below])
                for below in nodes[index].args
            ]
            at_hand[index] = _operate(nodes[index], arguments, facts, as_of, record)
        results.append(at_hand[argument] if scoped else _known(values[argument]))
    match node.op:
        case "count_records" | "sum_records":
            return sum(results)
        case "any_record":
            return any(results)
        case "all_records":
            return all(results)
        case "maximum_record":
            return max(results, default=node.value)
        case _:
            return min(results, default=node.value)


def _scoped_below(argument: int, nodes: Sequence[Node]) -> list[int]:
    """Return the nodes at or below one that depend on the record at hand, ascending."""
    found: set[int] = set()
    todo = [argument]
    while todo:
        index = todo.pop()
        if index not in found and nodes[index].scope is not None:
            found.add(index)
            todo.extend(nodes[index].args)
    return sorted(found)


def _operate(  # noqa: C901, PLR0911, PLR0912 - one case an operation is the point
    node: Node, args: Sequence[Value], facts: Facts, as_of: int, record: Record
) -> Value:
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
        case "not":
            return not args[0]
        case "and":
            return all(args)
        case "or":
            return any(args)
        case "equal":
            return args[0] == args[1]
        case "less":
            return args[0] < args[1]
        case "less_or_equal":
            return args[0] <= args[1]
        case "in":
            return args[0] in node.members
        case "add":
            return args[0] + args[1]
        case "subtract":
            return args[0] - args[1]
        case "multiply":
            return args[0] * args[1]
        case "negate":
            return -args[0]
        case "minimum":
            return min(args)
        case "maximum":
            return max(args)
        case "divide":
            rounding: Rounding = node.mode  # type: ignore[assignment]  # checked when it is read
            return divide(args[0] * 10**node.shift, args[1], rounding)
        case "scale_up":
            return args[0] * 10**node.shift
        case "days_between":
            return args[1] - args[0]
        case "if":
            return args[1] if args[0] else args[2]
        case "size":
            return len(_records(facts, node.name))
        case _:
            raise AssertionError(f"{node.op} is not an operation on values")


def _records(facts: Facts, name: str) -> tuple[Record, ...]:
    records = facts.get(name, ())
    assert isinstance(records, tuple)
    return records


def _typed(node: Node, value: object) -> Value:
    assert isinstance(value, int)
    return bool(value) if node.type.kind == "bool" else value


def _known(value: Value | None) -> Value:
    assert value is not None
    return value
