"""Laws of the parameters that are drawn by a schema: they fit it, whatever it is made of."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.errors import Problems
from steelyard.formats import parse_yaml
from steelyard.formats.validation import validate
from steelyard.testing.plugin_kit.drawing import each_example, together, value_of
from steelyard.testing.plugin_kit.trial import flow


def fits(value: object, schema: dict) -> bool:
    """Tell whether a value fits by the engine's own check of parameters."""
    document = parse_yaml(flow({"value": value}), "drawn").value
    return validate(document["value"], schema, "SY316", Problems())


def drawn_by(schema: dict, examples: int = 40) -> list:
    drawn: list = []
    each_example(value_of(schema, {}), examples, drawn.append)
    return drawn


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
    "keys that are told apart": {
        "type": "object",
        "properties": {"a": {"type": "integer", "minimum": 5}, "b": {"type": "boolean"}},
        "required": ["a"],
        "allOf": [
            {"required": ["b"]},
            {"properties": {"a": {"type": "integer", "maximum": 6}}, "required": ["a"]},
        ],
    },
    "parts and a choice": {
        "allOf": [{"type": "integer", "minimum": 0, "maximum": 100}],
        "anyOf": [{"maximum": 10}, {"minimum": 90}],
    },
}


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_drawn_fits_every_part(name):
    schema = SHAPES[name]
    drawn = drawn_by(schema)
    assert drawn
    for value in drawn:
        assert fits(value, schema), value


limits = st.dictionaries(
    st.sampled_from(("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")),
    st.one_of(st.integers(-50, 50), st.decimals(-50, 50, places=2)),
)
parts = st.tuples(limits, st.sampled_from(("integer", "number"))).map(
    lambda two: {"type": two[1], **two[0]}
)


@settings(deadline=None)
@given(parts, parts, st.one_of(st.integers(-60, 60), st.decimals(-60, 60, places=2)))
def test_a_number_fits_two_schemas_together_if_it_fits_each(left, right, number):
    both = together(left, right)
    assert fits(number, both) == (fits(number, left) and fits(number, right))
    assert together(right, left) == both
