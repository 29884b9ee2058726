"""The worth of items and metrics: the plan's own score with one outcome or one fact replaced."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from tests.fixtures.cards import DAY, card_of, facts_of, reference_plan

from steelyard.evaluators import python, reference
from steelyard.merchants.rows import Merchant
from steelyard.pipeline import compile_plan, open_book, prepare, score_merchant
from steelyard.plan.codec import digest
from steelyard.plan.what_if import breakpoints
from steelyard.report.table import score_table
from steelyard.scorecard import Assembler

TODAY = date(2026, 4, 1)

BOOK = """\
book: small
title: {en: Small, zh: 小}
industries:
  - {id: toys, title: {en: Toys, zh: 玩具}}
"""

FACTS = """\
facts:
  - {id: shop.reply, type: decimal, decimals: 2, unit: share, bounds: [0, 1],
     title: {en: Replies, zh: 回复}, meaning: m, source: s}
  - {id: shop.refund_hours, type: int, unit: hours, bounds: [0, 1000], required: false,
     title: {en: Refund handling hours, zh: 退款处理时长}, meaning: m, source: s}
  - {id: shop.fresh, type: bool, title: {en: Fresh, zh: 新鲜}, meaning: m, source: s}
  - {id: shop.packed, type: bool, title: {en: Packed, zh: 包装}, meaning: m, source: s}
  - {id: shop.photos, type: bool, title: {en: Photos, zh: 照片}, meaning: m, source: s}
"""

RULESET = """\
ruleset: toys
version: 2026.1
title: {en: Toys, zh: 玩具}
selects: {industry: toys}
effective: {from: 2026-01-01}
source: a test
illustrative: true
score: {range: [3, 5], decimals: 2, rounding: half_up}
base: {from: metrics}
dimensions:
  - id: service
    title: {en: Service, zh: 服务}
    weight: 1
    metrics:
      - id: reply
        title: {en: Reply, zh: 回复}
        fact: shop.reply
        weight: 0.9
        bands: [{at_least: 0.9, score: 5}, {at_least: 0.5, score: 4.5}, {otherwise: true, score: 3}]
      - id: refund
        title: {en: Refund handling, zh: 退款处理}
        fact: shop.refund_hours
        weight: 0.1
        bands: [{at_most: 2, score: 5}, {at_most: 12, score: 4.5}, {otherwise: true, score: 4}]
items:
  - {id: fresh, type: core/flat, title: {en: Fresh, zh: 新鲜}, with: {points: 0.04},
     when: shop.fresh && shop.packed}
  - {id: pictured, type: core/flat, title: {en: Pictured, zh: 配图}, with: {points: 0.01},
     when: 'item["fresh"].awarded && shop.photos'}
  - {id: plain, type: core/flat, title: {en: Plain, zh: 普通}, with: {points: 0.03},
     when: '!item["fresh"].awarded && shop.reply > 0.5'}
  - {id: paid, type: core/flat, title: {en: Paid, zh: 付费}, with: {points: 0.02},
     when: 'item["fresh"].points > 0.03'}
tiers:
  - {id: top, title: {en: High, zh: 高}, at_least: 4.5}
  - {id: rest, title: {en: Low, zh: 低}, otherwise: true}
