"""Calendars of a book: what they change in plans, texts, diffs and dry runs."""

from datetime import date

import pytest
from tests.dry_run.toys import write_shops, write_toys

from steelyard.cli.running import run_arguments
from steelyard.errors import InvalidInput
from steelyard.pipeline import compile_plan, open_book
from steelyard.plan.codec import digest, from_json, to_json
from steelyard.plan.pretty import plan_text

RULES = """
score: {range: [0, 10], decimals: 0, rounding: half_up}
base: {from: fixed, score: 1}
items:
  - {id: quick, type: core/flat, title: {en: Quick, zh: 快}, with: {points: 7},
     when: 'working_days(shop.paid, shop.sent, "cn") <= 2'}
"""
FACTS = """
  - {id: shop.paid, type: date, bounds: [2026-02-01, 2026-12-31], title: {en: Paid, zh: 付款},
     meaning: Paid., illustrative: true}
  - {id: shop.sent, type: date, bounds: [2026-02-01, 2026-12-31], title: {en: Sent, zh: 发货},
     meaning: Sent., illustrative: true}
"""
CALENDAR = """
calendar: cn
title: {en: China, zh: 中国}
weekend: [saturday, sunday]
periods:
  - from: 2026-01-01
    to: 2026-12-31
    source: a notice
    holidays: [{from: 2026-02-16, to: 2026-02-20}]
    working_days: [2026-02-14]
"""
NEXT_YEAR = """
  - {from: 2027-01-01, to: 2027-12-31, source: another notice, holidays: [2027-01-01]}
"""


def book(folder, calendar=CALENDAR):
    made = write_toys(folder, RULES, facts=FACTS)
    (made / "calendars").mkdir()
    (made / "calendars" / "cn.yaml").write_text(calendar, encoding="utf-8")
    return made


def plan_of(folder):
    return compile_plan(open_book(folder), industry="toys", as_of=date(2026, 3, 1))


def said(capsys, *arguments):
    run_arguments([str(one) for one in arguments])
    return capsys.readouterr().out


def test_a_further_year_changes_no_plan_and_is_no_edit(tmp_path, capsys):
    sides = [book(tmp_path / "a"), book(tmp_path / "b", CALENDAR + NEXT_YEAR)]
    assert len({digest(plan_of(side)) for side in sides}) == 1
    assert said(capsys, "diff", *sides) == "The rules are the same.\n"


def test_a_plan_names_its_calendar_and_the_days_off(tmp_path):
    plan = plan_of(book(tmp_path / "a"))
    assert from_json(to_json(plan)) == plan
    text = plan_text(plan)
    assert "cn  China / 中国" in text
    assert "off in 2026-02: 7 8 15 16 17 18 19 20 21 22 28" in text
    assert 'working_days(shop.paid, shop.sent, "cn")' in text


def test_another_day_off_is_an_edit_with_a_contribution(tmp_path, capsys):
    edited = CALENDAR.replace("working_days: [2026-02-14]", "working_days: []")
    sides = [book(tmp_path / "a"), book(tmp_path / "b", edited)]
    edit = "Calendar “China”: days off  → 2026-02-14"
    assert edit in said(capsys, "diff", *sides)
    assert "日历“中国”：休息日  → 2026-02-14" in said(capsys, "diff", *sides, "--lang", "zh")
    shops = write_shops(
        tmp_path / "shops.csv", "one,2026-02-13,2026-02-24", columns="shop.paid,shop.sent"
    )
    page = said(
        capsys, "dry-run", "--live", sides[0], "--candidate", sides[1], "--merchants", shops,
        "--as-of", "2026-03-01",
    )  # fmt: skip
    assert edit in page
    assert "mean change +7.00" in page


def test_an_edit_of_rules_beside_a_new_calendar_is_made_alone(tmp_path, capsys):
    """Variants of a dry run have the calendar of either side."""
    old = write_toys(tmp_path / "a", RULES.replace('working_days(shop.paid, shop.sent, "cn")', "days(shop.paid, shop.sent)"), facts=FACTS)  # fmt: skip
    new = book(tmp_path / "b")
    shops = write_shops(
        tmp_path / "shops.csv", "one,2026-02-13,2026-02-23", columns="shop.paid,shop.sent"
    )
    page = said(
        capsys, "dry-run", "--live", old, "--candidate", new, "--merchants", shops,
        "--as-of", "2026-03-01",
    )  # fmt: skip
    assert "mean change +7.00" in page


def test_a_clamped_date_needs_no_bounds(tmp_path):
    folder = book(tmp_path / "a")
    file = folder / "facts" / "shop.yaml"
    file.write_text(file.read_text("utf-8").replace(" bounds: [2026-02-01, 2026-12-31],", ""))
    with pytest.raises(InvalidInput, match="SY510"):
        plan_of(folder)
    rules = folder / "toys.yaml"
    text = rules.read_text("utf-8")
    for name in ("shop.paid", "shop.sent"):
        text = text.replace(name, f'clamp({name}, date("2026-01-01"), date("2026-12-31"))')
    rules.write_text(text, encoding="utf-8")
    assert plan_of(folder).calendars[0].id == "cn"
