"""The value of each operation, from the values of its arguments."""

import operator
from collections.abc import Callable, Sequence

from steelyard.model.dates import days_without, months_between, part_of, start_of
from steelyard.model.numbers import Rounding, divide
from steelyard.plan.nodes import Node
from steelyard.plan.trace import Facts, Record, Value

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
    "months_between": months_between,
    "if": lambda test, then, otherwise: then if test else otherwise,
}


def operate(  # noqa: C901, PLR0911, PLR0912 - one case an operation is the point
    node: Node, args: Sequence[Value], facts: Facts, as_of: int, record: Record = _NO_RECORD
) -> Value:
    """Return the value of a node from the values of its arguments and, in a loop, the record."""
    of_arguments = _OF_ARGUMENTS.get(node.op)
    if of_arguments is not None:
        return of_arguments(*args)
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
            if node.type.kind == "id":
                return record.get(node.field, "")  # type: ignore[return-value]  # only compared
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
        case "working_days":
            return days_without(args[0], args[1], node.members)
        case "date_part":
            return part_of(node.mode, args[0])
        case "start_of":
            return start_of(node.mode, args[0])
        case "size":
            return len(records_of(facts, node.name))
        case _:
            raise AssertionError(f"an operation over records, or an unknown one: {node.op}")


def records_of(facts: Facts, name: str) -> tuple[Record, ...]:
    """Return the records of a fact, none where it is absent."""
    records = facts.get(name, ())
    assert isinstance(records, tuple)
    return records


def _typed(node: Node, value: object) -> Value:
    assert isinstance(value, int)
    return bool(value) if node.type.kind == "bool" else value
