"""A kept plan comes back only where the very same things went in."""

import shutil
import sys
from datetime import date
from pathlib import Path

import pytest

from steelyard.errors import InvalidInput
from steelyard.pipeline import load_book
from steelyard.scoring import Scorer
from steelyard.scoring.cache import Store, fingerprint_sources

DAY = date(2026, 6, 1)


@pytest.fixture
def book(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shutil.copytree("rulesets", tmp_path / "book")
    return tmp_path / "book"


def plugin(folder: Path, name: str, number: int) -> None:
    """Write a plugin as an installer leaves it: a package, a module beside it, metadata."""
    package = folder / name
    package.mkdir(exist_ok=True)
    (package / "__init__.py").write_text(f"from {name}_common import NUMBER\nSTEELYARD_API = 1\n")
    (folder / f"{name}_common.py").write_text(f"NUMBER = {number}\n")
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir(exist_ok=True)
    (metadata / "entry_points.txt").write_text(f"[steelyard]\n{name} = {name}\n")
    (metadata / "RECORD").write_text(f"{name}/__init__.py,,\n{name}_common.py,,\n")


def test_a_kept_plan_is_the_plan(book):
    """From the cache come the same plan and the same facts, without reading the book again."""
    first = Scorer.open(book, as_of=DAY)
    plan = first.plan("petcare", "ordinary")
    second = Scorer.open(book, as_of=DAY)
    assert second.known == first.known
    assert second.plan("petcare", "ordinary") == plan
    assert "_loaded" not in vars(second)


def test_a_changed_rule_is_seen(book):
    """An edit of any file of the book gives another fingerprint, and another plan."""
    before = fingerprint_sources(book)
    old = Scorer.open(book, as_of=DAY).plan("petcare", "ordinary")
    path = book / "industries" / "petcare.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("points: 0.06", "points: 0.05"), encoding="utf-8"
    )
    assert fingerprint_sources(book) != before
    assert Scorer.open(book, as_of=DAY).plan("petcare", "ordinary") != old


def test_every_file_of_a_plugins_distribution_counts(book, tmp_path, monkeypatch):
    """A module beside the plugin's package is part of what it may build with."""
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    (tmp_path / "site").mkdir()
    plugin(tmp_path / "site", "tea_plugin", 10)
    before = fingerprint_sources(book)
    assert before == fingerprint_sources(book)
    plugin(tmp_path / "site", "tea_plugin", 100)
    assert fingerprint_sources(book) != before


def test_a_new_version_of_any_distribution_counts(book, tmp_path, monkeypatch):
    """A plugin may build on another distribution, so all of them count by name and version."""
    before = fingerprint_sources(book)
    (tmp_path / "site" / "helper-2.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    assert fingerprint_sources(book) != before


def test_nothing_is_kept_while_a_plugin_is_broken(book, tmp_path, monkeypatch):
    """Once the plugin is mended, what was compiled without it must not come back."""
    (tmp_path / "site").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    plugin(tmp_path / "site", "broken_plugin", 1)
    (tmp_path / "site" / "broken_plugin_common.py").unlink()
    (tmp_path / "site" / "broken_plugin-1.0.dist-info" / "METADATA").write_text(
        "Name: broken-plugin\nVersion: 1.0\n"
    )
    Scorer.open(book, as_of=DAY).plan("petcare", "ordinary")
    sys.modules.pop("broken_plugin", None)
    assert not (tmp_path / "cache").exists()


def test_a_file_that_changes_while_it_is_read_is_not_kept(book, tmp_path, monkeypatch):
    """A plan is stored only if the files are still those whose fingerprint names it."""

    def edit_then_load(folder):
        path = folder / "industries" / "petcare.yaml"
        path.write_text(path.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
        return load_book(folder)

    monkeypatch.setattr("steelyard.scoring.merchants.load_book", edit_then_load)
    Scorer.open(book, as_of=DAY).plan("petcare", "ordinary")
    assert not (tmp_path / "cache").exists()


def test_a_damaged_entry_is_compiled_again(book, tmp_path):
    """An entry that does not match its own hash, or is cut short, counts as none."""
    plan = Scorer.open(book, as_of=DAY).plan("petcare", "ordinary")
    for path in (tmp_path / "cache" / "steelyard").iterdir():
        path.write_bytes(path.read_bytes()[:-7])
    assert Scorer.open(book, as_of=DAY).plan("petcare", "ordinary") == plan


def test_an_unusable_folder_is_no_problem(tmp_path):
    """A cache that cannot be written or read is a miss, never an error."""
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file")
    store.write("key", b"content")
    assert store.read("key") is None


def test_a_plugin_that_the_book_needs_must_be_there(book):
    """Scoring refuses a book whose plugin is missing, as checking does."""
    path = book / "book.yaml"
    path.write_text(
        path.read_text(encoding="utf-8") + "\nplugins: [nope]\n"
        if "plugins:" not in path.read_text(encoding="utf-8")
        else path.read_text(encoding="utf-8").replace("plugins: [", "plugins: [nope, "),
        encoding="utf-8",
    )
    with pytest.raises(InvalidInput) as refused:
        Scorer.open(book, as_of=DAY)
    assert [problem.code for problem in refused.value.problems] == ["SY211"]
