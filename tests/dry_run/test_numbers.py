"""The numbers of a dry run: right in every report, for scores of any decimals."""

import json
import re
from datetime import date
from html import unescape

import jsonschema
import numpy as np
import pytest
from tests.dry_run.toys import write_shops, write_toys

from steelyard.cli.running import run_arguments
from steelyard.dry_run.cases import Case
from steelyard.dry_run.guardrails import RunVerdict
from steelyard.dry_run.impact.model import DryRun, Impact
from steelyard.dry_run.report.page import impact_page
from steelyard.dry_run.report.text import dry_run_markdown, dry_run_text
from steelyard.dry_run.runs import DryRunRequest, run
from steelyard.dry_run.top_lists import TopList, _product
from steelyard.errors import InvalidInput
from steelyard.formats.schemas import load_schema

DAY = date(2026, 6, 1)
UNJUDGED = RunVerdict("not_judged", ())


def impact_of(folder, live: str, candidate: str, *shops: str, columns="shop.orders", **more):
    """Return the impact of two rules on shops."""
    sides = {"live": live, "candidate": candidate}
    book = {name: more.pop(name) for name in ("book", "facts") if name in more}
    paths = [str(write_toys(folder / name, rules, **book)) for name, rules in sides.items()]
    merchants = write_shops(folder / "shops.csv", *shops, columns=columns)
    (impact,) = run(DryRunRequest(*paths, [merchants], [Case(DAY)], **more)).impacts
    return impact


BUSY = """
score: {{range: [0, 100], decimals: {decimals}, rounding: half_up}}
base: {{from: fixed, score: 60}}
items:
  - id: busy
    type: core/flat
    title: {{en: Busy, zh: 繁忙}}
    with: {{points: {points}}}
    when: shop.orders >= 10
tiers:
  - {{id: high, title: {{en: High, zh: 高}}, at_least: 66}}
  - {{id: low, title: {{en: Low, zh: 低}}, otherwise: true}}
"""


@pytest.mark.parametrize("decimals", [(0, 0), (1, 1), (2, 1), (0, 2)])
def test_a_near_miss_is_within_a_hundredth_of_the_range(tmp_path, decimals):
    # the points are whole numbers, whatever the score displays
    live, candidate = (
        BUSY.format(decimals=places, points=points)
        for places, points in zip(decimals, (4, 5), strict=True)
    )
    impact: Impact = impact_of(tmp_path, live, candidate, "ann,12", "bob,3")
    assert str(impact.near) == "1"
    assert [one.merchant for one in impact.merchants if "near_miss" in one.lists] == ["ann"]


