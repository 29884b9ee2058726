"""The numbers of a dry run: right in every report, for scores of any decimals."""

import json
from datetime import date
from html import unescape

import jsonschema
import pytest
from tests.dry_run.toys import write_shops, write_toys

from steelyard.cli.running import run_arguments
from steelyard.dry_run.impact.model import Impact
from steelyard.dry_run.report.page import impact_page
from steelyard.dry_run.report.text import impact_markdown, impact_text
from steelyard.dry_run.runs import DryRunRequest, run
from steelyard.formats.schemas import load_schema

DAY = date(2026, 6, 1)


def impact_of(folder, live: str, candidate: str, *shops: str, columns="shop.orders", **more):
    """Return the impact of two rules on shops."""
    sides = {"live": live, "candidate": candidate}
    book = {name: more.pop(name) for name in ("book", "facts") if name in more}
    paths = [str(write_toys(folder / name, rules, **book)) for name, rules in sides.items()]
    merchants = write_shops(folder / "shops.csv", *shops, columns=columns)
    return run(DryRunRequest(*paths, [merchants], DAY, **more))


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
        impact_text(impact, (), "en"),
        impact_markdown(impact, (), "zh").replace("\\", ""),
        unescape(impact_page(impact, (), "en").partition("<svg")[0]),
    ]
    for page in pages:
        lines = [line for line in page.splitlines() if " >= 30 " in line and "→" in line]
        assert lines
        for line in lines:
            assert "&& shop.orders >= 10 && shop.asked" in line
            assert line.count("…") == 4
            assert len(line) < 300
