"""The JSON Schema of scorecards, from the same classes as their JSON.

`python -m steelyard.report.schema` writes `steelyard/formats/schemas/scorecard.schema.json`; a test
fails when that file is out of date.
"""

import json
from datetime import date
from typing import Any

from steelyard.model.json_schema import PLAIN, SchemaGenerator, object_schema, text_schema
from steelyard.model.outcomes import ITEM_OUTCOMES, METRIC_OUTCOMES, REQUIREMENT_STATUSES
from steelyard.model.texts import Text
from steelyard.report.json import FORMAT
from steelyard.scorecard.model import (
    Exact,
    FactName,
    ItemResult,
    MetricResult,
    RequirementResult,
    Scorecard,
)

_SHAPES: dict[type, dict[str, Any]] = {
    **PLAIN,
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
    definitions = SchemaGenerator(_SHAPES, _WORDS).define(Scorecard)
    definitions["Text"] = text_schema()
    definitions["Problem"] = _problem()
    card = definitions["Scorecard"]
    card["properties"] = {"format": {"const": FORMAT}, **card["properties"]}
    card["required"] = list(card["properties"])
    definitions["Rejection"] = {
        "description": "A merchant that was rejected, with every reason.",
        **object_schema(
            {
                "format": {"const": FORMAT},
                "merchant": {"type": "string"},
                "status": {"const": "rejected"},
                "problems": {"type": "array", "items": {"$ref": "#/$defs/Problem"}, "minItems": 1},
            }
        ),
    }
    result = [{"$ref": "#/$defs/Scorecard"}, {"$ref": "#/$defs/Rejection"}]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:steelyard:schema:scorecard:1",
        "title": "Steelyard scorecard",
        "description": "One merchant, or a list of several merchants. Numbers are exact: "
        "read them as decimals. Shares are fractions of 1.",
        "anyOf": [*result, {"type": "array", "items": {"anyOf": result}}],
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """Return the published file's text."""
    return json.dumps(scorecard_schema(), indent=2, ensure_ascii=False) + "\n"


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    optional, position = {"type": ["string", "null"]}, {"type": ["integer", "null"], "minimum": 1}
    return object_schema(
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


if __name__ == "__main__":
    from importlib.resources import files
    from pathlib import Path

    target = Path(str(files("steelyard.formats.schemas") / "scorecard.schema.json"))
    target.write_text(schema_text(), encoding="utf-8")
