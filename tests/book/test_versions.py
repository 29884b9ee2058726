"""A book says which versions of its plugins it accepts; every command holds it to that."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.book import read_book
from steelyard.book.reading import refused_versions
from steelyard.cli.running import run_arguments
from steelyard.errors import InvalidInput, Place
from steelyard.formats import Located

RULES = """
ruleset: tea
version: 1
title: {en: Tea, zh: 茶}
effective: {from: 2026-01-01}
score: {range: [0, 5]}
base: {from: fixed, score: 4}
items:
  - id: easy-exchange
    type: maternity/easy-exchange
    title: {en: Easy exchange, zh: 随心换}
    with: {tiers: [[0.6, 0.03]], min_ok_share: 0.95}
    illustrative: true
"""
MERCHANT = "merchant: leaf\nindustry: tea\n"
HERE = Place("book.yaml", 5, 22)


@pytest.fixture
def book(tmp_path):
    """Return a function that writes a book with some `plugins:`."""

    def write(plugins: str) -> Path:
        folder = tmp_path / "book"
        folder.mkdir(exist_ok=True)
        (folder / "tea.yaml").write_text(RULES, encoding="utf-8")
        (folder / "book.yaml").write_text(
            "book: shop\ntitle: {en: Shop, zh: 店铺}\nindustries: [{id: tea, title: {en: T, zh: 茶}}]\n"
            f"plugins: {plugins}\n",
            encoding="utf-8",
        )
        (tmp_path / "leaf.yaml").write_text(MERCHANT, encoding="utf-8")
        (tmp_path / "leaf.jsonl").write_text('{"merchant": "leaf", "industry": "tea"}\n')
        return folder

    return write


def refused(specifier: str, version: str) -> bool:
    accepted = {"tea": Located(specifier, HERE, specifier, True, {})}
    found = refused_versions(accepted, {"tea": ("steelyard-tea", version)})
    assert all((one.code, one.place) == ("SY326", HERE) for one in found)
    return bool(found)


@pytest.mark.parametrize(
    ("specifier", "version"),
    [
        (">=0.1, <1", "0.1.0"),
        (">=0.1,<1", "0.9.99"),
        ("==1.4.*", "1.4"),
        ("~=1.4", "1.9"),
        (">=0.1", "0.2.0rc1"),  # what is installed is judged, pre-release or not
        (">=1", "1!0.5"),
        ("!=1.3", "1.3.1"),
        ("==1.0", "1.0+local"),
    ],
)
def test_versions_that_fit(specifier, version):
    assert not refused(specifier, version)


@pytest.mark.parametrize(
    ("specifier", "version"),
    [
        (">=0.1, <1", "1.0"),
        (">=0.1, <1", "1.0rc1"),
        (">=0.2", "0.2.0rc1"),
        ("==1.4.*", "1.5"),
        ("~=1.4", "2.0"),
        (">=0", ""),
        (">=0", "not-a-version"),
    ],
)
def test_versions_that_do_not(specifier, version):
    assert refused(specifier, version)


@given(*[st.tuples(*[st.integers(0, 20)] * 3)] * 3)
def test_a_range_is_its_two_ends(low, high, version):
    """For final releases a range accepts exactly the versions between its ends, as numbers."""
    said, first, last = (".".join(map(str, one)) for one in (version, low, high))
    assert refused(f">={first}, <{last}", said) == (not low <= version < high)


def test_a_list_of_names_accepts_every_version_without_the_library():
    program = (
        "import sys; from pathlib import Path\n"
        "from steelyard.pipeline import open_book\n"
        "book = Path('tests/cases/bad/SY211-book-needs/book')\n"
        "opened = open_book(book, allow_missing_plugins=True)\n"
        "assert opened.book.accepted == {}\n"
        "assert [problem.code for problem in opened.missing] == ['SY211']\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'packaging'])\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"


def test_names_and_places_of_a_mapping(book):
    read = read_book(book('{maternity: ">=0.1", core: "<9"}'))
    assert read.plugins == ("maternity", "core")
    assert {name: (one.value, one.place) for name, one in read.accepted.items()} == {
        "maternity": (">=0.1", Place("book.yaml", 4, 22)),
        "core": ("<9", Place("book.yaml", 4, 37)),
    }
    assert read.places["plugins.core"] == Place("book.yaml", 4, 31)


def commands(folder: Path) -> list[list[str]]:
    leaf = str(folder.parent / "leaf.yaml")
    at = ["--as-of", "2026-06-01", "--book", str(folder)]
    return [
        ["check", str(folder)],
        ["score", leaf, *at],
        ["explain", leaf, *at],
        [
            *("dry-run", "--live", str(folder), "--candidate", str(folder)),
            *("--merchants", str(folder.parent / "leaf.jsonl"), "--as-of", "2026-06-01"),
        ],
        ["lock", str(folder), "--processes", "1"],
    ]


@pytest.mark.parametrize("at", range(5), ids=["check", "score", "explain", "dry-run", "lock"])
def test_every_command_names_both_versions(book, capsys, at):
    good = commands(book('{maternity: ">=0.1, <1"}'))[at]
    assert run_arguments(good) == 0
    capsys.readouterr()
    bad = commands(book('{maternity: ">=0.2, <1"}'))[at]
    assert run_arguments(bad) == (1 if at == 0 else 2)
    said = "".join(capsys.readouterr())
    assert (
        "book.yaml:4:22: SY326 plugin-not-accepted: the book accepts maternity >=0.2, <1, and "
        "maternity 0.1.0 is installed" in said
    )


@given(st.text(max_size=12))
def test_any_text_is_a_specifier_or_a_problem_in_its_place(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("book")
    quoted = "".join(f"\\U{ord(character):08x}" for character in text)
    (folder / "book.yaml").write_text(
        "book: shop\ntitle: {en: Shop, zh: 店铺}\nindustries: [{id: tea, title: {en: T, zh: 茶}}]\n"
        f'plugins: {{tea: "{quoted}"}}\n',
        encoding="utf-8",
    )
    codes: set[str] = set()
    try:
        assert read_book(folder).accepted["tea"].value == text
    except InvalidInput as error:
        codes = {one.code for one in error.problems}
    assert codes <= {"SY317", "SY327", "SY105"}
