"""The meaning of every operation on values."""

from collections.abc import Sequence

from steelyard.model.numbers import Rounding, divide
from steelyard.plan.nodes import Node
from steelyard.plan.trace import Facts, Record, Value

_NO_RECORD: Record = {}


def operate(  # noqa: C901, PLR0911, PLR0912 - one case an operation is the point
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
            return len(records_of(facts, node.name))
        case _:
            raise AssertionError(f"{node.op} is not an operation on values")


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
