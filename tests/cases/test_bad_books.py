"""Every folder in `bad/` with a `book/` is a book that is refused, and exactly what is said of it.

To add one, write `bad/<code>-<name>/book/` with `book.yaml`, `facts/` and rulesets, and
`expected.txt` with the problems as they are printed. Three more files change what is done:
`plugins/*.py` are loaded as if installed; `ask.yaml` asks for one plan instead of checking the
book; cases files in the book are run once the book itself is sound.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from tests.fixtures.catalogues import use_catalogue
from tests.plugins.discovery.loading_fixtures import sources

from steelyard.compiler.selections import check_book
from steelyard.errors import InvalidInput, Problem
from steelyard.formats import read_yaml
from steelyard.pipeline import compile_plan, open_book
from steelyard.plugins.discovery import discovery, load_plugins
from steelyard.testing import test_book as run_cases

BAD = Path(__file__).parent / "bad"
FOLDERS = sorted(path.parent for path in BAD.glob("*/book"))


def problems_of(folder: Path) -> tuple[Problem, ...]:
    book = folder / "book"
    ask = folder / "ask.yaml"
    if ask.exists():
        return asked(book, read_yaml(ask).plain())
    found = check_book(book)
    if found or not any(book.rglob("*.cases.yaml")):
        return found
    try:
        run_cases(book)
    except InvalidInput as error:
        return error.problems
    return ()


def asked(book: Path, question: dict[str, str]) -> tuple[Problem, ...]:
    opened = open_book(book)
    with pytest.raises(InvalidInput) as caught:
        compile_plan(
            opened,
            industry=question["industry"],
            as_of=date.fromisoformat(question["as_of"]),
            scene=question.get("scene"),
        )
    return caught.value.problems


@contextmanager
def only_plugins(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install `core` and the plugins of a case, and no others."""
    core = [source for source in discovery.installed() if source.name == "core"]
    with sources(folder / "plugins") as own:
        use_catalogue(monkeypatch, lambda: load_plugins([*core, *own]))
        yield


def said(problems: Iterable[Problem]) -> str:
    """Return problems as `expected.txt` holds them, one after the other."""
    marks = {"error": "", "warning": "warning: "}
    return "".join(f"{marks[problem.severity]}{problem}\n" for problem in problems)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_messages_and_places(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with only_plugins(folder, monkeypatch):
        problems = problems_of(folder)
    assert said(problems) == (folder / "expected.txt").read_text(encoding="utf-8")
    assert folder.name.split("-")[0] in {problem.code for problem in problems}
