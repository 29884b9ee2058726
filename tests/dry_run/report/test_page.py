"""Claims about the page of a dry run that need no browser."""

import itertools
import os
import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fixtures.impacts import HOSTILE, TITLE, VERDICTS, few_edits, identical, measured

from steelyard.dry_run.impact.model import Spread
from steelyard.dry_run.report import drawing
from steelyard.dry_run.report.histograms import change_bins, score_bins
from steelyard.dry_run.report.numbers import full_fraction
from steelyard.dry_run.report.page import impact_page
from steelyard.dry_run.report.waterfall import waterfall_steps
from steelyard.errors import InvalidInput
from steelyard.report.html import environment

LANGUAGES = ("en", "zh")
SECTIONS = (
    "distribution", "guardrails", "tiers", "attribution", "edits", "segments", "items", "merchants",
    "proof",
)  # fmt: skip


class Page(HTMLParser):
    """The elements of a page, its texts and its attributes; refuses what is not well-formed."""

    VOID = ("meta", "input", "br", "col")

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.names, self.attributes, self.texts = [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.names.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("script", "style"):
            self.texts.append(data)

    def all(self, name):
        return [value for _, own, value in self.attributes if own == name]


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request):
    return impact_page(measured(), VERDICTS, request.param)


def test_the_same_impact_gives_the_same_bytes(page):
    assert page == impact_page(measured(), VERDICTS, "zh" if 'lang="zh-CN"' in page else "en")


def test_bytes_do_not_depend_on_the_order_of_sets():
    program = (
        "import hashlib\n"
        "from tests.fixtures.impacts import VERDICTS, few_edits\n"
        "from steelyard.dry_run.report.page import impact_page\n"
        "page = impact_page(few_edits(), VERDICTS, 'en')\n"
        "print(hashlib.sha256(page.encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai"))
    }  # fmt: skip
    assert len(found) == 1


def test_it_names_no_address_but_namespaces(page):
    named = escape(HOSTILE[-1])  # a merchant called like an address, which is text
    rest = re.sub(r'xmlns(:\w+)?="[^"]*"', "", page).replace(named, "")
    assert not re.findall(r"https?:|//", rest.partition("<script>")[0].partition("</style>")[2])
    assert not re.findall(r"https?:", rest)
    parsed = Page(page)
    assert not parsed.all("src")
    assert all(value.startswith("#") for value in parsed.all("href"))
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)


def test_only_its_own_script_may_run(page):
    parsed = Page(page)
    assert parsed.names.count("script") == 1
    policy = next(value for value in parsed.all("content") if "default-src" in value)
    assert "default-src 'none'" in policy
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/=]{44}'", policy)
    assert not [name for _, name, _ in parsed.attributes if name.startswith("on")]


def test_hostile_names_are_text_and_nothing_else(page):
    parsed = Page(page)
    words = "".join(parsed.texts)
    for name in HOSTILE:
        assert name in words
    assert "img" not in parsed.names
    assert parsed.names.count("h1") == 1
    assert "<b>Nobody</b> is rejected" in words
    assert "<candidate>" in words
    assert TITLE in words or 'lang="zh-CN"' in page  # the title is hostile in English only


def test_a_hostile_title_stays_inside_its_drawing():
    impact = few_edits()
    edits = tuple(replace(edit, title=replace(edit.title, en=TITLE, zh=TITLE)) if edit.title else edit for edit in impact.edits)  # fmt: skip
    drawing = impact_page(replace(impact, edits=edits), (), "en").partition('id="attribution"')[2]
    drawing = drawing[drawing.index("<svg") : drawing.index("</svg>")]
    assert "<script" not in drawing
    assert "Loved's \\'" in unescape(drawing)  # names are cut, never changed


def test_a_text_cannot_turn_the_line_around():
    template = environment("steelyard.dry_run.report").from_string("<b>{{ text }}</b>")
    assert template.render(text="\u202eabc\x00双\u3000字") == "<b>�abc�双\u3000字</b>"


@given(st.text())
def test_every_text_is_escaped(text):
    template = environment("steelyard.dry_run.report").from_string(
        '<p title="{{ text }}">{{ text }}'
    )
    words = template.render(text=text)
    assert "<" not in words[1:]
    assert words.count('"') == 2


