"""Whatever is done to the files of a book, checking it says what is wrong and never breaks."""

import copy
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fixtures.catalogues import use_catalogue

from steelyard.compiler.selections import check_book
from steelyard.errors import Problem
from steelyard.plugins.discovery import discover

REFERENCE = Path("rulesets")
FILES = (  # so many of the reference book's as make a book; all of them would only take longer
    "base/marketplace-base-2026.2.yaml",
    "book.yaml",
    "facts/logistics.yaml",
    "facts/orders.yaml",
    "facts/platform.yaml",
    "facts/quality.yaml",
    "facts/service.yaml",
    "facts/violations.yaml",
    "industries/maternity.yaml",
    "scenes/double-11.yaml",
)
_TOKEN = re.compile(r"\s*\n\s*|[\w.@-]+|[^\w\s]|[ ]+")
_QUOTED_NUMBER = re.compile(r"'(-?[0-9][0-9.e+]*|true|false)'")
STRANGE = (
    "", "null", "true", "[]", "{}", "-1", "0", "1e99999", "9223372036854775808", "0.0000000000001",
    '""', "'", '"', ":", "- ", "\n", "\t", "&a", "*a", "!!python/object:os.system", "item", "score",
    "as_of", "1/0", "{id: x, retire: true}", "x" * 300, "随心换", "\u2028", "\0", "2026-02-30",
    "id", "retire", "extends", "all", "best_n", "core/flat", "nosuch/thing", "@",
)  # fmt: skip


@cache
def tokens_of(file: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall((REFERENCE / file).read_text(encoding="utf-8")))


@st.composite
def broken_texts(draw: st.DrawFn) -> tuple[str, str]:
    """A file of the reference book with some of its tokens lost, repeated, moved or replaced."""
    file = draw(st.sampled_from(FILES))
    tokens = list(tokens_of(file))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(tokens) - 1))
        other = draw(st.integers(0, len(tokens) - 1))
        match draw(st.integers(0, 4)):
            case 0:
                del tokens[at : at + draw(st.integers(1, 3))]
            case 1:
                tokens[at:at] = tokens[other : other + draw(st.integers(1, 12))]
            case 2:
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case 3:
                tokens[at] = tokens_of(draw(st.sampled_from(FILES)))[0]
            case _:
                tokens[at] = draw(st.sampled_from(STRANGE))
        tokens = tokens or [""]
    return file, "".join(tokens)


@pytest.fixture(scope="module", autouse=True)
def one_catalogue():
    """Plugins are discovered once, not once a book."""
    catalogue = discover()
    with pytest.MonkeyPatch.context() as patch:
        use_catalogue(patch, lambda: catalogue)
        yield


@cache
def tree_of(file: str) -> dict[str, object]:
    return yaml.load((REFERENCE / file).read_text(encoding="utf-8"), yaml.BaseLoader)


def spots(tree: object) -> list[tuple[dict | list, str | int]]:
    """Every place of a tree where a value stands: its owner and its key."""
    keys = (
        list(tree) if isinstance(tree, dict) else range(len(tree) if isinstance(tree, list) else 0)
    )
    found = [(tree, key) for key in keys]
    return found + [spot for key in keys for spot in spots(tree[key])]


@st.composite
def broken_trees(draw: st.DrawFn) -> tuple[str, str]:
    """A file of the reference book, well-formed, with some of its values taken from elsewhere."""
    file = draw(st.sampled_from(FILES))
    tree = copy.deepcopy(tree_of(file))
    for _ in range(draw(st.integers(1, 3))):
        here = spots(tree)
        if not here:
            break
        owner, key = draw(st.sampled_from(here))
        others = [spot for name in FILES for spot in spots(tree_of(name)) if spot[1] == key]
        match draw(st.integers(0, 3)):
            case 0:
                del owner[key]
            case 1:
                owner[key] = draw(st.sampled_from(STRANGE))
            case 2 if isinstance(owner, list):
                owner.append(copy.deepcopy(owner[key]))
            case _ if others:  # what another entry has under the same key
                other, same = draw(st.sampled_from(others))
                owner[key] = copy.deepcopy(other[same])
    text = yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)
    return file, _QUOTED_NUMBER.sub(r"\1", text)  # BaseLoader reads all as text


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(broken_texts(), broken_trees()))
def test_a_broken_book_is_told_what_is_wrong(broken: tuple[str, str]) -> None:
    file, text = broken
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book"
        for name in FILES:
            (book / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REFERENCE / name, book / name)
        (book / file).write_text(text, encoding="utf-8")
        problems = check_book(book)
    assert isinstance(problems, tuple)
    for problem in problems:
        assert isinstance(problem, Problem)
        assert problem.what
        assert problem.place is None or problem.place.file in FILES
    assert len(set(map(str, problems))) == len(problems)
