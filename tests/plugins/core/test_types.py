"""What every core item type has: texts, descriptions, and an example that works."""

from pathlib import Path

import pytest
from tests.plugins.core.evaluating import TYPES, compiled

from steelyard.formats import parse_yaml
from steelyard.pipeline import open_book

RULESETS = Path(__file__).parents[3] / "rulesets"


@pytest.fixture(scope="module")
def facts():
    return open_book(RULESETS).facts


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_its_example_is_an_item_of_the_reference_book_s_facts(kind, facts):
    example = parse_yaml(TYPES[kind].example, "example.yaml")
    assert example.at(("type",)).value == kind
    compiled(kind, example.at(("with",)), facts)


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_every_parameter_says_what_it_is(kind):
    for schema in TYPES[kind].parameters.values():
        assert schema["description"].endswith(".")
        assert schema["description_zh"].endswith("。")


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_every_requirement_has_a_title_in_both_languages(kind, facts):
    example = parse_yaml(TYPES[kind].example, "example.yaml")
    _, item = compiled(kind, example.at(("with",)), facts)
    for requirement in (*item.record.gates, *item.record.requirements):
        assert requirement.title.en
        assert requirement.title.zh
        assert requirement.atoms, "an explanation needs something observed"
