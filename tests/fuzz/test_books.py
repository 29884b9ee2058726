"""A book with any change is told what is wrong; if nothing is, it scores merchants."""

import copy
import random
import re
import tempfile
from functools import cache
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.fixtures.catalogues import use_catalogue
from tests.fuzz.budget import search
from tests.fuzz.shop import DAY, attempt, merchants
from tests.fuzz.shop import FILES as SHOP

import steelyard
from steelyard.compiler.selections import check_book
from steelyard.plugins.discovery import discover

_REFERENCE = (  # so many of the reference book's files as make a book; all would only take longer
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
REFERENCE = {name: Path("rulesets", name).read_text(encoding="utf-8") for name in _REFERENCE}
FILES = {**SHOP, **{f"reference/{name}": text for name, text in REFERENCE.items()}}
BOOKS = (tuple(SHOP), tuple(SHOP), tuple(SHOP), tuple(name for name in FILES if name not in SHOP))
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
    return tuple(_TOKEN.findall(FILES[file]))


def broken_text(source: random.Random, file: str) -> str:
    """Return a file of a book with some of its tokens lost, repeated, moved or replaced."""
    tokens = list(tokens_of(file))
    for _ in range(source.randint(1, 4)):
        at, other = source.randrange(len(tokens)), source.randrange(len(tokens))
        match source.randrange(5):
            case 0:
                del tokens[at : at + source.randint(1, 3)]
            case 1:
                tokens[at:at] = tokens[other : other + source.randint(1, 12)]
            case 2:
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case 3:
                tokens[at] = source.choice(tokens_of(source.choice(list(FILES))))
            case _:
                tokens[at] = source.choice(STRANGE)
        tokens = tokens or [""]
    return "".join(tokens)


@pytest.fixture(scope="module", autouse=True)
def one_catalogue():
    """Plugins are discovered once, not once a book."""
    catalogue = discover()
    with pytest.MonkeyPatch.context() as patch:
        use_catalogue(patch, lambda: catalogue)
        yield


@cache
def tree_of(file: str) -> dict[str, object]:
    return yaml.load(FILES[file], yaml.BaseLoader)


def spots(tree: object) -> list[tuple[dict | list, str | int]]:
    """Every place of a tree where a value stands: its owner and its key."""
    keys = (
        list(tree) if isinstance(tree, dict) else range(len(tree) if isinstance(tree, list) else 0)
    )
    found = [(tree, key) for key in keys]
    return found + [spot for key in keys for spot in spots(tree[key])]


@cache
def values_of(key: str | int) -> tuple[object, ...]:
    """Return what the files have under a key."""
    return tuple(
        owner[here] for file in FILES for owner, here in spots(tree_of(file)) if here == key
    )


def broken_tree(source: random.Random, file: str) -> str:
    """Return a file of a book, well-formed, with some of its values taken from elsewhere."""
    tree = copy.deepcopy(tree_of(file))
    for _ in range(source.randint(1, 3)):
        here = spots(tree)
        if not here:
            break
        owner, key = source.choice(here)
        match source.randrange(4):
            case 0:
                del owner[key]
            case 1:
                owner[key] = source.choice(STRANGE)
            case 2 if isinstance(owner, list):
                owner.append(copy.deepcopy(owner[key]))
            case _:
                owner[key] = copy.deepcopy(source.choice(values_of(key) or ("0",)))
    text = yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)
    return _QUOTED_NUMBER.sub(r"\1", text)  # BaseLoader reads all as text


@search(3.0)
@given(seed=st.integers(0, 2**64))
def test_a_broken_book_is_told_what_is_wrong_or_scores(seed):
    source = random.Random(seed)
    files = source.choice(BOOKS)
    changed = {
        file: source.choice([broken_text, broken_tree])(source, file)
        for file in source.sample(files, source.choice([1, 1, 2]))
    }
    with tempfile.TemporaryDirectory() as folder:
        for name in files:
            path = Path(folder, "book", name.removeprefix("reference/"))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(changed.get(name, FILES[name]), encoding="utf-8")
        book = Path(folder, "book")
        problems = check_book(book)
        for problem in problems:
            assert problem.what
            assert (
                problem.place is None
                or f"reference/{problem.place.file}" in FILES
                or problem.place.file in SHOP
            )
        assert len(set(map(str, problems))) == len(problems)
        if any(problem.severity == "error" for problem in problems):
            return
        plans, _ = attempt(lambda: steelyard.open_plans(book, as_of=DAY))
        if plans is None:
            return
        rows = merchants(source, 4)
        result, _ = attempt(lambda: steelyard.score(pl.DataFrame(rows), plans))
        for row in rows:
            one, _ = attempt(lambda row=row: steelyard.score(row, plans))
            if one is not None:
                assert one.explain()
                assert str(one)
            if result is not None:
                scores = dict(result.scores.select("merchant", "score").iter_rows())
                assert (row["merchant"] in scores) == (one is not None)
                assert one is None or scores[row["merchant"]] == one.score
