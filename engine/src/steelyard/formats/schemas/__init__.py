"""The JSON Schemas of every file the project reads or writes.

In: the schema files in this folder, and the parameter schemas of item types.
Out: schemas as data; the ruleset schema composed with every known item type.
Keeps: one schema a format, under a versioned `$id`.
Never: validates; `formats.validation` does.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from steelyard.model.json_schema import SchemaName


@cache
def load_schema(name: SchemaName) -> dict[str, Any]:
    """Return one of the published schemas."""
    return json.loads((files(__name__) / f"{name}.schema.json").read_text(encoding="utf-8"))


def parameter_schema(
    parameters: Mapping[str, Mapping[str, Any]], required: tuple[str, ...]
) -> dict[str, Any]:
    """Return the schema of an item's `with:` block."""
    return {
        "type": "object",
        "properties": {name: dict(schema) for name, schema in parameters.items()},
        "required": list(required),
        "additionalProperties": False,
    }


def compose_ruleset_schema(item_types: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the ruleset schema in which every known item type checks its own parameters.

    `item_types` maps a type's name to its parameter schema. An entry without `type` overrides one
    of a lower layer, so its parameters are checked after the layers are joined.
    """
    schema = json.loads(json.dumps(load_schema("ruleset")))
    item = schema["$defs"]["item"]
    item["properties"]["type"]["enum"] = sorted(item_types)
    item["allOf"] = [
        {
            "if": {"properties": {"type": {"const": name}}, "required": ["type", "with"]},
            "then": {"properties": {"with": dict(parameters)}},
        }
        for name, parameters in sorted(item_types.items())
    ]
    return schema
