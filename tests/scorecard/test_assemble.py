"""Claims about scorecards: conservation, reasons, distances, stakes."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from tests.fixtures.cards import (
    DAY,
    MERCHANTS,
    bundled,
    bundled_card,
    card_of,
    facts_of,
    reference_plan,
)

NAMES = [path.stem for path in MERCHANTS]


def points(parts) -> Decimal:
    return sum((part.points.decimal for part in parts), Decimal(0))


def conserves(card) -> bool:
    change = points(card.items) - points(card.deductions)
    return (
        card.base.used.decimal + change == card.unrounded.decimal
        and card.unrounded.decimal + card.rounding.decimal == card.score.decimal
        and points(card.items) == card.bonus.points.decimal
        and points(card.deductions) == card.deductions_total.points.decimal
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_parts_of_a_bundled_merchant_add_up_exactly(name):
    card = bundled_card(name)
    assert card.score is None or conserves(card)


@settings(max_examples=100, deadline=None)
@given(facts_of(reference_plan()))
def test_whatever_the_facts_the_parts_add_up_exactly(facts):
    card = card_of(reference_plan(), facts)
    if card.status == "scored":
        assert conserves(card)
        assert card.low.decimal <= card.score.decimal <= card.high.decimal
        assert card.wasted_bonus.decimal >= 0
    else:
        assert card.score is card.unrounded is card.tier is None
        assert card.reasons
        assert all(item.points is None for item in card.items)


@settings(max_examples=80, deadline=None)
@given(facts_of(reference_plan()))
def test_no_stake_reaches_past_the_ceiling(facts):
    card = card_of(reference_plan(), facts)
    for item in (*card.items, *card.deductions):
        if card.status == "scored":
            assert 0 <= item.at_stake.decimal <= card.high.decimal - card.unrounded.decimal


@pytest.mark.parametrize(
    ("deduction", "fact"),
    [
        ("counterfeit", "violations.counterfeit_30d"),
        ("not-as-described", "violations.not_as_described_30d"),
        ("abnormal-logistics", "violations.abnormal_logistics_trace_30d"),
    ],
)
@pytest.mark.parametrize("count", [1, 3, 9])
def test_the_stake_of_a_deduction_is_what_its_absence_gives(deduction, fact, count):
    """More violations than the cap of their group included."""
    plan = reference_plan()
    facts = dict(bundled("little-sprout").facts)
    before = card_of(plan, facts | {fact: count})
    after = card_of(plan, facts | {fact: 0})
    (item,) = [one for one in before.deductions if one.id == deduction]
    assert item.at_stake.decimal == after.unrounded.decimal - before.unrounded.decimal


@pytest.mark.parametrize("traceable", [280, 290, 300, 320])
def test_the_stake_of_an_item_is_what_awarding_it_in_full_gives(traceable):
    plan = reference_plan()
    facts = dict(bundled("little-sprout").facts)
    now = card_of(plan, facts | {"maternity.traceable_skus": traceable})
    full = card_of(plan, facts | {"maternity.traceable_skus": 320})
    (item,) = [one for one in now.items if one.id == "batch-traceability"]
    assert item.at_stake.decimal == full.unrounded.decimal - now.unrounded.decimal


def test_an_item_in_a_full_group_has_nothing_at_stake():
    """The group's cap leaves no room, so promising more would not help."""
    facts = dict(bundled("little-sprout").facts)
    facts |= {"maternity.exchange_covered_skus": 320, "maternity.rash_claims_late": 9}
    card = card_of(reference_plan(), facts)
    (item,) = [one for one in card.items if one.id == "rash-return"]
    assert item.outcome == "not_met"
    assert item.most.decimal == Decimal("0.04")
    assert item.at_stake.decimal == 0


def test_too_few_orders_are_no_score_with_the_gate_as_the_reason():
    facts = dict(bundled("little-sprout").facts) | {"orders.paid_30d": 29}
    card = card_of(reference_plan(), facts)
    assert (card.status, card.score, card.reasons) == ("no_score", None, ("enough-orders",))
    requirement = card.gates[0].requirement
    assert (str(requirement.observed), str(requirement.needed)) == ("29", "30")
    assert str(requirement.distance) == "1"
    assert requirement.met is False


def test_a_missing_fact_is_named_and_never_shown_as_zero():
    facts = dict(bundled("little-sprout").facts)
    del facts["maternity.traceable_skus"]
    (item,) = [
        one for one in card_of(reference_plan(), facts).items if one.id == "batch-traceability"
    ]
    assert item.outcome == "no_data"
    assert [fact.id for fact in item.missing] == ["maternity.traceable_skus"]
    (requirement,) = item.requirements
    assert requirement.met is None
    assert requirement.observed is None
    assert requirement.distance is None


@pytest.mark.parametrize(("hours", "distance"), [(240, "0"), (241, "-0.1"), (300, "-6")])
def test_a_distance_is_the_change_that_would_meet_the_requirement(hours, distance):
    """At most 24 hours; the fact has one or two decimals."""
    plan = reference_plan()
    (fact,) = [one for one in plan.facts if one.id == "maternity.trial_refund_hours"]
    facts = dict(bundled("little-sprout").facts)
    facts["maternity.trial_refund_hours"] = hours * 10 ** (fact.decimals - 1)
    (item,) = [one for one in card_of(plan, facts).items if one.id == "try-first"]
    (requirement,) = [one for one in item.requirements if one.id == "refund-time"]
    assert str(requirement.distance) == distance
    assert requirement.met is (distance == "0")


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (date(2026, 3, 5), "transition"),
        (date(2026, 3, 15), "transition"),
        (date(2026, 3, 16), "enforced"),
    ],
)
def test_the_stage_of_the_rules_follows_their_dates(day, stage):
    facts = dict(bundled("little-sprout").facts)
    assert card_of(reference_plan(), facts, day=day).ruleset.stage == stage


def test_what_the_platform_reports_is_kept_apart():
    base = bundled_card("little-sprout").base
    assert base.source == "metrics"
    assert base.used == base.computed
    assert str(base.reported) == "4.8"


def test_all_bonus_at_the_ceiling_is_wasted():
    card = bundled_card("peach-bloom")
    assert card.bonus.points.decimal == 0
    assert card.wasted_bonus == card.bonus.after_cap
    assert card.wasted_bonus.decimal > 0


def test_the_next_tier_says_how_far_it_is():
    card = bundled_card("warm-paws")
    lacking = {tier.id: tier.distance for tier in card.tiers if not tier.reached}
    assert lacking["high"].decimal == Decimal("4.8") - card.score.decimal


def test_badges_are_either_given_or_not():
    plan = reference_plan()
    card = card_of(plan, dict(bundled("little-sprout").facts))
    assert {one.id for one in card.badges} | {one.id for one in card.other_badges} == {
        badge.id for badge in plan.badges
    }
    assert all(badge.requirement.met for badge in card.badges)


def test_the_same_trace_gives_an_equal_scorecard():
    assert bundled_card("warm-paws") == bundled_card("warm-paws")
    assert bundled_card("warm-paws").as_of == DAY
