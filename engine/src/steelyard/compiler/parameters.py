"""The parameters of one item: checked against its type's schema, defaults filled in."""

from collections.abc import Mapping
from typing import Any

from steelyard.book.checker.ruleset import ItemRule
from steelyard.errors import Problems
from steelyard.formats import Located
from steelyard.formats.schemas import parameter_schema
from steelyard.formats.validation import validate
from steelyard.plugin import ItemType


def item_parameters(
    rule: ItemRule, item_type: ItemType, problems: Problems
) -> Mapping[str, Any] | None:
    """Return the parameters with defaults, or None after noting what is wrong with them."""
    given = rule.parameters or Located({}, rule.type_place, None, False, {})
    before = len(problems.errors)
    schema = parameter_schema(item_type.parameters, item_type.required)
    validate(given, schema, "SY316", problems, within="with")
    if len(problems.errors) > before:
        return None
    defaults = {
        name: property_schema["default"]
        for name, property_schema in item_type.parameters.items()
        if "default" in property_schema
    }
    return {**defaults, **given.plain()}


def conditions_in(rule: ItemRule, item_type: ItemType) -> list[Located]:
    """Return the parameters that are conditions, wherever they are nested."""
    found: list[Located] = []
    if rule.parameters is not None:
        schema = parameter_schema(item_type.parameters, item_type.required)
        _collect(rule.parameters, schema, found)
    return found


def _collect(located: Located, schema: Mapping[str, Any], found: list[Located]) -> None:
    """Walk a value and its schema together; schemas are finite, so is this."""
    if schema.get("format") == "condition" and isinstance(located.value, str):
        found.append(located)
    elif isinstance(located.value, dict):
        properties = schema.get("properties", {})
        for name, value in located.value.items():
            _collect(value, properties.get(name, {}), found)
    elif isinstance(located.value, list):
        items = schema.get("items", {})
        for value in located.value:
            _collect(value, items if isinstance(items, Mapping) else {}, found)
