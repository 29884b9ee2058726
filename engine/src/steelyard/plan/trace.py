"""The trace: the values of the nodes that the structure of a plan names.

A trace is a flat tuple aligned with `trace_nodes(plan)`, so that evaluators, the scorecard and
records of a run all use the same values in the same order.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

from steelyard.plan.nodes import Node
from steelyard.plan.structure import NodeIndex, Plan

Value = int | bool
Record = Mapping[str, object]  # a field's name → its value; ids are texts
Facts = Mapping[str, Value | tuple[Record, ...]]
Trace = tuple[Value, ...]

Part = TypeVar("Part")


def trace_nodes(plan: Plan) -> tuple[int, ...]:
    """Return the indices of every node that the plan's structure names, ascending, each once."""
    return tuple(sorted(set(_indices(plan))))


def renumbered(part: Part, numbers: Mapping[int, int]) -> Part:
    """Return a part of a plan's structure with new indices of its nodes."""
    changes: dict[str, Any] = {}
    for name in _index_fields(type(part)):
        value = getattr(part, name)
        moved = [_renumbered(element, numbers) for element in _listed(value)]
        changes[name] = tuple(moved) if isinstance(value, tuple) else moved[0]
    return replace(part, **changes) if changes else part  # type: ignore[type-var]  # a dataclass


def _renumbered(value: Any, numbers: Mapping[int, int]) -> Any:  # noqa: ANN401 - an index or a part
    if isinstance(value, int):
        return numbers[value]
    return None if value is None else renumbered(value, numbers)


def _indices(part: object) -> Iterator[int]:
    """Yield every index of a node inside a part of a plan's structure."""
    for name in _index_fields(type(part)):
        for value in _listed(getattr(part, name)):
            if isinstance(value, int):
                yield value
            elif value is not None:
                yield from _indices(value)


def _listed(value: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a field of a plan's structure
    return value if isinstance(value, tuple) else (value,)


@cache
def _index_fields(owner: type) -> tuple[str, ...]:
    """Return the fields of a class that hold indices of nodes, at any depth."""
    hints = get_type_hints(owner, include_extras=True)
    return tuple(field.name for field in fields(owner) if _holds_index(hints[field.name]))


def _holds_index(hint: Any) -> bool:  # noqa: ANN401 - a type hint
    if hint is NodeIndex:
        return True
    if isinstance(hint, type) and is_dataclass(hint):
        # indices point at the nodes, which are no part of the structure
        return hint is not Node and bool(_index_fields(hint))
    return any(_holds_index(part) for part in get_args(hint))
