"""Claims about words: both languages are complete, columns align."""

import re
from pathlib import Path
from string import Formatter

import pytest

from steelyard.report.wording import phrases
from steelyard.report.wording.layout import columns, on_the_point, plain, width
from steelyard.report.wording.messages import say
from steelyard.report.wording.values import band_text, distance, percent, points, show
from steelyard.scorecard.model import Exact

SOURCES = [
    path.read_text(encoding="utf-8")
    for package in ("report", "dry_run", "scoring", "programme", "cli")
    for path in Path("engine/src/steelyard", package).rglob("*.*")
    if path.suffix in (".py", ".html", ".md", ".txt", ".j2")
]


@pytest.mark.parametrize("language", ["zh"])
def test_every_language_has_the_same_phrases_with_the_same_parts(language):
    def parts(text):
        return {part for _, part, _, _ in Formatter().parse(text) if part}

    english, other = phrases("en"), phrases(language)
    assert [(key, parts(text)) for key, text in other.items()] == [
        (key, parts(text)) for key, text in english.items()
    ]
    assert all(english.values())
    assert all(other.values())


COMPOSED = {
    prefix
    for text in SOURCES
    for prefixes in re.findall(r"""f["']([\w.]+)\.\{|["']([\w.]+)\.["'] ~""", text)
    for prefix in prefixes
}


# prefixes that are composed too
PREFIXES = {
    "deduction", "needs.date", "impact.dimension", "impact.notice", "impact.standing",
    "impact.segment", "outcome",
    # reasons of certifications, whose keys have several parts
    "certify.appeal", "certify.appeal.pending", "certify.ended", "certify.expired", "certify.failed",
}  # fmt: skip


@pytest.mark.parametrize("key", phrases("en"))
def test_every_phrase_is_used(key):
    """Keys are in quotes, or composed: `f"metric.{outcome}"`; in templates, `"metric." ~ outcome`.

    The page of a dry run leaves out `impact.page.`, leaderboards leave out `leaderboard.`.
    """
    names = {key, key.removeprefix("impact.page."), key.removeprefix("leaderboard.")}
    assert any(is_used(name) for name in names)


def is_used(key):
    quoted = (f'"{key}"', f"'{key}'")
    return any(text in source for source in SOURCES for text in quoted) or (
        key.rpartition(".")[0] in COMPOSED | PREFIXES
    )


@pytest.mark.parametrize(
    ("text", "cells"), [("score", 5), ("得分", 4), ("随心换 ✓", 8), ("（x）", 5), ("e\u0301", 1)]
)
def test_width_counts_cells(text, cells):
    assert width(text) == cells


def test_columns_align_whatever_the_script():
    lines = columns([("得分", "1", "x"), ("score", "10", "")], "lrl")
    assert lines == ["得分     1   x", "score   10"]


def test_numbers_align_on_their_point():
    assert on_the_point(["0", "+0.05", "−0.175", "—"]) == ["0    ", "+0.05 ", "−0.175", "—    "]
    assert on_the_point(["1", "20"]) == ["1", "20"]


def test_a_name_cannot_steer_the_terminal():
    assert plain("shop\x1b[31m\n") == "shop�[31m�"


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [(8000, 4, "80%"), (125, 4, "1.25%"), (1, 6, "0.0001%"), (5, 1, "50%"), (1, 0, "100%")],
)
def test_shares_are_exact_percentages(value, decimals, shown):
    assert percent(Exact(value, decimals, "share")) == shown


def test_values_in_words():
    assert show(Exact(1750, 2, "hours"), "zh") == "17.5 小时"
    assert show(Exact(1, 0, "days"), "en") == "1 day"
    assert show(True, "zh") == "是"
    assert show(None, "en") == "—"
    assert show(Exact(3, 0, "boxes"), "en") == "3 boxes"
    # units of products and quotients
    assert show(Exact(15625, 2, "hours*hours"), "en") == "156.25 h·h"
    assert show(Exact(15625, 2, "hours*hours"), "zh") == "156.25 小时·小时"
    assert show(Exact(25, 1, "hours/count"), "en") == "2.5 h"
    assert show(Exact(25, 1, "CNY/hours"), "zh") == "2.5 元/小时"
    assert show(Exact(36, 0, "count*points"), "en") == "36"
    assert distance(Exact(-100, 3, "share"), "en") == "10 percentage points"
    assert distance(Exact(10, 3, "share"), "en") == "1 percentage point"


def test_points_have_two_decimals_or_all_they_need():
    assert points(Exact(5000, 5)) == "0.05"
    assert points(Exact(1234567, 6)) == "1.234567"
    assert points(Exact(4, 0), signed=True) == "+4.00"
    assert points(Exact(-25, 2)) == "−0.25"
    assert points(None) == "—"


def test_scales_of_shares_are_percentages_too():
    assert band_text("≥ 0.9900 → 5", "share") == "≥ 99% → 5"
    assert band_text("0.0013 → 5", "share") == "0.13% → 5"
    assert band_text("… → 3", "share") == "… → 3"
    assert band_text("≤ 40 → 5", "hours") == "≤ 40 → 5"


@pytest.mark.parametrize(
    ("merchants", "said"),
    [
        ("1", "1 merchant: 1 scored, 0 without a score, 0 rejected"),
        ("0", "0 merchants: 1 scored, 0 without a score, 0 rejected"),
        ("1,001", "1,001 merchants: 1 scored, 0 without a score, 0 rejected"),
    ],
)
def test_one_is_singular(merchants, said):
    parts = {"scored": "1", "unscored": "0", "rejected": "0"}
    assert say("counts", "en", merchants=merchants, **parts) == said
    assert say("counts", "zh", merchants=merchants, **parts).startswith(f"共 {merchants} 家")
