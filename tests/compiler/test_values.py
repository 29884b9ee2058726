"""Derived values, formulas, metrics of weight 0, exclusive badges and enums with a catch-all.

One book is scored merchant by merchant and as a population; both say the same.
"""

from datetime import date

import polars as pl
import pytest

import steelyard

DAY = date(2026, 3, 1)
BOOK = """
book: shop
title: {en: Shop, zh: 商店}
industries: [{id: tea, title: {en: Tea, zh: 茶}}]
"""
FACTS = """
facts:
  - {id: shop.parcels, type: int, unit: parcels, bounds: [0, 1000], required: true, illustrative: true, title: {en: Parcels, zh: 包裹}, meaning: m}
  - {id: shop.on_time, type: int, unit: parcels, bounds: [0, 1000], required: true, illustrative: true, title: {en: On time, zh: 准时}, meaning: m}
  - {id: shop.late_days, type: int, unit: days, bounds: [0, 100], illustrative: true, title: {en: Late days, zh: 迟到天数}, meaning: m}
  - {id: shop.carrier, type: enum, values: [own, post, other], otherwise: other, illustrative: true, title: {en: Carrier, zh: 承运商}, meaning: m}
"""
RULES = """
ruleset: base
version: 1
title: {en: Base, zh: 基础}
effective: {from: 2026-01-01}
score: {range: [0, 5], decimals: 2}
values:
  - {id: late-share, title: {en: Late share, zh: 迟到率}, is: "clamp(1 - value.on_time_share, 0, 1)"}
  - {id: on-time-share, title: {en: On-time share, zh: 准时率}, unit: share, is: 'div(shop.on_time, max(shop.parcels, 1), 4, "half_even")'}
  - {id: late-twice, title: {en: Twice late, zh: 两倍迟到}, is: 2 * shop.late_days}
  - {id: half, title: {en: Half the service, zh: 服务的一半}, is: 0.5 * score.service}
  - {id: delay, title: {en: Delay, zh: 延误}, is: "has(shop.late_days) ? shop.late_days : 0"}
  - {id: by-post, title: {en: By post, zh: 邮寄}, is: 'shop.carrier in ["post", "other"]'}
exemptions:
  - {id: tiny, title: {en: Tiny, zh: 小}, when: value.late_share > 0.9, metrics: [late]}
dimensions:
  - id: service
    title: {en: Service, zh: 服务}
    weight: 1
    metrics:
      - {id: time, title: {en: Time, zh: 准时}, fact: value.on_time_share, weight: 0.5, curve: [[0, 0], [1, 5]]}
      - {id: late, title: {en: Late, zh: 迟到}, fact: value.late_twice, weight: 0.5, formula: "clamp(5 - 0.25 * value.late_twice, 0, 5)"}
      - {id: delay, title: {en: Delay, zh: 延误}, fact: value.delay, weight: 0, curve: [[0, 5], [100, 0]]}
      - {id: size, title: {en: Size, zh: 规模}, fact: shop.parcels, weight: 0, curve: [[0, 0], [1000, 5]]}
items:
  - {id: post, title: {en: Post, zh: 邮寄}, type: core/formula, with: {points: "value.by_post ? 0.1 : 0", range: [0, 0.1]}}
  - {id: half, title: {en: Half, zh: 一半}, type: core/steps, with: {fact: value.half, steps: [[2, 0.2]]}}
  - {id: post-again, title: {en: Post again, zh: 再邮寄}, type: core/curve, with: {fact: item.post.points * 2, knots: [[0, 0], [0.2, 0.3]]}}
badges:
  - {id: gold, title: {en: Gold, zh: 金}, exclusive: medal, when: score.total >= 4.5}
  - {id: silver, title: {en: Silver, zh: 银}, exclusive: medal, when: score.total >= 3.5}
  - {id: any, title: {en: Any, zh: 任意}, when: score.total >= 2}
  - {id: bronze, title: {en: Bronze, zh: 铜}, exclusive: medal, when: score.total >= 2}
"""
# facts → score, badges, dimension; by hand
CASES = [
    ({"parcels": 100, "on_time": 100, "late_days": 0}, "5.00", ["gold", "any"], "5"),
    (
        {"parcels": 100, "on_time": 90, "late_days": 2, "carrier": "own"},
        "4.45",
        ["silver", "any"],
        "4.25",
    ),
    ({"parcels": 100, "on_time": 50, "late_days": 10, "carrier": "post"}, "1.65", [], "1.25"),
    ({"parcels": 100, "on_time": 50, "late_days": 10, "carrier": "drones"}, "1.65", [], "1.25"),
    (
        {"parcels": 100, "on_time": 45},
        "2.25",
        ["any", "bronze"],
        "2.25",
    ),  # the formula lacks a fact
    (
        {"parcels": 100, "on_time": 5, "late_days": 0, "carrier": "own"},
        "0.25",
        [],
        "0.25",
    ),  # exempt
]


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    (folder / "facts").mkdir()
    for name, text in (("book", BOOK), ("facts/facts", FACTS), ("base", RULES)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return steelyard.open_plans(folder, as_of=DAY)


def merchant(facts, name="m"):
    return {
        "merchant": name,
        "industry": "tea",
        **{f"shop.{key}": one for key, one in facts.items()},
    }


@pytest.mark.parametrize(("facts", "score", "badges", "service"), CASES)
def test_one_merchant(plans, facts, score, badges, service):
    card = steelyard.score(merchant(facts), plans)
    assert str(card.score) == score
    assert [badge.id for badge in card.card.badges] == badges
    assert str(card.card.dimensions[0].score) == service


def test_a_population_says_the_same(plans):
    rows = [merchant(facts, f"m{n}") for n, (facts, *_) in enumerate(CASES)]
    result = steelyard.score(pl.DataFrame(rows), plans)
    assert [f"{one:.2f}" for one in result.scores["score"]] == [score for _, score, *_ in CASES]
    assert result.scores["badges"].to_list() == [" ".join(badges) for *_, badges, _ in CASES]
    assert result.rejects.height == 0


def test_explanations_name_values_badges_and_what_only_informs(plans):
    card = steelyard.score(merchant({"parcels": 100, "on_time": 90}), plans)
    told = {value.name: str(value.value) for value in card.card.values}
    assert told == {
        "value.late_share": "0.1",
        "value.on_time_share": "0.9",
        "value.late_twice": "None",
        "value.half": "2.25",
        "value.delay": "0",
        "value.by_post": "None",
    }
    assert [fact.id for fact in card.card.values[2].missing] == ["shop.late_days"]
    english, chinese = card.explain(), card.explain("zh")
    for text in (
        "On-time share: 90%",
        "for information",
        "Gold, or a badge above it: yes, needs no",
    ):
        assert text in english
    for text in ("准时率：90%", "仅供参考", "派生值：迟到率  10%"):
        assert text in chinese


def test_a_metric_observes_a_value_that_is_known_without_all_its_facts(plans):
    """The value is known where its untaken branch lacks a fact, and the metric shows it."""
    card = steelyard.score(merchant({"parcels": 100, "on_time": 90}), plans)
    metrics = {metric.id: metric for metric in card.card.dimensions[0].metrics}
    assert str(metrics["delay"].observed) == "0"
    assert str(metrics["delay"].score) == "5"
    assert metrics["late"].observed is None
