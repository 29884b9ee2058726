"""Parameters that would break a claim of direction, if the item type lets them.

A parameter that is a condition, or that names a fact, may read the very fact of which the author
claims how points go with it. Random draws seldom do, so these are made on purpose.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from steelyard.model.facts import FactDeclaration
from steelyard.model.numbers import format_scaled
from steelyard.plugin import ItemType

_MARKS = 12  # thresholds of one fact, at most


def adverse_parameters(
    item_type: ItemType,
    facts: Mapping[str, FactDeclaration],
    example: Mapping[str, Any],
    seeds: Sequence[Mapping[str, Any]],
) -> Iterator[dict[str, Any]]:
    """Yield the example's parameters with each claimed fact in each place that may read facts."""
    claimed = [facts[name] for name in item_type.claims.monotone if name in facts]
    for name, schema in item_type.parameters.items():
        for fact in claimed:
            for value in _values(schema, example.get(name), fact, seeds):
                yield {**example, name: value}


def _values(
    schema: Mapping[str, Any],
    value: Any,  # noqa: ANN401 - by the schema
    fact: FactDeclaration,
    seeds: Sequence[Mapping[str, Any]],
) -> Iterator[Any]:
    """Yield a value with the fact in one place that may read it."""
    if schema.get("format") == "condition":
        yield from conditions_on(fact, seeds)
    elif schema.get("format") == "fact":
        yield fact.id
    elif isinstance(value, list):
        prefix: Sequence[Any] = schema.get("prefixItems", ())
        for at, one in enumerate(value):
            inner = prefix[at] if at < len(prefix) else schema.get("items")
            if isinstance(inner, Mapping):
                for other in _values(inner, one, fact, seeds):
                    yield [*value[:at], other, *value[at + 1 :]]
    elif isinstance(value, Mapping):
        for key, inner in schema.get("properties", {}).items():
            for other in _values(inner, value.get(key), fact, seeds):
                yield {**value, key: other}


def conditions_on(fact: FactDeclaration, seeds: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield conditions that hold from some value of a fact up, and below it."""
    if fact.type == "bool":
        yield from (fact.id, f"!{fact.id}")
    elif fact.type in ("int", "decimal", "date"):
        known = sorted({seed[fact.id] for seed in seeds if fact.id in seed}, reverse=True)
        # one more than a merchant has: a merchant who is awarded then stands beside the threshold
        beside = (value + step for value in known for step in (1, 0))
        marks = (fact.low + 1, (fact.low + fact.high) // 2, *beside)
        inside = dict.fromkeys(mark for mark in marks if fact.low < mark <= fact.high)
        for mark in list(inside)[:_MARKS]:
            yield from (f"{fact.id} {sign} {_literal(fact, mark)}" for sign in (">=", "<"))


def _literal(fact: FactDeclaration, value: int) -> str:
    if fact.type == "date":
        return f'date("{date.fromordinal(value).isoformat()}")'
    return format_scaled(value, fact.decimals)
