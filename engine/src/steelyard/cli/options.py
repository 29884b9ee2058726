"""Options that several commands share, and how their values are read."""

from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from steelyard.errors import InvalidInput, Problem
from steelyard.model.texts import Language


class Lang(str, Enum):
    """A language of reports."""

    en = "en"
    zh = "zh"


class TableOrJson(str, Enum):
    """How results are written."""

    table = "table"
    json = "json"


class TextOrJson(str, Enum):
    """How results are written."""

    text = "text"
    json = "json"


AsOf = Annotated[
    str, typer.Option("--as-of", metavar="DATE", help="The day of the score, YYYY-MM-DD.")
]
BookOption = Annotated[
    Path | None,
    typer.Option("--book", metavar="DIR", help="The book of rulesets; else ./rulesets."),
]
BookArgument = Annotated[
    Path, typer.Argument(metavar="BOOK", help="The folder of a book of rulesets.")
]
Scene = Annotated[
    str | None, typer.Option("--scene", metavar="NAME", help="A scene of the book, if any.")
]
Language_ = Annotated[Lang, typer.Option("--lang", help="The language of the report.")]

DEFAULT_BOOK = Path("rulesets")


def language(lang: Lang) -> Language:
    """Return the language that an option names."""
    return "zh" if lang is Lang.zh else "en"


def read_day(text: str) -> date:
    """Return the day that an option names. Raises `InvalidInput` SY702."""
    try:
        if len(text) != len("YYYY-MM-DD"):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        what = f"{text[:40]!r} is not a day"
        problem = Problem("SY702", what, expected="a real calendar date written YYYY-MM-DD")
        raise InvalidInput([problem]) from None


def find_book(given: Path | None) -> Path:
    """Return the folder of the book to use. Raises `InvalidInput` SY701 or SY317."""
    if given is not None:
        return check_book_folder(given)
    if (DEFAULT_BOOK / "book.yaml").is_file():
        return DEFAULT_BOOK
    raise InvalidInput(
        [
            Problem(
                "SY701",
                "no book of rulesets is named, and there is none in ./rulesets",
                expected="a folder with a book.yaml",
                fix="say --book DIR",
            )
        ]
    )


def check_book_folder(folder: Path) -> Path:
    """Return a book's folder. Raises `InvalidInput` SY317 if it holds no book."""
    if (folder / "book.yaml").is_file():
        return folder
    if not folder.exists():
        what = f"{folder} does not exist"
    elif not folder.is_dir():
        what = f"{folder} is a file"
    else:
        what = f"{folder} has no book.yaml"
    raise InvalidInput([Problem("SY317", what, expected="a folder with a book.yaml")])
