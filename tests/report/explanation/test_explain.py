"""Claims about explanations: every part is there, every number is the scorecard's."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from tests.fixtures.cards import bundled_card, card_of, facts_of, reference_plan

from steelyard.report.explanation import Branch, explain, explain_item, tree_json, tree_text
from steelyard.report.json import to_text


def walk(branch: Branch):
    yield branch
    for child in branch.children:
        yield from walk(child)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["little-sprout", "warm-paws", "first-light"])
def test_the_tree_of_a_bundled_merchant(golden, name, language):
    golden(f"explain-{name}-{language}.txt", tree_text(explain(bundled_card(name), language)))


@settings(max_examples=60, deadline=None)
@given(facts_of(reference_plan()))
def test_the_tree_holds_every_part_and_its_numbers(facts):
    card = card_of(reference_plan(), facts)
    tree = explain(card, "en")
    found = {(branch.kind, branch.id): branch for branch in walk(tree)}
    for item in card.items:
        branch = found["item", item.id]
        assert (branch.value, branch.before) == (item.points, item.points_before_caps)
        assert branch.outcome == item.outcome
        shown = [child.id for child in branch.children if child.kind == "requirement"]
        assert shown == [one.id for one in item.requirements]
    for item in card.deductions:
        assert found["deduction", item.id].value == item.points
    for dimension in card.dimensions:
        assert found["dimension", dimension.id].value == dimension.score
        for metric in dimension.metrics:
            assert found["metric", metric.id].value == metric.score
    assert tree.value == card.score


@settings(max_examples=60, deadline=None)
@given(facts_of(reference_plan()))
def test_an_item_that_is_not_awarded_says_why(facts):
    card = card_of(reference_plan(), facts)
    for branch in walk(explain(card, "en")):
        if branch.kind == "item" and branch.outcome != "awarded":
            assert branch.notes
        if branch.kind == "item" and branch.outcome == "not_met":
            assert any(child.outcome == "not_met" for child in branch.children)
        if branch.kind == "item" and branch.outcome == "no_data":
            assert any(note.startswith("missing:") for note in branch.notes)


def test_branches_below_the_score_add_up_to_it():
    card = bundled_card("little-sprout")
    data = json.loads(
        to_text(tree_json(explain(card, "zh"))), parse_float=Decimal, parse_int=Decimal
    )
    parts = {child["kind"]: child.get("value") for child in data["children"]}
    assert parts["base"] + parts["bonus"] - parts["deductions"] == data["before"]
    assert data["before"] + parts["rounding"] == data["value"]


def test_one_item_by_its_id_and_by_a_former_id():
    from tests.fixtures.plans import tiny_plan

    facts = {"orders.paid": 100, "industry": 0}
    card = card_of(tiny_plan(), facts)
    assert explain_item(card, "advisors", "en").id == "advisors"
    assert explain_item(card, "old-name", "en").id == "coverage"
    assert explain_item(card, "violations", "en").kind == "deduction"
    assert explain_item(card, "nothing", "en") is None


def test_the_same_scorecard_gives_the_same_bytes():
    first, second = (
        tree_text(explain(bundled_card("warm-paws"), language)) for language in ("en", "en")
    )
    assert first == second
