"""The JSON Schema of scorecards, from the same classes as their JSON.

`python -m steelyard.report.schema` writes `steelyard/formats/schemas/scorecard.schema.json`; a test
fails when that file is out of date.
"""

import json
from datetime import date
from importlib.resources import files
from typing import Any

from steelyard.model.json_schema import PLAIN, SchemaGenerator, text_schema
from steelyard.model.outcomes import ITEM_OUTCOMES, METRIC_OUTCOMES, REQUIREMENT_STATUSES
from steelyard.model.texts import Prose, Text
from steelyard.report.json import FORMAT
from steelyard.scorecard.model import (
    Exact,
    FactName,
    ItemResult,
    MetricResult,
    RequirementResult,
    Scorecard,
)

_SHAPES: dict[Any, dict[str, Any]] = {
    **PLAIN,
    int: {"type": "integer"},
    Exact: {"type": "number"},
    date: {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    FactName: {"type": "string"},
    Text: {"$ref": "#/$defs/Text"},
    Prose: {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Text"}]},
}
_WORDS: dict[tuple[type, str], tuple[str, ...]] = {
    (ItemResult, "outcome"): ITEM_OUTCOMES,
    (MetricResult, "outcome"): METRIC_OUTCOMES,
    (RequirementResult, "status"): REQUIREMENT_STATUSES,
}


_FILE = files("steelyard.formats.schemas") / "scorecard.schema.json"
_WRITTEN_BY_HAND = ("Problem", "Rejection")


def scorecard_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the output of `steelyard score --format json`.

    It has all that the published file has, but the definitions are those of the classes.
    """
    published = json.loads(_FILE.read_text(encoding="utf-8"))
    definitions = SchemaGenerator(_SHAPES, _WORDS).define(Scorecard)
    definitions["Text"] = text_schema()
    card = definitions["Scorecard"]
    card["properties"] = {"format": {"const": FORMAT}, **card["properties"]}
    card["required"] = list(card["properties"])
    definitions |= {name: published["$defs"][name] for name in _WRITTEN_BY_HAND}
    return {**published, "$defs": dict(sorted(definitions.items()))}


def schema_text() -> str:
    """Return the published file's text."""
    return json.dumps(scorecard_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    from pathlib import Path

    Path(str(_FILE)).write_text(schema_text(), encoding="utf-8")
