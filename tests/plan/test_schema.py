"""The published JSON Schema of plans fits what the codec writes, and says all of it."""

from dataclasses import fields, is_dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from tests.fixtures.plans import changed, grafted, objects, tiny_plan
from tests.strategies.graphs import graphs

from steelyard.errors import InvalidInput
from steelyard.formats.schemas import load_schema
from steelyard.model.texts import Text
from steelyard.plan.codec import from_json, to_json
from steelyard.plan.schema import schema_text
from steelyard.plan.structure import Plan

VALIDATOR = Draft202012Validator(load_schema("plan"))


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(load_schema("plan"))


def test_the_published_file_is_up_to_date():
    from importlib.resources import files

    published = (files("steelyard.formats.schemas") / "plan.schema.json").read_text(
        encoding="utf-8"
    )
    assert published == schema_text()


def test_the_tiny_plan_is_valid():
    VALIDATOR.validate(to_json(tiny_plan()))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(graphs(size=10))
def test_plans_with_random_nodes_are_valid(graph):
    VALIDATOR.validate(to_json(grafted(graph)))


def test_every_field_of_every_class_is_in_the_schema():
    schema = load_schema("plan")
    for owner in {type(value) for value in objects(tiny_plan())}:
        assert is_dataclass(owner)
        if owner is Text:  # written by language code
            continue
        part = schema if owner is Plan else schema["$defs"][owner.__name__]
        assert list(part["properties"]) == [field.name for field in fields(owner)]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["title"], ...),
        (["surprise"], 1),
        (["format"], "other/2"),
        (["decimals"], 4.5),
        (["nodes", 0, "op"], "eval"),
        (["nodes", 0, "low"], 1),
        (["nodes", 0, "low"], "01"),
        (["items", 0, "outcome"], -1),
        (["selection", 0], ["industry"]),
        (["selection", 0], ["industry", "toys", "more"]),
    ],
)
def test_damaged_plans_are_invalid(path, value):
    assert not VALIDATOR.is_valid(changed(path, value))


def test_a_text_in_a_third_language_is_a_plan_and_the_format_stays():
    title = Text("Toys", "玩具", fr="Jouets", **{"pt-BR": "Brinquedos"})
    plan = replace(tiny_plan(), title=title)
    data = to_json(plan)
    VALIDATOR.validate(data)
    assert data["title"] == {"en": "Toys", "zh": "玩具", "fr": "Jouets", "pt-BR": "Brinquedos"}
    assert from_json(data) == plan
    assert [title.of(one) for one in ("en", "zh", "fr", "de")] == ["Toys", "玩具", "Jouets", "Toys"]


@pytest.mark.parametrize(
    "title",
    ["Toys", {"en": "Toys"}, {"en": "Toys", "zh": 1}, {"en": "a", "zh": "b", "French": "c"}],
)
def test_a_text_without_its_languages_is_refused(title):
    data = to_json(tiny_plan()) | {"title": title}
    assert not VALIDATOR.is_valid(data)
    with pytest.raises(InvalidInput, match="title"):
        from_json(data)
