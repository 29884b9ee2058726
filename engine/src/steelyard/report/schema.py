"""The JSON Schema of scorecards, made from the same classes as their JSON.

`python -m steelyard.report.schema` writes `steelyard/formats/schemas/scorecard.schema.json`; a test
fails when that file is out of date.
"""

import json
from datetime import date
from inspect import getdoc
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from steelyard.model.outcomes import ITEM_OUTCOMES, METRIC_OUTCOMES, REQUIREMENT_STATUSES
from steelyard.model.texts import Text
from steelyard.plan.schema import text_schema
from steelyard.report.json import FORMAT
from steelyard.scorecard.model import (
    FactName,
    ItemResult,
    MetricResult,
    RequirementResult,
    Scorecard,
)
from steelyard.scorecard.values import Exact

_PLAIN: dict[type, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    Exact: {"type": "number"},
    date: {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    FactName: {"type": "string"},
    Text: {"$ref": "#/$defs/Text"},
}
_WORDS: dict[tuple[type, str], tuple[str, ...]] = {
    (ItemResult, "outcome"): ITEM_OUTCOMES,
    (MetricResult, "outcome"): METRIC_OUTCOMES,
    (RequirementResult, "status"): REQUIREMENT_STATUSES,
}


def scorecard_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of what `steelyard score --format json` writes."""
    definitions: dict[str, dict[str, Any]] = {
        "Text": text_schema(),
        "Problem": _problem(),
    }
    _define(Scorecard, definitions)
    card = definitions["Scorecard"]
    card["properties"] = {"format": {"const": FORMAT}, **card["properties"]}
    card["required"] = list(card["properties"])
    definitions["Rejection"] = {
        "description": "A merchant that was rejected, with every reason.",
        **_object(
            {
                "format": {"const": FORMAT},
                "merchant": {"type": "string"},
                "status": {"const": "rejected"},
                "problems": {"type": "array", "items": {"$ref": "#/$defs/Problem"}, "minItems": 1},
            }
        ),
    }
    one = [{"$ref": "#/$defs/Scorecard"}, {"$ref": "#/$defs/Rejection"}]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:steelyard:schema:scorecard:1",
        "title": "Steelyard scorecard",
        "description": "One merchant, or a list where several were asked for. Numbers are exact: "
        "read them as decimals. Shares are fractions of 1.",
        "anyOf": [*one, {"type": "array", "items": {"anyOf": one}}],
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """Return the published file's text."""
    return json.dumps(scorecard_schema(), indent=2, ensure_ascii=False) + "\n"


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    optional, position = {"type": ["string", "null"]}, {"type": ["integer", "null"], "minimum": 1}
    return _object(
        {
            "code": {"type": "string", "pattern": "^SY[0-9]{3}$"},
            "name": text,
            "severity": {"enum": ["error", "warning"]},
            "file": optional,
            "line": position,
            "column": position,
            "what": text,
            "expected": optional,
            "fix": optional,
        }
    )


def _define(owner: type, definitions: dict[str, dict[str, Any]]) -> None:
    definitions[owner.__name__] = {}  # classes that refer to it meanwhile need only its name
    properties: dict[str, Any] = {}
    for name, hint in get_type_hints(owner).items():
        words = _WORDS.get((owner, name))
        properties[name] = {"enum": list(words)} if words else _shape(hint, definitions)
    definitions[owner.__name__] = {"description": getdoc(owner) or "", **_object(properties)}


def _shape(hint: Any, definitions: dict[str, dict[str, Any]]) -> dict[str, Any]:  # noqa: ANN401 - a type hint
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"enum": list(parts)}
    if origin is tuple:
        return {"type": "array", "items": _shape(parts[0], definitions)}
    if origin in (Union, UnionType):
        shapes = [
            {"type": "null"} if part is NoneType else _shape(part, definitions) for part in parts
        ]
        return {"anyOf": shapes}
    if hint.__name__ not in definitions:
        _define(hint, definitions)
    return {"$ref": f"#/$defs/{hint.__name__}"}


if __name__ == "__main__":
    from importlib.resources import files
    from pathlib import Path

    target = Path(str(files("steelyard.formats.schemas") / "scorecard.schema.json"))
    target.write_text(schema_text(), encoding="utf-8")
