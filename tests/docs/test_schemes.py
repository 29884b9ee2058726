"""The published schemes: tested rulesets in YAML alone, whose numbers have sources."""

import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from tests.docs.pages import ROOT, read

from steelyard import testing
from steelyard.compiler.selections import check_book
from steelyard.formats import read_yaml

sys.path.insert(0, str(ROOT / "docs"))
from schemes_page import FEATURES, FOLDER, PUBLISHED, cases, features
from schemes_texts import SCHEMES

PAGE = Path("docs/reference/schemes.md")
by_scheme = pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.facts)
WITHOUT_EXAMPLE = {"shopee"}


def heads(scheme):
    """The contents of the rulesets of a scheme."""
    return [read_yaml(FOLDER / f"{name}.yaml").plain() for name in scheme.rulesets]


def test_every_file_of_the_book_belongs_to_a_scheme():
    """Every ruleset, cases file and facts file in the folder belongs to one scheme."""
    expected = ["book.yaml"]
    for scheme in SCHEMES:
        expected += [f"{name}.yaml" for name in scheme.rulesets]
        expected += [f"{name}.cases.yaml" for name in scheme.cases]
        expected.append(f"facts/{scheme.facts}.yaml")
    found = [path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.yaml")]
    assert sorted(found) == sorted(expected)


def test_the_book_has_no_problem():
    """`steelyard check` finds neither errors nor warnings."""
    assert [problem.what for problem in check_book(FOLDER)] == []


def test_every_case_holds_on_every_evaluator():
    """`steelyard test` passes, and it ran the cases of every scheme."""
    report = testing.test_book(FOLDER)
    assert [(case.name, case.differences) for case in report.failed] == []
    ran = Counter(Path(case.place.file).name for case in report.results)
    assert sorted(ran) == sorted(
        f"{name}.cases.yaml" for scheme in SCHEMES for name in scheme.cases
    )
    assert ran.total() == sum(len(cases(scheme)) for scheme in SCHEMES)


def test_the_schemes_need_no_plugin():
    """The book names no plugin, and every item has a type of the core."""
    assert "plugins" not in read_yaml(FOLDER / "book.yaml").plain()
    texts = [path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yaml")]
    kinds = {kind for text in texts for kind in re.findall(r"^ +type: (\S+)/", text, re.MULTILINE)}
    assert kinds == {"core"}


@by_scheme
def test_a_scheme_names_its_sources(scheme):
    """Every ruleset has a `source`: a scheme, a colon and its rule."""
    for head in heads(scheme):
        name, colon, rule = head["source"].partition(": ")
        assert name
        assert colon
        assert len(rule) > 20


@by_scheme
def test_a_scheme_has_published_examples_and_cases_without_data(scheme):
    """Published examples, or a text that says that there are none; cases with missing facts."""
    names = [case["name"] for case in cases(scheme)]
    has_example = any(name.startswith(PUBLISHED) for name in names)
    assert has_example == (scheme.facts not in WITHOUT_EXAMPLE)
    assert any("null" in str(case) or "None" in str(case) for case in cases(scheme))


@by_scheme
def test_the_page_shows_a_scheme(scheme):
    """The page has its text, its limits, and every ruleset that is to be shown."""
    text = read(PAGE)
    for part in (scheme.says, scheme.example, *scheme.limits):
        assert part in text
    for name in scheme.shown:
        assert (FOLDER / f"{name}.yaml").read_text(encoding="utf-8") in text
    assert set(scheme.shown) <= set(scheme.rulesets)


def test_every_feature_is_used_by_some_scheme():
    """The table has no empty row, and no scheme is without features."""
    used = [features(scheme) for scheme in SCHEMES]
    assert {feature for some in used for feature in some} == set(FEATURES)
    assert all(len(some) >= 3 for some in used)
