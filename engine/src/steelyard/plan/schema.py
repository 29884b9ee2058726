"""The JSON Schema of plans, from the same dataclasses as the codec.

`python -m steelyard.plan.schema` writes `steelyard/formats/schemas/plan.schema.json`; a test fails
when that file is out of date.
"""

import json
from typing import Any

from steelyard.model.json_schema import PLAIN, SchemaGenerator, text_schema
from steelyard.model.numbers import Int64
from steelyard.model.texts import Prose, Text
from steelyard.plan.codec import SAFE_INTEGER, form_of
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
_SHAPES: dict[Any, dict[str, Any]] = {
    Int64: {"$ref": "#/$defs/int64"},
    Text: {"$ref": "#/$defs/Text"},
    Prose: {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Text"}]},
    NodeIndex: {"$ref": "#/$defs/nodeIndex"},
    int: {"type": "integer", "minimum": -SAFE_INTEGER, "maximum": SAFE_INTEGER},
    **PLAIN,
}


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `plan.json`."""
    definitions = _SHARED | SchemaGenerator(_SHAPES, default=_default).define(Plan)
    definitions["Text"] = text_schema()
    plan = definitions.pop("Plan")
    plan["properties"]["format"] = {"const": FORMAT}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:steelyard:schema:plan:2",
        "title": "Steelyard plan",
        **plan,
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """Return the published file's text."""
    return json.dumps(plan_schema(), indent=2, ensure_ascii=False) + "\n"


def _default(value: Any, hint: Any) -> Any:  # noqa: ANN401 - a field's default, a type hint
    encode = form_of(hint).encode
    return value if encode is None else encode(value)


if __name__ == "__main__":
    from importlib.resources import files
    from pathlib import Path

    target = Path(str(files("steelyard.formats.schemas") / "plan.schema.json"))
    target.write_text(schema_text(), encoding="utf-8")