def test_whole_points_and_displayed_decimals_give_every_report(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, points in (("live", 5), ("candidate", 6)):
        write_toys(tmp_path / name, BUSY.format(decimals=1, points=points))
    write_shops(tmp_path / "shops.csv", "ann,12", "bob,3")
    command = [
        *("dry-run", "--live", "live", "--candidate", "candidate", "--merchants", "shops.csv"),
        *("--as-of", "2026-06-01", "--format", "json"),
    ]
    assert run_arguments(command) == 0
    jsonschema.validate(json.loads(capsys.readouterr().out), load_schema("impact"))
    assert run_arguments([*command, "--out", "page"]) == 0
    names = {"report.html", "report.md", "impact.json", "merchants.parquet"}
    assert {path.name for path in (tmp_path / "page").iterdir()} == names


def test_a_long_condition_shows_what_differs_in_every_report(tmp_path):
    long = "shop.asked >= 0 && " * 8
    rules = "score: {{range: [0, 9], decimals: 0}}\nbase: {{from: fixed, score: 6}}\n"
    rules += "items: [{{id: busy, type: core/flat, title: {{en: Busy, zh: 忙}},"
    rules += " with: {{points: 1}}, when: {when}}}]\n"
    sides = [rules.format(when=f'"{long}shop.orders >= {n} && {long}true"') for n in (10, 30)]
    impact = impact_of(tmp_path, *sides, "ann,20,9", columns="shop.orders,shop.asked")
    pages = [
        dry_run_text(DryRun((impact,), ()), UNJUDGED, "en"),
        dry_run_markdown(DryRun((impact,), ()), UNJUDGED, "zh").replace("\\", ""),
        unescape(
            re.sub("<svg.*?</svg>|<[^>]*>", "\n", impact_page(impact, (), "en"), flags=re.DOTALL)
        ),
    ]
    for page in pages:
        lines = [line for line in page.splitlines() if " >= 30 " in line and "→" in line]
        assert lines
        for line in lines:
            assert "&& shop.orders >= 10 && shop.asked" in line
            assert line.count("…") == 4
            assert len(line) < 300


def test_a_near_miss_is_touched_by_the_change(tmp_path):
    # bob and cas are near the same tier; bob was there before, and cas arrives
    live = BUSY.format(decimals=1, points=6)
    candidate = live.replace("orders >= 10", "orders >= 50")
    shops = ("ann,12", "bob,3", "cas,60")
    for sides, near in (
        ((live.replace("66", "60.5"), candidate.replace("66", "60.5")), ["ann"]),
        ((live, candidate), []),
        # the tier comes near, though no score changes
        ((live, live.replace("at_least: 66", "at_least: 60.5")), ["bob"]),
    ):
        impact = impact_of(tmp_path, *sides, *shops)
        shown = [one.merchant for one in impact.merchants if "near_miss" in one.lists]
        assert shown == near
        assert impact.total.near_miss == len(near)


LEVEL = """
  - {id: shop.level, type: int, unit: count, bounds: [0, 9], required: true,
     title: {en: Level, zh: 级}, meaning: Level., illustrative: true}
"""


def test_rejections_add_up_to_the_rejected(tmp_path):
    live = BUSY.format(decimals=1, points=5)
    candidate = live.replace("shop.orders >= 10", "shop.orders >= 10 && shop.level >= 1")
    shops = ("ann,12,1", "bob,12,", "cas,12,", "dan,-1,77", "eve,x,2", "fay,1,1")
    columns = "shop.orders,shop.level"
    impact = impact_of(tmp_path, live, candidate, *shops, columns=columns, facts=LEVEL)
    total = impact.total
    rejected = sum(n for statuses, n in total.statuses.items() if "rejected" in statuses)
    assert total.newly_rejected == 2
    assert rejected == 4
    assert impact.rejections == {"SY603": 2, "SY604": 1, "SY605": 1}
    page = impact_page(impact, (), "en")
    assert "SY603 merchant-missing-fact" in page
    assert "  2  SY603  merchant-missing-fact" in dry_run_text(
        DryRun((impact,), ()), UNJUDGED, "en"
    )


def test_merchants_without_rules_on_one_side_are_rejected_for_that(tmp_path):
    rules = BUSY.format(decimals=1, points=5)
    for name in ("live", "candidate"):
        book = write_toys(tmp_path / name, rules) / "book.yaml"
        games = "industries: [{id: games, title: {en: Games, zh: 游戏}},"
        text = book.read_text(encoding="utf-8").replace("industries: [", f"{games} ")
        book.write_text(text, encoding="utf-8")
    text = (tmp_path / "candidate" / "toys.yaml").read_text(encoding="utf-8")
    games = text.replace("toys", "games")
    (tmp_path / "candidate" / "games.yaml").write_text(games, encoding="utf-8")
    shops = write_shops(tmp_path / "shops.csv", "ann,12", "bob,3")
    text = shops.read_text(encoding="utf-8").replace("bob,toys", "bob,games")
    shops.write_text(text, encoding="utf-8")
    paths = [str(tmp_path / name) for name in ("live", "candidate")]
    (impact,) = run(DryRunRequest(*paths, [shops], [Case(DAY)])).impacts
    assert impact.total.no_longer_rejected == 1
    assert impact.rejections == {"SY310": 1}


def test_the_mean_change_is_of_merchants_with_both_scores_and_rounded_once(tmp_path):
    # the live rules score cas, who has the highest score, and the candidate does not
    rules = """
score: {{range: [0, 100], decimals: 0}}
base: {{from: reported, reported: shop.rating}}
gates: [{{id: few, title: {{en: Few, zh: 少}}, when: shop.rating < {gate}}}]
items: [{{id: busy, type: core/flat, title: {{en: Busy, zh: 忙}}, with: {{points: {points}}},
  when: shop.rating >= 12}}]
"""
    rating = "  - {id: shop.rating, type: int, unit: points, bounds: [0, 100],"
    rating += " title: {en: R, zh: 分}, meaning: Rating., illustrative: true}\n"
    sides = [rules.format(gate=gate, points=points) for gate, points in ((99, 1), (90, 2))]
    shops = ("ann,11", "bob,10", "cas,95", "dan,12")
    impact = impact_of(tmp_path, *sides, *shops, columns="shop.rating", facts=rating)
    total = impact.total
    assert (str(total.before.mean), str(total.after.mean), str(total.change.mean)) == (
        "32.5", "11.67", "0.33",
    )  # fmt: skip
    page = impact_page(impact, (), "en")
    assert "+0.33</span> for the 3 merchants with a score on both sides" in page
    assert "20.83" not in page  # 32.5 − 11.67
    rows = page.partition('id="segments"')[2].partition("</section>")[0]
    assert rows.count("+0.33</span>") == 2


LOSING = """
score: {{range: [0, 100], decimals: 1}}
base: {{from: fixed, score: 60}}
items:
  - {{id: busy, type: core/flat, title: {{en: Busy, zh: 忙}}, with: {{points: {points}}},
     when: shop.orders >= 10}}
  - {{id: asked, type: core/flat, title: {{en: Asked, zh: 问}}, with: {{points: {points}}},
     when: shop.asked >= 1}}
badges: [{{id: good, title: {{en: Good, zh: 好}}, when: score.total >= 66, benefits: [
  {{id: mark, title: {{en: Mark, zh: 标}}, cost: {{amount: 2.5, currency: CNY}}}}]}}]
"""
SIZE = "size: {fact: shop.orders, from: [20]}\n"
# dan loses twice as much as the others; eve and fay weigh the same
SHOPS = ("ann,10,0", "bob,300,0", "cas,30,0", "dan,200,9", "eve,40,0", "fay,40,0", "gus,5,9")


@pytest.mark.parametrize(
    ("more", "losers"),
    [
        ({"book": SIZE}, ["dan", "bob", "eve", "fay", "cas", "ann", "gus"]),
        ({"book": SIZE, "shown": 2}, ["dan", "bob"]),
        ({"weight": "shop.asked"}, ["dan", "gus", "ann", "bob", "cas", "eve", "fay"]),
        ({}, ["dan", "ann", "bob", "cas", "eve", "fay", "gus"]),
    ],
)
@pytest.mark.parametrize("rows", [2, 100])
def test_merchants_are_ranked_by_the_change_times_a_weight(
    tmp_path, monkeypatch, more, losers, rows
):
    monkeypatch.setattr("steelyard.dry_run.runs.ROWS_WITH_VARIANTS", rows)
    sides = [LOSING.format(points=points) for points in (6, 4)]
    impact = impact_of(tmp_path, *sides, *SHOPS, columns="shop.orders,shop.asked", **more)
    shown = [one.merchant for one in impact.merchants if "loser" in one.lists]
    assert sorted(shown) == sorted(losers)
    ranked = [
        line.split()[0]
        for line in section(dry_run_text(DryRun((impact,), ()), UNJUDGED, "en"), "Largest drops")
    ]
    assert ranked[1:] == losers[:5]


def section(page: str, title: str) -> list[str]:
    return page.partition(f"\n{title}")[2].partition("\n\n")[0].splitlines()[1:]


@pytest.mark.parametrize(
    ("weight", "said"),
    [("shop.ordrs", "SY703 unknown-name: unknown fact"), ("shop.day", "SY701 usage: shop.day")],
)
def test_a_weight_is_a_number(tmp_path, weight, said):
    day = (
        "  - {id: shop.day, type: date, title: {en: D, zh: 日}, meaning: D., illustrative: true}\n"
    )
    sides = [LOSING.format(points=points) for points in (6, 4)]
    with pytest.raises(InvalidInput, match=said):
        impact_of(tmp_path, *sides, "ann,1", weight=weight, facts=day)


def test_a_product_of_any_size_ranks():
    assert _product(np.array([2**40, -3]), np.array([2**30, 1])).tolist() == [2**70, -3]
    top = TopList("loser", 1)
    keys = (_product(np.array([-1, -(2**40)]), np.array([1, 2**30])), np.array([-1, -(2**40)]))
    assert top.candidates(keys, np.array([True, True])).tolist() == [1]


def test_markdown_has_what_the_page_of_text_has(tmp_path):
    sides = [LOSING.format(points=points) for points in (6, 4)]
    impact = impact_of(tmp_path, *sides, *SHOPS, columns="shop.orders,shop.asked", book=SIZE)
    page = dry_run_markdown(DryRun((impact,), ()), UNJUDGED, "en")
    for line in (
        "### Notice periods\n\n- toys@1: edited while in force, without notice",
        "| Mark | 7 → 1 | 6 lose it, cost 17.5 → 2.5 CNY |",
        "- benefits cost 17.5 → 2.5 CNY in total",
        "### Largest drops (change × Orders)",
        "| bob | Toys | 300 | 66.0 → 64.0 | E1 −2 |",
    ):
        assert line in page, line
    lost = page.partition("### Benefit lost (most Orders first)")[2].partition("###")[0]
    names = [line.split()[1] for line in lost.splitlines() if "| Toys |" in line]
    assert names == ["bob", "eve", "fay", "cas", "ann"]
