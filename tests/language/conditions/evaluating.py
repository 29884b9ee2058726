"""A condition's value for one merchant, by every evaluator."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tests.strategies.columns import facts_in_columns

from steelyard.errors import Place
from steelyard.evaluators import polars, python
from steelyard.evaluators.reference import evaluate_nodes
from steelyard.language.conditions import FactScope, lower, parse
from steelyard.language.expressions import Graph, defined
from steelyard.model import FactDeclaration
from steelyard.model.calendars import Calendar

ORIGIN = Place("rules.yaml", 7, 11)
MISSING = "missing"


def value_of(
    text: str,
    facts: Mapping[str, FactDeclaration],
    given: Mapping[str, Any],
    as_of: int,
    calendars: Mapping[str, Calendar] = {},
) -> Any:
    """Return a truth, an exact number, a date, an enum's text, or MISSING where a fact lacks."""
    graph = Graph(facts, calendars=calendars)
    value = lower(parse(text, ORIGIN), FactScope(graph), want="any")
    known = defined(value)
    values = evaluate_nodes(graph.nodes, given, as_of)
    wanted = list(dict.fromkeys((known.index, value.index)))
    row = tuple(values[index] for index in wanted)
    assert python.prepare_nodes(graph.nodes, facts.values(), wanted)(given, as_of) == row
    frame = facts_in_columns(facts, [given])
    assert polars.prepare_nodes(graph.nodes, wanted)(frame, as_of).row(0) == row
    if not values[known.index]:
        return MISSING
    found = values[value.index]
    assert found is not None
    node = value.node
    assert node.low <= found <= node.high, "the proved interval does not hold the value"
    if node.type.kind == "number":
        return Decimal(found).scaleb(-node.type.decimals)
    if node.type.kind == "date":
        return date.fromordinal(found)
    return node.type.values[found] if node.type.kind == "enum" else found
