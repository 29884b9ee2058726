"""The numbers and conditions among the parameters of an item, and the step for each."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from steelyard.formats import Located
from steelyard.formats.schemas import parameter_schema
from steelyard.model.numbers import format_scaled
from steelyard.plan.nodes import nodes_below
from steelyard.plan.structure import Plan
from steelyard.plugin import ItemType
from steelyard.testing.mutants import Kind, Path, common_decimals, number_of

_POINTS = ("points", "points_per_unit", "per_person", "otherwise")
_CAPS = ("max", "cap")
_COMPARISONS = ("equal", "less", "less_or_equal")

_Found = tuple[Path, Located, Mapping[str, Any]]


def numbers_of(
    given: Located, item_type: ItemType, plan: Plan, item: str, *, points: int
) -> Iterator[tuple[Path, Kind, int]]:
    """Yield every number among the parameters of an item, with its kind and its decimals.

    A number has the decimals that its column is written with (`[[0.60, 0.03], [1, 0.08]]` has two
    columns), and at least those of the fact that the plan compares it with; `points` is how many
    points and caps have at least.
    """
    found = list(_leaves(given, _schema(item_type)))
    compared = _compared_decimals(plan, item)
    for path, located, schema in found:
        number = number_of(located)
        if number is None:
            continue
        kind = _kind(path)
        if schema.get("type") == "integer":
            yield path, kind, 0
            continue
        column = [one for other, one, _ in found if _column(other) == _column(path)]
        decimals = common_decimals(column)
        least = compared.get(Decimal(number), 0) if kind == "threshold" else points
        yield path, kind, max(decimals, least)


def phrases_of(given: Located, item_type: ItemType) -> Iterator[Path]:
    """Yield the paths of the parameters that are conditions or formulas."""
    for path, located, schema in _leaves(given, _schema(item_type)):
        if schema.get("format") in ("condition", "expression") and isinstance(located.value, str):
            yield path


def _schema(item_type: ItemType) -> Mapping[str, Any]:
    return parameter_schema(item_type.parameters, item_type.required)


def _leaves(located: Located, schema: Mapping[str, Any], path: Path = ()) -> Iterator[_Found]:
    """Yield the leaves of a value, each with its path and its schema."""
    if isinstance(located.value, dict):
        for name, value in located.value.items():
            inner = schema.get("properties", {}).get(name, {})
            yield from _leaves(value, inner, (*path, name))
    elif isinstance(located.value, list):
        for index, value in enumerate(located.value):
            yield from _leaves(value, _item_schema(schema, index), (*path, index))
    else:
        yield path, located, schema


def _item_schema(schema: Mapping[str, Any], index: int) -> Mapping[str, Any]:
    first = schema.get("prefixItems", ())
    inner = first[index] if index < len(first) else schema.get("items", {})
    return inner if isinstance(inner, Mapping) else {}


def _kind(path: Path) -> Kind:
    """Return the use of a number, judged by its name; the second of a pair is points."""
    names = [step for step in path if isinstance(step, str)]
    if names[-1] in _CAPS:
        return "cap"
    is_second_of_pair = [isinstance(step, int) for step in path[-2:]] == [True, True]
    if names[-1] in _POINTS or (is_second_of_pair and path[-1:] == (1,)):
        return "points"
    return "threshold"


def _column(path: Path) -> Path:
    """Return a path without the number of the row."""
    above, last = path[:-1], path[-1:]
    return (*("*" if isinstance(step, int) else step for step in above), *last)


def _compared_decimals(plan: Plan, item: str) -> Mapping[Decimal, int]:
    """Return, for each constant that an item compares with a fact, the fact's decimals."""
    found: dict[Decimal, int] = {}
    parts = (*plan.items, *plan.deductions)
    roots = [part.outcome for part in parts if part.id == item]
    for node in (plan.nodes[index] for index in nodes_below(plan.nodes, roots)):
        if node.op not in _COMPARISONS:
            continue
        for one, other in (node.args, node.args[::-1]):
            constant, value = plan.nodes[one], plan.nodes[_unscaled(plan, other)]
            if constant.op == "constant" and value.op in ("fact", "field"):
                number = Decimal(format_scaled(constant.value, constant.type.decimals))
                found[number] = max(found.get(number, 0), value.type.decimals)
    return found


def _unscaled(plan: Plan, index: int) -> int:
    while plan.nodes[index].op == "scale_up":
        index = plan.nodes[index].args[0]
    return index
