"""What authors say of rules, in one language or in several, as readers of each language see it."""

from datetime import date

import pytest

import steelyard
from steelyard.errors import InvalidInput
from steelyard.pipeline import compile_plan, open_book
from steelyard.plan.codec import canonical_bytes, read_plan
from steelyard.plan.pretty import plan_text
from steelyard.report.facts import fact_page
from steelyard.report.plugins import meaning_text

DAY = date(2026, 3, 1)
BOOK = """
book: shop
title: {en: Shop, zh: 商店}
industries: [{id: tea, title: {en: Tea, zh: 茶}}]
"""
FACTS = """
facts:
  - {id: shop.parcels, type: int, unit: parcels, bounds: [0, 1000], required: true, title: {en: Parcels, zh: 包裹},
     meaning: {en: Parcels sent., zh: 已寄出的包裹。}, source: {en: The rules of the platform, zh: 平台规则}}
"""
RULES = """
ruleset: base
version: 1
title: {en: Base, zh: 基础}
effective: {from: 2026-01-01}
score: {range: [0, 5], decimals: 2}
base: {from: fixed, score: 3}
values:
  - {id: many, title: {en: Many, zh: 很多}, is: shop.parcels > 10, why: Only busy shops count.}
items:
  - id: busy
    title: {en: Busy, zh: 繁忙}
    type: core/flat
    when: value.many
    why: WHY
    source: {en: The fee table, zh: 费用表}
    with: {points: 1}
tiers:
  - {id: all, title: {en: All, zh: 全部}, otherwise: true}
"""
BILINGUAL = "{en: Busy shops need help., zh: 繁忙的店铺需要支持。}"


def _book(folder, why=BILINGUAL):
    (folder / "facts").mkdir()
    (folder / "book.yaml").write_text(BOOK, encoding="utf-8")
    (folder / "facts" / "shop.yaml").write_text(FACTS, encoding="utf-8")
    (folder / "base.yaml").write_text(RULES.replace("WHY", why), encoding="utf-8")
    return open_book(folder)


def test_a_reader_sees_the_language_asked_for(tmp_path):
    facts = _book(tmp_path).facts
    merchant = {"merchant": "a", "industry": "tea", "shop.parcels": 20}
    card = steelyard.score(merchant, book=tmp_path, as_of=DAY)
    english, chinese = (card.explain(language) for language in ("en", "zh"))
    assert "Busy shops need help." in english
    assert "The fee table" in english
    assert "繁忙的店铺需要支持。" in chinese
    assert "费用表" in chinese
    assert "Busy shops" not in chinese
    assert "繁忙的店铺" not in english
    assert "Only busy shops count." in english
    assert "Only busy shops count." in chinese

    fact = facts["shop.parcels"]
    assert meaning_text(fact, "en") == "Parcels sent. source: The rules of the platform"
    assert meaning_text(fact, "zh") == "已寄出的包裹。 来源：平台规则"


def test_a_plan_keeps_prose_as_its_author_gave_it(tmp_path):
    plan = compile_plan(_book(tmp_path), industry="tea", shop_type=None, scene=None, as_of=DAY)
    (tmp_path / "plan.json").write_bytes(canonical_bytes(plan))
    assert read_plan(tmp_path / "plan.json") == plan
    (busy,), (many,) = plan.items, plan.values
    assert (busy.why.of("zh"), many.why) == ("繁忙的店铺需要支持。", "Only busy shops count.")


def test_pages_of_facts_and_plans_show_prose_as_text(tmp_path):
    book = _book(tmp_path)
    english, chinese = (fact_page(book.facts["shop.parcels"], code) for code in ("en", "zh"))
    assert "Parcels sent." in english
    assert "The rules of the platform" in english
    assert "已寄出的包裹。" in chinese
    assert "平台规则" in chinese

    plan = compile_plan(book, industry="tea", shop_type=None, scene=None, as_of=DAY)
    assert "    why: Busy shops need help.\n    source: The fee table\n" in plan_text(plan)


@pytest.mark.parametrize("why", ["{en: Only English.}", "5", "[a]"])
def test_prose_in_one_language_of_several_is_refused(tmp_path, why):
    with pytest.raises(InvalidInput) as caught:
        _book(tmp_path, why)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.line) == ("SY301", 15)
