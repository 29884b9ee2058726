"""`compile --item` shows what judges one item: its rule, its nodes with ranges, its cost."""

import json

import pytest

from steelyard.cli.running import run_arguments

RULESET = """\
ruleset: toys
version: 1
title: {en: Toys, zh: 玩具}
selects: {industry: toys}
effective: {from: 2026-01-01}
illustrative: true
score: {range: [0, 5], decimals: 2}
base: {from: fixed, score: 3}
items:
  - {id: quick, type: core/flat, title: {en: Quick, zh: 快}, with: {points: 0.5}, when: shop.hours <= 24, aliases: [fast]}
  - {id: both, type: core/flat, title: {en: Both, zh: 双}, with: {points: 0.2}, when: item.quick.points > 0.4}
deductions:
  - {id: staff, type: core/per-unit, title: {en: Staff, zh: 人员}, with: {fact: shop.absent, points_per_unit: 0.1}}
groups:
  - {id: all, title: {en: All, zh: 全部}, items: [quick, both], combine: sum, cap: 0.6}
"""
FILES = {
    "book.yaml": "book: toys\ntitle: {en: Toys, zh: 玩具}\nindustries: [{id: toys, title: {en: Toys, zh: 玩具}}]\n",
    "toys.yaml": RULESET,
    "facts/shop.yaml": """\
facts:
  - {id: shop.hours, type: int, unit: hours, bounds: [0, 99], title: {en: Hours, zh: 小时}, meaning: Hours., illustrative: true}
  - {id: shop.absent, type: int, unit: count, bounds: [0, 9], title: {en: Absent, zh: 缺勤}, meaning: Absent., illustrative: true}
""",
}


@pytest.fixture
def shown(tmp_path, capsys):
    """Return a function that shows one item of a book."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def show(item: str, *more: str, status: int = 0) -> str:
        command = ["compile", str(tmp_path), "--industry", "toys", "--as-of", "2026-06-01"]
        assert run_arguments([*command, "--item", item, *more]) == status
        printed = capsys.readouterr()
        return printed.out if status == 0 else printed.err

    return show


def test_the_rule_the_nodes_with_their_ranges_and_the_cost(shown):
    assert (
        shown("quick")
        == """\
plan toys@1

quick = core/flat  Quick / 快  (toys.yaml:10:10)
  needs when  Condition of the rule / 规则条件  (toys.yaml:10:88)
    test: shop.hours <= 24
    known: has(shop.hours)
    written: shop.hours <= 24
  awarded: has(shop.hours) && shop.hours <= 24
  earned: item.quick.awarded ? 0.5 : 0  in [0, 0.5]
  outcome: has(shop.hours) ? (shop.hours <= 24 ? "awarded" : "not_met") : "no_data"
  group: all
  aliases: fast

reads the facts shop.hours
reads the parts —
costs 7 nodes, 0 of them for each record

nodes
  n1                  [false, true]           shop.hours <= 24
  n2                  ["met", "not_met"]      n1 ? "met" : "not_met"
  n3                  ["met", "no_data"]      has(shop.hours) ? n2 : "no_data"
  item.quick.awarded  [false, true]           has(shop.hours) && n1
  n4                  ["awarded", "not_met"]  n1 ? "awarded" : "not_met"
  n5                  ["awarded", "no_data"]  has(shop.hours) ? n4 : "no_data"
  item.quick.earned   [0, 0.5]                item.quick.awarded ? 0.5 : 0
"""
    )


def test_parts_that_are_judged_elsewhere_are_named_and_not_spelt_out(shown):
    text = shown("both")
    assert "reads the parts item.quick.earned" in text
    assert "shop.hours <= 24" not in text


def test_an_alias_and_a_deduction_are_found_too(shown):
    assert shown("fast") == shown("quick")
    assert "staff = core/per-unit" in shown("staff")


def test_the_bounds_of_one_item_and_of_its_group(shown):
    assert shown("both", "--bounds") == (
        "item both: [0, 0.2]\ngroup all: [0, 0.6], before caps [0, 0.7]\n"
    )
    assert json.loads(shown("both", "--bounds", "--emit", "json"))["item"]["after"] == [0, 0.2]


def test_the_nodes_as_json(shown):
    data = json.loads(shown("quick", "--emit", "json"))
    assert (data["id"], data["facts"], data["reads"]) == ("quick", ["shop.hours"], [])
    assert data["nodes"][-1]["name"] == "item.quick.earned"
    assert data["nodes"][-1]["range"] == "[0, 0.5]"


def test_an_unknown_item_is_an_error_with_the_name_that_was_meant(shown):
    assert shown("quik", status=2) == (
        "SY703 unknown-name: unknown item 'quik' in toys@1\n"
        "    expected: one of quick, both, staff\n"
        "    fix: did you mean 'quick'?\n"
    )
