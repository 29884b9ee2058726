"""Random parameters fit the schema that they are drawn from."""

from decimal import Decimal

import pytest

from steelyard.errors import Problems
from steelyard.formats import parse_yaml
from steelyard.formats.validation import validate
from steelyard.report.parameters import value_text
from steelyard.testing.plugin_kit.parameters import draw_values, values_of


def fits(value: object, schema: dict) -> bool:
    """Return whether a value fits, by the engine's own check of parameters."""
    document = parse_yaml(value_text({"value": value}, quoted=True), "drawn").value
    return validate(document["value"], schema, "SY316", Problems())


SHAPES = {
    "a tighter end from each part": {
        "allOf": [
            {"type": "integer", "minimum": 3, "maximum": 500},
            {"type": "integer", "minimum": 1, "maximum": 9},
        ]
    },
    "an end beside the parts": {
        "type": "number",
        "exclusiveMinimum": 0,
        "allOf": [{"maximum": 1}, {"maximum": Decimal("0.4")}, {"minimum": -2}],
    },
    "parts within parts": {
        "allOf": [{"allOf": [{"type": "integer", "minimum": 7}]}, {"type": "number", "maximum": 8}]
    },
    "members that are in each": {"allOf": [{"enum": ["a", "b", "c"]}, {"enum": ["c", "b", "d"]}]},
    "lists whose length and items are told apart": {
        "type": "array",
        "items": {"type": "integer", "minimum": 0},
        "allOf": [{"minItems": 2}, {"maxItems": 3, "items": {"type": "integer", "maximum": 5}}],
    },
    "parts and a choice": {
        "allOf": [{"type": "integer", "minimum": 0, "maximum": 100}],
        "anyOf": [{"maximum": 10}, {"minimum": 90}],
    },
}


@pytest.mark.parametrize("name", SHAPES)
def test_drawn_values_fit_every_part_of_a_schema(name):
    schema = SHAPES[name]
    drawn = draw_values(values_of(schema, {}), 40)
    assert drawn
    for value in drawn:
        assert fits(value, schema), value