"""


@pytest.fixture
def score(tmp_path):
    """Score a shop under a small book, by the whole way from files."""
    (tmp_path / "book.yaml").write_text(BOOK)
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "shop.yaml").write_text(FACTS)
    (tmp_path / "toys.yaml").write_text(RULESET)
    prepared = prepare(compile_plan(open_book(tmp_path), industry="toys", as_of=TODAY))
    usual = {"shop.reply": 60, "shop.refund_hours": 20, "shop.fresh": False,
             "shop.packed": True, "shop.photos": False}  # fmt: skip

    def scored(**facts):
        given = usual | {f"shop.{name}": value for name, value in facts.items()}
        known = {name: value for name, value in given.items() if value is not None}
        return score_merchant(prepared, Merchant("shop", "toys", None, known), TODAY).scorecard

    return scored


def stakes(card) -> dict[str, str]:
    return {item.id: str(item.at_stake) for item in card.items}


def improvements(card, metric: str):
    (found,) = [one for part in card.dimensions for one in part.metrics if one.id == metric]
    return [(str(i.needed), str(i.gain), str(i.score), i.tier) for i in found.improvements]


def test_refunds_in_12_hours_instead_of_20_reach_the_next_tier(score):
    """The shop stands at 4.45: 0.9 of 4.5 and 0.1 of 4, and no bonus."""
    card = score(reply=50)
    assert (str(card.score), card.tier) == ("4.45", "rest")
    assert improvements(card, "refund") == [
        ("12", "0.05", "4.5", "top"),
        ("2", "0.1", "4.55", "top"),
    ]
    page = score_table(card, "en")
    line = "Refund handling hours: 12 h instead of 20 h: +0.05, score 4.50, tier High\n"
    assert line in page
    line = "退款处理时长：由 20 小时 改善至 12 小时：+0.05，得分 4.50，等级 高\n"
    assert line in score_table(card, "zh")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # awarding `fresh` gives 0.04 and `paid` 0.02, and takes the 0.03 of `plain`
        ({}, "0.03"),
        ({"photos": True}, "0.04"),  # and `pictured` 0.01
        ({"packed": False, "photos": True}, "0.04"),
    ],
)
def test_the_stake_of_an_item_counts_what_other_items_read_of_it(score, facts, expected):
    card = score(**facts)
    assert stakes(card)["fresh"] == expected
    awarded = score(**facts | {"fresh": True, "packed": True})
    assert awarded.unrounded.decimal - card.unrounded.decimal == Decimal(expected)


def test_items_that_depend_on_another_one_have_a_stake_of_their_own(score):
    assert stakes(score(photos=True)) == {
        "fresh": "0.04", "pictured": "0.01", "plain": "0", "paid": "0.02",
    }  # fmt: skip


def test_a_metric_at_its_best_or_without_data_has_no_improvements(score):
    card = score(reply=95, refund_hours=2)
    assert improvements(card, "reply") == improvements(card, "refund") == []
    assert improvements(score(refund_hours=None), "refund") == []


def test_a_metric_improves_by_the_nearest_band_and_by_the_best(score):
    assert improvements(score(reply=10), "reply") == [
        ("0.5", "1.35", "4.45", None),
        ("0.9", "1.83", "4.93", "top"),
    ]


@settings(max_examples=20, deadline=None)
@given(facts_of(reference_plan()))
def test_the_evaluators_agree_on_every_alternative(facts):
    plan = reference_plan()
    merchant = Merchant("shop", "maternity", "ordinary", facts)
    trace = reference.evaluate(plan, facts, DAY.toordinal())
    cards = [
        Assembler(plan, digest(plan), evaluator.prepare_nodes).scorecard(merchant, trace, DAY)
        for evaluator in (reference, python)
    ]
    assert cards[0] == cards[1]


@settings(max_examples=20, deadline=None)
@given(facts_of(reference_plan()))
def test_an_improvement_is_the_score_of_the_merchant_with_that_fact(facts):
    plan = reference_plan()
    card = card_of(plan, facts)
    scales = {fact.id: fact.decimals for fact in plan.facts}
    for dimension in card.dimensions:
        for metric in dimension.metrics:
            for one in metric.improvements:
                changed = facts | {one.fact.id: one.needed.at(scales[one.fact.id])}
                after = card_of(plan, changed)
                assert after.score == one.score
                assert after.unrounded.decimal - card.unrounded.decimal == one.gain.decimal > 0
                assert one.tier == (after.tier if after.tier != card.tier else None)


def test_breakpoints_are_the_limits_of_bands_and_the_knots_of_curves():
    plan = reference_plan()
    metrics = {metric.id: metric for part in plan.dimensions for metric in part.metrics}
    refund = metrics["refund-time"]  # at most 2, 12, 24 and 48 hours; the fact has two decimals
    limits = breakpoints(plan.nodes, refund.score, refund.observed)
    assert limits == ((200, 201), (1200, 1201), (2400, 2401), (4800, 4801))
    curve = metrics["response-3min"]
    assert all(low == high for low, high in breakpoints(plan.nodes, curve.score, curve.observed))