def test_every_section_is_there(page):
    parsed = Page(page)
    identifiers = parsed.all("id")
    assert [one for one in identifiers if one in SECTIONS] == list(SECTIONS)
    assert len(identifiers) == len(set(identifiers))
    assert {value.removeprefix("#") for value in parsed.all("href")} <= set(identifiers)
    assert set(parsed.all("aria-labelledby")) <= set(identifiers)


def test_every_drawing_has_a_role_and_a_label(page):
    opened = re.findall(r"<svg[^>]*>", page)
    assert len(opened) == 3
    for one in opened:
        assert 'role="img"' in one
        assert re.search(r'aria-label="[^"]+"', one)
    assert not re.search(r"#0[1-7]0[1-7]0[1-7]", page)  # all colours are the page's own
    assert "2e+" not in page


def test_each_language_says_its_own_words():
    texts = {one: impact_page(few_edits(), VERDICTS, one) for one in LANGUAGES}
    assert '<html lang="en">' in texts["en"]
    assert '<html lang="zh-CN">' in texts["zh"]
    assert "Moves between tiers" in texts["en"]
    assert "等级迁移" in texts["zh"]
    assert "Moves between tiers" not in texts["zh"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_changes_says_so_and_proves_it(language):
    impact = identical()
    assert impact.verdict == "identical"
    page = impact_page(impact, (), language)
    parsed = Page(page)
    assert [one for one in parsed.all("id") if one in SECTIONS] == ["edits", "proof"]
    assert "svg" not in parsed.names
    assert all(plan.digest in page for plan in impact.live.plans)
    assert ("Nothing changes" if language == "en" else "没有任何变化") in page


def test_a_run_without_attribution_has_a_page_too():
    impact = measured(attribution=False)
    assert impact.attribution is None
    assert "Contributions were not computed." in impact_page(impact, (), "en")


@pytest.mark.parametrize("impact", [measured, few_edits], ids=["all edits", "few edits"])
def test_the_waterfall_ends_where_it_should(impact):
    """Every row begins where the one before it ends; the last is the mean after the change."""
    found = impact()
    assert found.attribution is not None
    rows = waterfall_steps(found, found.attribution, "en")
    assert all(row.start == before.end for before, row in itertools.pairwise(rows))
    after = found.total.after
    total = sum(value * merchants for value, merchants in after.counts)
    assert rows[-1].end == Fraction(total, after.merchants * 10**after.decimals)


def test_a_part_has_all_its_decimals_or_says_that_they_have_no_end():
    assert full_fraction(Fraction(-1815, 1000), 2) == "−1.815"
    assert full_fraction(Fraction(1, 2**7), 2) == "+0.0078125"
    assert full_fraction(Fraction(1, 3), 2) == "≈ +0.333333"
    assert full_fraction(Fraction(1, 3_000_000_000), 2) == "≈ +0.0000000003"
    assert full_fraction(Fraction(0), 2) == "0"


counts = st.dictionaries(st.integers(-700, 700), st.integers(1, 90), max_size=60)


def spread(found):
    return Spread(2, tuple(sorted(found.items())), sum(found.values()), None, None, None, None)


@given(counts, counts)
def test_bins_hold_every_merchant_once(before, after):
    bins = score_bins(spread(before), spread(after))
    assert sum(one.before for one in bins) == sum(before.values())
    assert sum(one.after for one in bins) == sum(after.values())
    assert all(one.high + 1 == other.low for one, other in itertools.pairwise(bins))
    for one in bins:
        assert one.before == sum(n for value, n in before.items() if one.low <= value <= one.high)


@given(counts)
def test_no_bin_of_changes_holds_both_signs(change):
    bins = change_bins(spread(change))
    assert sum(one.merchants for one in bins) == sum(n for value, n in change.items() if value)
    assert all(one.low <= one.high and one.low * one.high > 0 for one in bins)
    for one in bins:
        inside = (n for value, n in change.items() if one.low <= value <= one.high)
        assert one.merchants == sum(inside)


def test_what_to_type_if_the_drawing_library_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(InvalidInput) as caught:
        impact_page(few_edits(), (), "en")
    (problem,) = caught.value.problems
    assert problem.code == "SY706"
    assert problem.fix == 'pip install "steelyard[report]"'


def test_a_user_without_a_home_gets_charts_too(monkeypatch):
    """As in containers: there is no HOME, and the system does not know the user."""

    def unknown(number):
        raise KeyError(number)

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", unknown)
    with pytest.raises(RuntimeError):
        Path.home()
    with drawing._home_folder():
        assert Path.home().is_dir()
    assert "HOME" not in os.environ
