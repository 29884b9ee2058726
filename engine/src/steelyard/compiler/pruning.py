"""Dropping the nodes that nothing reads, and renumbering the rest."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from steelyard.plan.nodes import Node, extract
from steelyard.plan.structure import NodeIndex, Plan
from steelyard.plan.trace import trace_nodes

Renumber = Callable[[Any, dict[int, int]], Any]


def prune(plan: Plan) -> Plan:
    """Return the plan with only the nodes that its structure needs, in the same order."""
    nodes, numbers = extract(plan.nodes, trace_nodes(plan))
    return _renumbering(Plan)(replace(plan, nodes=()), numbers, nodes)


@cache
def _renumbering(owner: type) -> Callable[..., Any]:
    hints = get_type_hints(owner, include_extras=True)
    steps = {field.name: step for field in fields(owner) if (step := _step(hints[field.name]))}

    def renumber(
        value: Any,  # noqa: ANN401 - an object of `owner`
        numbers: dict[int, int],
        nodes: tuple[Node, ...] | None = None,
    ) -> Any:  # noqa: ANN401 - the same
        changes = {name: step(getattr(value, name), numbers) for name, step in steps.items()}
        if nodes is not None:
            changes["nodes"] = nodes
        return replace(value, **changes)

    return renumber


def _step(hint: Any) -> Renumber | None:  # noqa: ANN401, PLR0911 - a type hint; one case a kind
    if hint is NodeIndex:
        return lambda value, numbers: numbers[value]
    if is_dataclass(hint) and isinstance(hint, type):
        return None if hint is Node else _renumbering(hint)
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        inner = next((step for part in get_args(hint) if (step := _step(part))), None)
        if inner is None:
            return None
        return lambda value, numbers: None if value is None else inner(value, numbers)
    if origin is tuple:
        each = _step(get_args(hint)[0])
        if each is None:
            return None
        return lambda values, numbers: tuple(each(value, numbers) for value in values)
    return None
