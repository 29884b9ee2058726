"""The trace: the values of the nodes that the structure of a plan names.

A trace is a flat tuple aligned with `trace_nodes(plan)`, so that evaluators, the scorecard and
records of a run all use the same values in the same order.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from steelyard.plan.nodes import Node
from steelyard.plan.structure import NodeIndex, Plan

Value = int | bool
Record = Mapping[str, object]  # a field's name → its value; ids are texts, which no node reads
Facts = Mapping[str, Value | tuple[Record, ...]]
Trace = tuple[Value, ...]

Collect = Callable[[Any, set[int]], None]


def trace_nodes(plan: Plan) -> tuple[int, ...]:
    """Return the indices of every node that the plan's structure names, ascending, each once."""
    found: set[int] = set()
    _collector(Plan)(plan, found)
    return tuple(sorted(found))


@cache
def _collector(owner: type) -> Collect:
    """Return the function that adds the node indices inside an object of a class to a set."""
    hints = get_type_hints(owner, include_extras=True)
    steps = [
        (field.name, step)
        for field in fields(owner)
        if (step := _step(hints[field.name])) is not None
    ]

    def collect(value: Any, found: set[int]) -> None:  # noqa: ANN401 - an object of `owner`
        for name, step in steps:
            step(getattr(value, name), found)

    return collect


def _step(hint: Any) -> Collect | None:  # noqa: ANN401, PLR0911 - a type hint; one case a form
    """Return how to collect from a field of some type; None where it cannot hold an index."""
    if hint is NodeIndex:
        return lambda value, found: found.add(value)
    if is_dataclass(hint) and isinstance(hint, type):
        # the nodes are what indices point at; they are not structure
        return None if hint is Node or not _holds_index(hint) else _collector(hint)
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        inner = next((step for part in get_args(hint) if (step := _step(part)) is not None), None)
        if inner is None:
            return None
        return lambda value, found: None if value is None else inner(value, found)
    if origin is tuple:
        each = _step(get_args(hint)[0])
        if each is None:
            return None

        def collect_all(values: tuple[Any, ...], found: set[int]) -> None:
            for value in values:
                each(value, found)

        return collect_all
    return None


@cache
def _holds_index(owner: type) -> bool:
    return any(
        _step(hint) is not None for hint in get_type_hints(owner, include_extras=True).values()
    )
