"""Layers are joined by id, and the book picks one set of layers for a merchant and a date."""

from datetime import date
from decimal import Decimal

import pytest

from steelyard.book import read_book, select
from steelyard.book.checker import check_ruleset
from steelyard.compiler.selections import check_book
from steelyard.errors import InvalidInput
from steelyard.merchants.rows import Merchant
from steelyard.pipeline import (
    compile_plan,
    open_book,
    prepare,
    score_merchant,
)

BOOK = """
book: shop
title: {en: Shop, zh: 商店}
industries: [{id: tea, title: {en: Tea, zh: 茶}}, {id: toys, title: {en: Toys, zh: 玩具}}]
shop_types: [{id: small, title: {en: Small, zh: 小}}, {id: brand, title: {en: Brand, zh: 品牌}}]
scenes: [{id: fair, title: {en: Fair, zh: 集市}}]
"""
FACTS = """
facts:
  - {id: orders, type: int, bounds: [0, 1000], required: true, illustrative: true, title: {en: o, zh: o}, meaning: m, source: s}
  - {id: base, type: decimal, decimals: 1, bounds: [0, 5], required: true, illustrative: true, title: {en: b, zh: b}, meaning: m, source: s}
"""
BASE = """
ruleset: base
version: 1
title: {en: Base, zh: 基础}
effective: {from: 2026-01-01}
abstract: true
score: {range: [0, 5], decimals: 1}
dimensions:
  - id: service
    title: {en: Service, zh: 服务}
    weight: 1
    metrics:
      - {id: first, title: {en: a, zh: a}, fact: base, weight: 0.5, curve: [[0, 0], [5, 5]]}
      - {id: second, title: {en: a, zh: a}, fact: base, weight: 0.5, bands: [{at_least: 3, score: 5}, {otherwise: true, score: 1}]}
items:
  - {id: gift, title: {en: Gift, zh: 礼}, type: core/flat, aliases: [present], with: {points: 0.1, when: orders > 5}}
  - {id: wrap, title: {en: Wrap, zh: 包}, type: core/flat, with: {points: 0.2}, when: 'item["present"].awarded'}
groups:
  - {id: both, title: {en: Both, zh: 两}, items: [present, wrap], combine: sum, cap: 0.2}
"""
TEA = """
ruleset: tea
version: 1
title: {en: Tea, zh: 茶}
extends: base
selects: {industry: tea}
effective: {from: 2026-02-01}
dimensions:
  - id: service
    metrics:
      - {id: second, curve: [[0, 1], [5, 5]]}
items:
  - {id: gift, with: {points: 0.3}}
  - {id: card, title: {en: Card, zh: 卡}, type: core/flat, with: {points: 0.1}}
"""
FAIR = """
ruleset: fair
version: 1
title: {en: Fair, zh: 集市}
selects: {scene: fair}
effective: {from: 2026-02-01, until: 2026-03-01}
items:
  - {id: present, with: {when: orders > 1}}
  - {id: wrap, retire: true}
groups:
  - {id: both, items: [gift]}
"""
ANY = """
ruleset: any
version: 1
title: {en: Any, zh: 任意}
extends: base
effective: {from: 2026-01-01}
"""


@pytest.fixture
def write(tmp_path):
    """Write files of a book and read it."""

    def writing(**files):
        texts = {
            "book": BOOK,
            "facts/facts": FACTS,
            "base": BASE,
            "tea": TEA,
            "fair": FAIR,
            "any": ANY,
        }
        for name, text in (texts | files).items():
            path = tmp_path / f"{name}.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return read_book(tmp_path)

    return writing


def chosen(book, industry="tea", shop_type="small", scene=None, day="2026-02-10"):
    return select(
        book, industry=industry, shop_type=shop_type, scene=scene, as_of=date.fromisoformat(day)
    )


def names(selection):
    return [layer.name for layer in selection.layers]


def test_a_layer_adds_overrides_and_keeps(write):
    """A new id is added at the end, a known id changes only the keys it gives."""
    ruleset = check_ruleset(chosen(write()))
    assert [rule.named.id for rule in ruleset.items] == ["gift", "wrap", "card"]
    gift = ruleset.items[0]
    assert gift.parameters is not None
    assert gift.parameters.plain() == {"points": Decimal("0.3"), "when": "orders > 5"}
    assert gift.named.title.en == "Gift"
    assert gift.parameters.value["when"].place.file == "base.yaml"
    assert gift.parameters.value["points"].place.file == "tea.yaml"


def test_a_metric_is_overridden_inside_its_dimension(write):
    """A curve replaces the bands of the layer below; the other metric stays."""
    first, second = check_ruleset(chosen(write())).dimensions[0].metrics
    assert first.curve
    assert second.curve
    assert not second.bands
    assert second.weight == Decimal("0.5")


def test_a_layer_may_give_what_the_layer_below_leaves_out(write):
    """Metrics of a dimension and the type of an item that only the upper layer names."""
    start, end = BASE.index("    metrics:"), BASE.index("items:")
    metrics = BASE[start:end]
    item = "{id: wrap, title: {en: Wrap, zh: 包}, type: core/flat, "
    base = (BASE[:start] + BASE[end:]).replace(item, "{id: wrap, title: {en: Wrap, zh: 包}, ")
    tea = TEA.replace("    metrics:\n      - {id: second, curve: [[0, 1], [5, 5]]}\n", metrics)
    tea += "  - {id: wrap, type: core/flat}\n"
    ruleset = check_ruleset(chosen(write(base=base, tea=tea)))
    assert [metric.named.id for metric in ruleset.dimensions[0].metrics] == ["first", "second"]
    assert [rule.type for rule in ruleset.items] == ["core/flat"] * 3


