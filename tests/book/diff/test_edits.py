"""Edits say what differs, in the words of the rules, and can be made one by one."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.dry_run.books import NEW, OLD, mixed, write_book
from tests.dry_run.toys import write_toys

from steelyard.book import Joined, join_layers, read_book, select
from steelyard.book.diff import compare_joined, make_edits
from steelyard.book.diff.comparison import compare_sources
from steelyard.book.diff.sources import Source
from steelyard.book.diff.values import flow
from steelyard.book.opening import facts_of
from steelyard.errors import Problems
from steelyard.plugins.discovery import discover
from steelyard.report.changes import edit_line, places

DAY = date(2026, 6, 1)
REFERENCE = Path("rulesets")

# what each setting of the trial book is called when it is edited
EXPECTED = {
    "refund_points": [("parameter", "items.refunds.with.points", "0.10", "0.15")],
    "refund_limit": [
        ("condition", "items.refunds.when", "refund_hours <= 24", "refund_hours <= 36")
    ],
    "reply_weight": [
        ("weight", "metrics.service.weights", "reply 0.40, good 0.60", "reply 0.70, good 0.30")
    ],
    "reply_band": [
        ("points", "metrics.service/reply.bands", "{at_least: 0.90}", "{at_least: 0.85}")
    ],
    "bonus_cap": [("cap", "bonus.cap", "0.25", "0.20")],
    "group_cap": [("cap", "groups.promises.cap", "0.18", "0.12")],
    "late_points": [("parameter", "deductions.late.with.points_per_unit", "0.05", "0.20")],
    "gate": [("condition", "gates.enough.when", "orders >= 10", "orders >= 20")],
    "extra_item": [
        (
            "added",
            "items.extra",
            None,
            (
                "{id: extra, type: core/flat, title: {en: Extra, zh: 额外}, "
                "with: {points: 0.07}, when: orders >= 50}"
            ),
        ),
        ("members", "groups.promises.items", "[refunds, loved]", "[refunds, loved, extra]"),
    ],
}


def joined(folder: Path, industry: str = "general", day: date = DAY, shop_type=None) -> Joined:
    selection = select(
        read_book(folder), industry=industry, shop_type=shop_type, scene=None, as_of=day
    )
    problems = Problems()
    found = join_layers(selection, problems)
    assert not problems.found
    return found


@pytest.mark.parametrize("knob", sorted(NEW))
def test_every_setting_gives_its_own_edit(tmp_path, knob):
    old = joined(write_book(tmp_path / "old", OLD))
    new = joined(write_book(tmp_path / "new", mixed({knob: NEW[knob]})))
    found = [(one.kind, one.id, one.before, one.after) for one in compare_joined(old, new)]
    assert found == EXPECTED[knob]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sets(st.sampled_from(sorted(NEW))), st.data())
def test_all_edits_made_are_the_new_rules_and_some_leave_the_others(knobs, data):
    with TemporaryDirectory() as folder:
        old = joined(write_book(Path(folder) / "old", OLD))
        new = joined(write_book(Path(folder) / "new", mixed({knob: NEW[knob] for knob in knobs})))
        edits = compare_joined(old, new)
        assert says(make_edits(old, new, edits)) == says(new)
        assert says(make_edits(old, new, ())) == says(old)
        some = data.draw(st.lists(st.sampled_from(edits), unique=True)) if edits else []
        left = compare_joined(make_edits(old, new, some), new)
        assert [one.id for one in left] == [one.id for one in edits if one not in some]


def says(rules: Joined) -> dict[str, str]:
    entries = {
        section: flow([_plain(one) for _, one in rules.all(section)]) for section in rules.entries
    }
    settings_ = {
        name: flow({key: one.plain() for key, one in keys.items()})
        for name, keys in rules.settings.items()
    }
    return {key: text for key, text in {**entries, **settings_}.items() if text not in ("[]", "{}")}


def _plain(located):
    # keys may stand in another order than in either file, which says nothing
    plain = located.plain()
    if isinstance(plain.get("metrics"), dict):
        plain["metrics"] = [dict(sorted(one.items())) for one in plain["metrics"].values()]
    return dict(sorted(plain.items()))


@pytest.mark.parametrize("industry", ["general", "maternity", "petcare", "beauty"])
def test_the_upgrade_of_the_reference_book_can_be_made_edit_by_edit(industry):
    old = joined(REFERENCE, industry, date(2025, 12, 1), "ordinary")
    new = joined(REFERENCE, industry, DAY, "ordinary")
    edits = compare_joined(old, new)
    assert len(edits) > 10
    assert says(make_edits(old, new, edits)) == says(new)
    assert compare_joined(make_edits(old, new, edits), new)[:2] == edits[:2]  # versions and dates


def test_the_same_rules_have_no_edits():
    assert compare_joined(joined(REFERENCE), joined(REFERENCE)) == ()


def test_layout_and_comments_are_no_edits(tmp_path):
    old = write_book(tmp_path / "old", OLD)
    new = write_book(tmp_path / "new", OLD)
    file = new / "general.yaml"
    text = file.read_text(encoding="utf-8").replace("points: 0.10", "points: 0.1")
    file.write_text(f"# a remark\n\n{text}", encoding="utf-8")
    assert compare_joined(joined(old), joined(new)) == ()


def test_words_change_no_score(tmp_path):
    old = write_book(tmp_path / "old", OLD)
    new = write_book(tmp_path / "new", OLD)
    file = new / "general.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("en: Quick refunds", "en: Fast refunds"),
        encoding="utf-8",
    )
    (edit,) = compare_joined(joined(old), joined(new))
    assert (edit.kind, edit.effect, edit.id) == ("words", "words", "items.refunds.title")


def test_order_of_items_is_an_edit(tmp_path):
    old = write_book(tmp_path / "old", OLD)
    new = write_book(tmp_path / "new", OLD)
    file = new / "general.yaml"
    text = file.read_text(encoding="utf-8")
    first, second = text.index("  - id: refunds"), text.index("  - id: loved")
    end = text.index("groups:")
    file.write_text(
        text[:first] + text[second:end] + text[first:second] + text[end:], encoding="utf-8"
    )
    one, other = joined(old), joined(new)
    edits = compare_joined(one, other)
    assert [(edit.kind, edit.before, edit.after) for edit in edits] == [
        ("order", "refunds, loved", "loved, refunds")
    ]
    assert says(make_edits(one, other, edits)) == says(other)


def test_edits_in_words_and_with_both_places(tmp_path):
    old = joined(write_book(tmp_path / "old", OLD))
    new = joined(write_book(tmp_path / "new", mixed({"refund_points": "0.15"})))
    (edit,) = compare_joined(old, new)
    assert edit_line(edit, "en") == "Item “Quick refunds”: parameter points 0.10 → 0.15"
    assert edit_line(edit, "zh") == "加分项“极速退款”：参数 points 0.10 → 0.15"
    assert places(edit) == "general.yaml:31:20"


STAFF = """
  - {{id: shop.staff, type: records, max_records: 9, key: [name], title: {{en: Staff, zh: 员工}},
     meaning: Staff., illustrative: true, fields: [
       {{name: name, type: id, title: {{en: Name, zh: 姓名}}}},
       {{name: days, type: int, bounds: [0, {most}], title: {{en: Days, zh: 天数}}}}]}}
"""
ITEM = """
score: {{range: [0, 9], decimals: 0}}
base: {{from: fixed, score: 6}}
items: [{{id: busy, type: core/flat, title: {{en: Busy, zh: 忙}}, with: {{points: {points}}}}}]
"""


@pytest.mark.parametrize(
    ("points", "most", "shown"),
    [
        (("'1'", "1"), (9, 9), 'points "1" → 1'),
        (("[a, b]", "['a, b']"), (9, 9), 'points ["a", "b"] → ["a, b"]'),
        (("1", "1"), (9, 90), "days int 0 to 90), told apart by name"),
    ],
)
def test_values_that_differ_never_have_one_text(tmp_path, points, most, shown):
    sides = [
        Source(name, "book", write_toys(tmp_path / name, ITEM.format(points=one), facts=facts))
        for name, one, facts in zip(
            ("old", "new"), points, [STAFF.format(most=n) for n in most], strict=True
        )
    ]
    catalogue = discover()
    comparison = compare_sources(*sides, lambda book: facts_of(book, catalogue))
    (edit,) = [change.edit for change in comparison.changes]
    assert shown in edit_line(edit, "en")
    assert edit.before != edit.after
