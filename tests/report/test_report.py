"""Claims about reports: JSON fits its schema with exact digits, pages are as agreed."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from tests.fixtures.cards import (
    MERCHANTS,
    bundled,
    bundled_card,
    card_of,
    facts_of,
    reference_book,
    reference_plan,
)

from steelyard.errors import Place, Problem
from steelyard.formats.schemas import load_schema
from steelyard.report.facts import fact_json, fact_page, facts_table
from steelyard.report.json import bounds_json, rejection_json, scorecard_json, to_text
from steelyard.report.schema import schema_text
from steelyard.report.table import score_table

NAMES = [path.stem for path in MERCHANTS]
VALIDATOR = Draft202012Validator(load_schema("scorecard"))


def test_the_published_schema_is_up_to_date():
    """`python -m steelyard.report.schema` writes it."""
    path = Path("engine/src/steelyard/formats/schemas/scorecard.schema.json")
    assert path.read_text(encoding="utf-8") == schema_text()
    Draft202012Validator.check_schema(load_schema("scorecard"))


@pytest.mark.parametrize("name", NAMES)
def test_every_bundled_scorecard_fits_the_schema(name):
    VALIDATOR.validate(json.loads(to_text(scorecard_json(bundled_card(name)))))


@settings(max_examples=25, deadline=None)
@given(facts_of(reference_plan()))
def test_every_scorecard_fits_the_schema(facts):
    VALIDATOR.validate(json.loads(to_text(scorecard_json(card_of(reference_plan(), facts)))))


def test_a_rejection_fits_the_schema_alone_and_in_a_list():
    problem = Problem("SY605", "it is −4", Place("a.yaml", 3, 9), expected="from 0")
    rejection = json.loads(to_text(rejection_json("a", (problem,))))
    card = json.loads(to_text(scorecard_json(bundled_card("warm-paws"))))
    VALIDATOR.validate(rejection)
    VALIDATOR.validate([rejection, card])


def test_numbers_in_json_have_their_exact_digits():
    card = bundled_card("little-sprout")
    data = json.loads(to_text(scorecard_json(card)), parse_float=Decimal, parse_int=Decimal)
    assert data["unrounded"] == card.unrounded.decimal
    parts = [data["base"]["used"], *(item["points"] for item in data["items"])]
    taken = [item["points"] for item in data["deductions"]]
    assert sum(parts) - sum(taken) == data["unrounded"]
    assert data["unrounded"] + data["rounding"] == data["score"]


def test_the_issues_keys_are_there():
    """What later readers rely on."""
    data = json.loads(to_text(scorecard_json(bundled_card("little-sprout"))))
    assert {
        "merchant", "as_of", "status", "score", "tier", "ruleset", "plan", "dimensions", "items",
        "groups", "bonus", "deductions", "wasted_bonus",
    } <= set(data)  # fmt: skip
    assert {"id", "version"} <= set(data["ruleset"])
    assert {"id", "score", "weight", "metrics"} <= set(data["dimensions"][0])
    assert {"id", "type", "outcome", "points", "points_before_caps", "requirements"} <= set(
        data["items"][0]
    )
    assert {"id", "met", "observed", "needed"} <= set(data["items"][0]["requirements"][0])


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_the_page_of_each_bundled_merchant(golden, name, language):
    golden(f"score-{name}-{language}.txt", score_table(bundled_card(name), language))


@settings(max_examples=25, deadline=None)
@given(facts_of(reference_plan()))
def test_every_scorecard_has_a_page_without_loose_ends(facts):
    for language in ("en", "zh"):
        page = score_table(card_of(reference_plan(), facts), language)
        assert "{" not in page
        assert "None" not in page
        assert all(line == line.rstrip() for line in page.split("\n"))


def test_the_largest_improvement_comes_first():
    facts = dict(bundled("little-sprout").facts) | {"violations.counterfeit_30d": 1}
    page = score_table(card_of(reference_plan(), facts), "en")
    help_ = page[page.index("How to improve") :]
    assert help_.index("Counterfeits sold (+0.25 without it)") < help_.index("After-sale")


def test_metrics_name_the_value_that_raises_the_score():
    """A slow refund costs points; the page says which time gives them back."""
    page = score_table(bundled_card("harbour-goods"), "en")
    lines = page.splitlines()
    at = lines.index("  Refund handling hours (up to +0.133333333)")
    assert lines[at + 1] == "      12 h instead of 19 h: +0.066666667, score 3.77"


def test_facts_have_a_page_each_and_exact_bounds():
    facts = reference_book().known.declarations
    for fact in facts.values():
        assert fact_page(fact, "zh").startswith(f"{fact.id}\n")
        data = json.loads(to_text(fact_json(fact)), parse_float=Decimal, parse_int=Decimal)
        if fact.type in ("int", "decimal"):
            assert data["bounds"] == [
                Decimal(end).scaleb(-fact.decimals) for end in (fact.low, fact.high)
            ]
    table = facts_table(list(facts.values()), "en")
    assert len(table.splitlines()) == len(facts) + 1


def test_bounds_as_json_hold_every_part():
    from steelyard.plan.bounds import bounds

    plan = reference_plan()
    data = json.loads(to_text(bounds_json(bounds(plan))))
    assert [item["id"] for item in data["items"]] == [item.id for item in plan.items]
    assert data["score"] == [3, 5]