def test_a_scene_lies_over_what_is_chosen_and_may_use_an_earlier_name(write):
    """An alias finds the item; a retired item is gone; the scene ends with its dates."""
    book = write()
    ruleset = check_ruleset(chosen(book, scene="fair"))
    assert [rule.named.id for rule in ruleset.items] == ["gift", "card"]
    gift = ruleset.items[0].parameters
    assert gift is not None
    assert gift.plain() == {"points": Decimal("0.3"), "when": "orders > 1"}
    assert ruleset.groups[0].items == ("gift",)
    assert names(chosen(book, scene="fair", day="2026-03-01")) == ["base@1", "tea@1"]
    assert names(chosen(book, "toys", scene="fair")) == ["base@1", "any@1", "fair@1"]


def test_an_alias_works_in_conditions_and_groups(write):
    """A plan compiles whose group and condition use an item's earlier id."""
    opened = open_book(write().folder)
    plan = compile_plan(opened, industry="tea", as_of=date(2026, 2, 10))
    assert plan.groups[0].items == ("gift", "wrap")
    assert plan.items[0].aliases == ("present",)


def test_the_most_specific_ruleset_wins_and_the_rest_is_the_fallback(write):
    """A ruleset that selects by more keys wins; one without `selects` takes what is left."""
    brand = TEA.replace("ruleset: tea", "ruleset: tea-brand").replace(
        "{industry: tea}", "{industry: [tea], shop_type: brand}"
    )
    book = write(**{"tea-brand": brand})
    assert names(chosen(book)) == ["base@1", "tea@1"]
    assert names(chosen(book, shop_type="brand")) == ["base@1", "tea-brand@1"]
    assert names(chosen(book, "toys", "brand")) == ["base@1", "any@1"]
    assert names(chosen(book, day="2026-01-31")) == ["base@1", "any@1"]


def test_of_several_versions_the_latest_that_has_begun_holds(write):
    """Versions follow each other by `from`; `until` ends one; `extends` may pin a version."""
    later = TEA.replace("version: 1", "version: 2").replace(
        "{from: 2026-02-01}", "{from: 2026-04-01, until: 2026-05-01}"
    )
    base = BASE.replace("version: 1", "version: 1.10").replace("2026-01-01", "2026-04-01")
    pinned = ANY.replace("extends: base", "extends: base@1")
    book = write(**{"tea-2": later, "base-2": base, "any": pinned})
    assert names(chosen(book, day="2026-03-31")) == ["base@1", "tea@1"]
    assert names(chosen(book, day="2026-04-01")) == ["base@1.10", "tea@2"]
    assert names(chosen(book, "toys", day="2026-04-01")) == ["base@1", "any@1"]
    # the last version of tea has ended, and an ended ruleset does not come back
    assert names(chosen(book, day="2026-05-01")) == ["base@1", "any@1"]


def test_nothing_holds_before_the_first_ruleset(write):
    """A date before every ruleset has an answer too: none, with the code for it."""
    with pytest.raises(InvalidInput) as refused:
        chosen(write(), day="2025-12-31")
    assert [problem.code for problem in refused.value.problems] == ["SY310"]


def test_an_alias_of_an_item_means_nothing_in_other_lists(write):
    """A dimension may have the id that some item once had."""
    base = BASE.replace("aliases: [present]", "aliases: [service]").replace(
        "[present, wrap]", "[gift, wrap]"
    )
    base = base.replace('item["present"]', 'item["service"]')
    fair = FAIR.replace("id: present", "id: service")
    ruleset = check_ruleset(chosen(write(base=base, fair=fair), scene="fair"))
    assert [rule.named.id for rule in ruleset.dimensions] == ["service"]
    assert [rule.named.id for rule in ruleset.items] == ["gift", "card"]


def test_what_holds_after_an_end_is_checked_too(write, tmp_path):
    """A fallback that takes over only when another ruleset ends is compiled by the check."""
    fallback = ANY.replace(
        "extends: base",
        "extends: base@1\ngates: [{id: g, title: {en: g, zh: g}, when: nosuch > 1}]",
    )
    tea = TEA.replace("{from: 2026-02-01}", "{from: 2026-01-01, until: 2026-03-01}")
    write(
        tea=tea,
        any=fallback.replace("effective:", "selects: {industry: [tea, toys]}\neffective:").replace(
            "ruleset: any", "ruleset: any"
        ),
    )
    assert "SY403" in {problem.code for problem in check_book(tmp_path)}


def test_no_ruleset_holds_past_the_end_of_the_calendar(write):
    """The date of a score has bounds, as every fact has, or nothing could be proved of it."""
    book = write()
    assert names(chosen(book, "toys", day="2199-12-31"))
    with pytest.raises(InvalidInput) as refused:
        chosen(book, "toys", day="2200-01-01")
    assert [problem.code for problem in refused.value.problems] == ["SY310"]
    plan = compile_plan(open_book(book.folder), industry="tea", as_of=date(2026, 2, 10))
    merchant = Merchant(
        "m", "tea", "small", {"orders": 1, "base": 1, "industry": 0, "shop_type": 0}
    )
    with pytest.raises(InvalidInput) as refused:
        score_merchant(prepare(plan), merchant, date(2026, 1, 31))
    assert [problem.code for problem in refused.value.problems] == ["SY702"]
