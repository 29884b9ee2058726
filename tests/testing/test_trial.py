"""A trial judges one item on facts; a book is needed only for its facts and calendars."""

from datetime import date
from decimal import Decimal

import pytest

from steelyard.book import read_book
from steelyard.book.opening import facts_of
from steelyard.compiler.uses import build_example
from steelyard.errors import InvalidInput
from steelyard.plugin import Award, ItemType, Text, require
from steelyard.plugins.discovery import discover
from steelyard.testing import Trial


@pytest.fixture(scope="module")
def trial():
    item = "id: exchange\ntype: core/flat\ntitle: {en: E, zh: 换}\nwith: {points: 0.1, when: %s}\n"
    return lambda condition: Trial(item % condition)


def test_outcome_points_and_requirements(trial):
    one = trial('beauty.allergy_return && as_of >= date("2026-04-01")')
    result = one.judge({"beauty.allergy_return": True}, as_of="2026-04-01")
    assert (result.outcome, result.points.decimal) == ("awarded", Decimal("0.1"))
    assert [part.status for part in result.requirements] == ["met"]
    assert one.judge({"beauty.allergy_return": True}, as_of=date(2026, 3, 31)).outcome == "not_met"
    assert one.judge({}).outcome == "no_data"


def test_what_is_wrong_is_said(trial):
    with pytest.raises(InvalidInput) as caught:
        trial("maternity.no_such_fact").judge({})
    assert caught.value.problems[0].code == "SY403"
    with pytest.raises(InvalidInput) as caught:
        trial('as_of >= date("2026-04-01")').judge({"beauty.allergy_return": 5})
    assert caught.value.problems[0].code == "SY604"


CALENDAR = """\
calendar: cn
title: {en: China, zh: 中国}
weekend: [saturday, sunday]
periods:
  - {from: 2026-01-01, to: 2026-12-31, holidays: [2026-06-19], source: A test}
"""
PAID = """\
facts:
  - {id: shop.paid, type: date, bounds: [2026-01-01, 2026-12-31], title: {en: Paid, zh: 付款}, meaning: Paid., illustrative: true}
"""
BOOK = "book: toys\ntitle: {en: T, zh: 玩}\nindustries: [{id: toys, title: {en: T, zh: 玩}}]\n"
IN_TIME = 'working_days(shop.paid, as_of, "cn") <= 2'


@pytest.fixture
def book(tmp_path):
    """Return a book with a fact and a calendar, and no ruleset."""
    files = {"book.yaml": BOOK, "facts/shop.yaml": PAID, "calendars/cn.yaml": CALENDAR}
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_the_facts_and_calendars_of_a_book_are_known(book):
    item = f"id: soon\ntype: core/flat\ntitle: {{en: S, zh: 快}}\nwith: {{points: 1, when: '{IN_TIME}'}}\n"
    trial = Trial(item, book=book)
    paid = {"shop.paid": "2026-06-17"}  # a Wednesday; Friday is a holiday
    assert trial.judge(paid, as_of="2026-06-22").outcome == "awarded"
    assert trial.judge(paid, as_of="2026-06-23").outcome == "not_met"
    with pytest.raises(InvalidInput) as caught:  # the calendar ends
        trial.judge(paid, as_of="2027-01-01")
    assert caught.value.problems[0].code == "SY702"
    with pytest.raises(InvalidInput) as caught:
        Trial(item).judge({})
    assert {problem.code for problem in caught.value.problems} == {"SY403"}


def test_the_example_of_an_item_type_knows_calendars(book):
    opened = read_book(book)
    catalogue = discover({"core"})
    facts = facts_of(opened, catalogue)
    item_type = ItemType(
        name="toys/soon",
        title=Text("Soon", "快"),
        summary=Text("Points for soon.", "快则加分。"),
        parameters={},
        build=lambda item: Award(
            points=item.points(1),
            requirements=(require("soon", item.condition(IN_TIME), Text("Soon", "快")),),
        ),
        example="id: soon\ntype: toys/soon\ntitle: {en: Soon, zh: 快}\n",
    )
    assert build_example(item_type, facts, opened.calendars).award is not None
    (problem,) = build_example(item_type, facts).problems
    assert problem.code == "SY403"
