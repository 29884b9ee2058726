"""The checker makes typed rules of joined layers, and reports every problem of them at once."""

from datetime import date
from decimal import Decimal

import pytest

from steelyard.book import read_book, select
from steelyard.book.checker import Ruleset, check_ruleset
from steelyard.errors import InvalidInput

BOOK = """
book: shop
title: {en: Shop, zh: 商店}
industries: [{id: tea, title: {en: Tea, zh: 茶}}]
"""
BASE = """
ruleset: base
version: 1
title: {en: Base, zh: 基础}
effective: {from: 2026-01-01}
score: {range: [0, 5], decimals: 1}
dimensions:
  - id: service
    title: {en: Service, zh: 服务}
    weight: 1
    metrics:
      - {id: first, title: {en: a, zh: a}, fact: f, weight: 0.5, curve: [[0, 0], [5, 5]]}
      - {id: second, title: {en: a, zh: a}, fact: f, weight: 0.5, bands: [{at_least: 3, score: 5}, {otherwise: true, score: 1}]}
items:
  - {id: gift, title: {en: Gift, zh: 礼}, type: core/flat, aliases: [present], with: {points: 0.1}}
groups:
  - {id: all, title: {en: All, zh: 全}, items: [present], combine: best}
tiers:
  - {id: gold, title: {en: Gold, zh: 金}, at_least: 4.5}
  - {id: plain, title: {en: Plain, zh: 普}, otherwise: true}
"""


def checked(folder, text: str) -> Ruleset:
    (folder / "book.yaml").write_text(BOOK, encoding="utf-8")
    (folder / "base.yaml").write_text(text, encoding="utf-8")
    book = read_book(folder)
    day = date(2026, 6, 1)
    return check_ruleset(select(book, industry="tea", shop_type=None, scene=None, as_of=day))


def test_rules_are_typed_and_names_are_resolved(tmp_path):
    ruleset = checked(tmp_path, BASE)
    first, second = ruleset.dimensions[0].metrics
    assert first.curve == ((0, 0), (5, 5))
    assert [(band.edge, band.limit, band.score) for band in second.bands] == [
        ("at_least", 3, 5),
        (None, 0, 1),
    ]
    assert first.weight == Decimal("0.5")
    (group,) = ruleset.groups
    assert (group.items, group.keep, group.is_deduction) == (("gift",), 1, False)
    assert [tier.at_least for tier in ruleset.tiers] == [Decimal("4.5"), None]
    assert (ruleset.base.source, ruleset.scale.low, ruleset.scale.high) == ("metrics", 0, 5)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("weight: 1\n", "weight: 0.9\n", "SY311 the weights of the dimensions add up to 0.9"),
        ("[[0, 0], [5, 5]]", "[[5, 0], [0, 5]]", "SY312 the knots of first are not in ascending order: 5, then 0"),
        ("otherwise: true, score: 1", "at_least: 4, score: 1", "SY312 no value reaches at_least 4"),
        ("score: 1}", "score: 9}", "SY503 metric second may be 9, outside the range of scores"),
        ("at_least: 4.5", "at_least: 5.5", "SY313 no score reaches tier gold: scores end at 5"),
        ("items: [present]", "items: [pressent]", "SY306 group all lists the unknown item or deduction 'pressent'"),
        ("type: core/flat, ", "", "SY315 gift in `items` has no `type` in any layer"),
    ],
)  # fmt: skip
def test_a_problem_is_reported(tmp_path, old, new, expected):
    assert BASE.count(old) == 1
    with pytest.raises(InvalidInput) as caught:
        checked(tmp_path, BASE.replace(old, new))
    reports = [f"{problem.code} {problem.what}" for problem in caught.value.problems]
    assert any(report.startswith(expected) for report in reports), reports


def test_problems_are_reported_together(tmp_path):
    text = BASE.replace("weight: 1\n", "weight: 0.9\n").replace("at_least: 4.5", "at_least: 5.5")
    with pytest.raises(InvalidInput) as caught:
        checked(tmp_path, text)
    assert {"SY311", "SY313"} <= {problem.code for problem in caught.value.problems}
