"""The gallery: every shape of rules has a tested ruleset, or is left out with a reason."""

import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.docs.pages import ROOT, Session, read, steps

import steelyard
from steelyard import testing
from steelyard.compiler.selections import check_book
from steelyard.formats import read_yaml

sys.path.insert(0, str(ROOT / "docs"))
from gallery_page import FOLDER, shapes
from gallery_shapes import COUNT, HOW, OUT_OF_SCOPE, SUMMARIES, THEMES

SHAPES = shapes()
PAGE = Path("docs/reference/gallery.md")
BOTH_WAYS = Path("docs/guides/yaml-or-a-plugin.md")
by_shape = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)


@pytest.fixture(scope="module")
def report():
    """The cases of the gallery's book, run."""
    return testing.test_book(FOLDER)


def test_every_shape_is_there_once():
    """Every number: in the gallery with all texts, or out of scope with a reason; none twice."""
    shown = [shape.number for shape in SHAPES]
    assert sorted([*shown, *OUT_OF_SCOPE]) == list(range(1, COUNT + 1))
    assert sorted(HOW) == sorted(SUMMARIES) == shown
    assert min(THEMES) == 1
    assert set(THEMES) <= set(shown)
    assert all(len(left.reason) > 40 and left.scheme for left in OUT_OF_SCOPE.values())


def test_the_page_has_a_row_for_each_shape_that_links_to_its_files():
    """All rows in order; a row links to every ruleset and to the cases of its shape."""
    text = read(PAGE)
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", text, re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, COUNT + 1))
    links = {int(number): re.findall(r"\]\(\.\./gallery/([^)]*)\)", row) for number, row in rows}
    files = {
        shape.number: [path.name for path in (*shape.rulesets, shape.cases)] for shape in SHAPES
    }
    assert links == files | {number: [] for number in OUT_OF_SCOPE}
    assert text.count("**Out of scope**") == len(OUT_OF_SCOPE)


def test_every_file_of_the_book_belongs_to_a_shape():
    """Every ruleset, cases file and facts file in the folder belongs to a shape."""
    expected = {"book.yaml", "calendars/cn.yaml", "facts/shared.yaml"}
    for shape in SHAPES:
        expected |= {path.name for path in shape.rulesets}
        expected |= {shape.cases.name, f"facts/{shape.name}.yaml"}
    found = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.yaml")}
    assert found <= expected


def test_one_shape_needs_a_plugin_and_one_is_left_out():
    """The guide is right: YAML alone expresses all shapes but two."""
    needing = {
        shape.number
        for shape in SHAPES
        for path in shape.rulesets
        for kind in re.findall(r"^ +type: (\S+)/", path.read_text(encoding="utf-8"), re.MULTILINE)
        if kind != "core"
    }
    assert needing == {28}
    assert set(OUT_OF_SCOPE) == {40}
    assert "all but two" in read(BOTH_WAYS)


def test_the_book_has_no_problem():
    """`steelyard check` finds neither errors nor warnings."""
    assert [problem.what for problem in check_book(FOLDER)] == []


def test_every_case_holds(report):
    """`steelyard test` passes, and it ran cases of every shape."""
    assert [(case.name, case.differences) for case in report.failed] == []
    ran = Counter(Path(case.place.file).name for case in report.results)
    assert sorted(ran) == sorted(shape.cases.name for shape in SHAPES)


@by_shape
def test_a_shape_names_its_scheme_and_says_what_it_is(shape):
    """`source` is a scheme, a colon and its rule; `why` is a sentence; numbers are marked."""
    head = shape.head()
    scheme, colon, rule = head["source"].partition(": ")
    assert scheme
    assert colon
    assert len(rule) > 20
    assert len(head["why"]) > 40
    if "unpublished" in head["source"] or "ours" in head["source"]:
        assert head["illustrative"] is True


@by_shape
def test_the_cases_of_a_shape_stand_on_both_sides_of_an_edge(shape):
    """At least two cases that come out differently, for merchants that its rulesets select."""
    document = read_yaml(shape.cases).plain()
    rulesets = [read_yaml(path).plain() for path in shape.rulesets]
    selected = {one["selects"]["industry"] for one in rulesets if "selects" in one}
    merchants = [document["merchant"] | case.get("merchant", {}) for case in document["cases"]]
    assert {merchant["industry"] for merchant in merchants} == selected
    outcomes = [case["expect"] for case in document["cases"]]
    assert any(one != outcomes[0] for one in outcomes)


@pytest.fixture(scope="module")
def both_ways(tmp_path_factory):
    """The book of the guide, with one item written in YAML and by the plugin."""
    session = Session(tmp_path_factory.mktemp("both-ways"), own_files=True)
    for step in steps(read(BOTH_WAYS)):
        if step.path:
            session.write(step)
    return steelyard.open_plans(session.folder / "both-ways", as_of="2026-04-01")


@st.composite
def exchanges(draw):
    """Counts of exchanges, near the limits as often as not; each may be missing."""
    facts = {}
    for whole, part in (
        ("exchange_eligible_skus", "exchange_covered_skus"),
        ("exchange_requests", "exchange_ok_48h"),
    ):
        number = draw(st.integers(0, 60) | st.integers(0, 100_000_000))
        near = [number * percent // 100 + more for percent in (60, 80, 95) for more in (0, 1)]
        share = st.sampled_from([one for one in near if one <= number] or [0])
        values = {whole: number, part: draw(share | st.integers(0, number))}
        facts |= {name: value for name, value in values.items() if draw(st.integers(0, 9))}
    return facts


def test_both_ways_give_the_same(both_ways):
    """YAML alone and the plugin: the same outcome and the same points, for any merchant."""
    outcomes = Counter()

    @settings(deadline=None)
    @given(facts=exchanges())
    def agree(facts):
        merchant = {f"maternity.{name}": value for name, value in facts.items()}
        merchant |= {"merchant": "m", "industry": "maternity"}
        by_yaml, by_plugin = steelyard.score(merchant, both_ways).card.items
        assert by_yaml.outcome == by_plugin.outcome
        assert by_yaml.points == by_plugin.points
        outcomes[by_yaml.outcome] += 1

    agree()
    assert {"awarded", "not_met", "no_data"} <= set(outcomes)
