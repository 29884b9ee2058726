"""JSON Schemas from type hints."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from steelyard.model.json_schema import PLAIN, SchemaGenerator, object_schema

SHAPES = {**PLAIN, int: {"type": "integer"}}


@dataclass(frozen=True)
class Leaf:
    """A leaf."""

    name: str
    size: int | None = None
    pair: tuple[int, str] = (0, "")


class Tree(NamedTuple):
    """A tree."""

    kind: Literal["oak", "elm"]
    leaves: tuple[Leaf, ...]
    parent: "Tree | None"


def test_every_field_is_required_without_a_rule_for_defaults():
    definitions = SchemaGenerator(SHAPES).define(Tree)
    assert list(definitions) == ["Tree", "Leaf"]
    assert definitions["Leaf"]["required"] == ["name", "size", "pair"]
    assert definitions["Tree"] == {
        "description": "A tree.",
        **object_schema(
            {
                "kind": {"enum": ["oak", "elm"]},
                "leaves": {"type": "array", "items": {"$ref": "#/$defs/Leaf"}},
                "parent": {"anyOf": [{"$ref": "#/$defs/Tree"}, {"type": "null"}]},
            }
        ),
    }


def test_fields_with_a_default_may_be_omitted():
    (leaf,) = SchemaGenerator(SHAPES, default=lambda value, _: value).define(Leaf).values()
    assert leaf["required"] == ["name"]
    assert leaf["properties"]["size"]["default"] is None
    assert leaf["properties"]["pair"]["minItems"] == 2


def test_words_limit_a_text():
    words = {(Leaf, "name"): ("green", "red")}
    assert SchemaGenerator(SHAPES, words).define(Leaf)["Leaf"]["properties"]["name"] == {
        "enum": ["green", "red"]
    }
