"""The JSON Schema of plans, made from the same dataclasses as the codec.

`python -m steelyard.plan.schema` writes `steelyard/formats/schemas/plan.schema.json`; a test fails
when that file is out of date.
"""

import json
from dataclasses import MISSING, fields, is_dataclass
from inspect import getdoc
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from steelyard.model.numbers import Int64
from steelyard.model.texts import LANGUAGE_CODE, Text
from steelyard.plan.decoding import SAFE_INTEGER
from steelyard.plan.structure import FORMAT, NodeIndex, Plan

_SHARED: dict[str, dict[str, Any]] = {
    "nodeIndex": {
        "description": "The index of a node in `nodes`.",
        "type": "integer",
        "minimum": 0,
        "maximum": SAFE_INTEGER,
    },
    "int64": {
        "description": "An integer of 64 bits, as a text so that every reader keeps it exactly.",
        "type": "string",
        "pattern": "^(0|-?[1-9][0-9]{0,18})$",
    },
}


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `plan.json`."""
    definitions = dict(_SHARED)
    _define(Plan, definitions)
    plan = definitions.pop("Plan")
    plan["properties"]["format"] = {"const": FORMAT}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:steelyard:schema:plan:1",
        "title": "Steelyard plan",
        **plan,
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """Return the published file's text."""
    return json.dumps(plan_schema(), indent=2, ensure_ascii=False) + "\n"


def text_schema() -> dict[str, Any]:
    """Return the JSON Schema of a text in several languages."""
    return {
        "description": getdoc(Text) or "",
        "type": "object",
        "properties": {"en": {"type": "string"}, "zh": {"type": "string"}},
        "patternProperties": {LANGUAGE_CODE: {"type": "string"}},
        "required": ["en", "zh"],
        "additionalProperties": False,
    }


def _define(owner: type, definitions: dict[str, dict[str, Any]]) -> None:
    definitions[owner.__name__] = {}  # classes that refer to it meanwhile need only its name
    hints = get_type_hints(owner, include_extras=True)
    properties: dict[str, Any] = {}
    for field in fields(owner):
        shape = _shape(hints[field.name], definitions)
        if field.default is not MISSING:
            shape = {**shape, "default": _default(field.default, hints[field.name])}
        properties[field.name] = shape
    definitions[owner.__name__] = {
        "description": getdoc(owner) or "",
        "type": "object",
        "properties": properties,
        "required": [field.name for field in fields(owner) if field.default is MISSING],
        "additionalProperties": False,
    }


def _default(value: Any, hint: Any) -> Any:  # noqa: ANN401 - a field's default, a type hint
    if hint is Int64:
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _shape(hint: Any, definitions: dict[str, dict[str, Any]]) -> dict[str, Any]:  # noqa: ANN401, PLR0911 - one case a kind
    if hint is Int64 or hint is NodeIndex:
        return {"$ref": f"#/$defs/{'int64' if hint is Int64 else 'nodeIndex'}"}
    if hint is int:
        return {"type": "integer", "minimum": -SAFE_INTEGER, "maximum": SAFE_INTEGER}
    if hint is str or hint is bool:
        return {"type": "string" if hint is str else "boolean"}
    if hint is Text:
        definitions.setdefault("Text", text_schema())
        return {"$ref": "#/$defs/Text"}
    if is_dataclass(hint) and isinstance(hint, type):
        if hint.__name__ not in definitions:
            _define(hint, definitions)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        (inner,) = (part for part in parts if part is not NoneType)
        return {"anyOf": [_shape(inner, definitions), {"type": "null"}]}
    if origin is Literal:
        return {"enum": list(parts)}
    assert origin is tuple
    if parts[-1] is Ellipsis:
        return {"type": "array", "items": _shape(parts[0], definitions)}
    return {
        "type": "array",
        "prefixItems": [_shape(part, definitions) for part in parts],
        "items": False,
        "minItems": len(parts),
    }


if __name__ == "__main__":
    from importlib.resources import files
    from pathlib import Path

    target = Path(str(files("steelyard.formats.schemas") / "plan.schema.json"))
    target.write_text(schema_text(), encoding="utf-8")
