"""Reading the values of options and arguments."""

from contextlib import suppress
from datetime import date
from fractions import Fraction
from pathlib import Path

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.model import dates
from steelyard.model.addresses import address_fix

DEFAULT_BOOK = Path("rulesets")


def read_day(text: str) -> date:
    """Return the day that an option gives. Raises `InvalidInput` SY702."""
    day = dates.read_day(text)
    if day is not None:
        return day
    what = f"{text[:40]!r} is not a day"
    expected = "a real calendar date written YYYY-MM-DD"
    raise InvalidInput([Problem("SY702", what, expected=expected, fix=dates.DAY_FIX)])


def read_share(text: str, option: str) -> Fraction:
    """Return the share from 0 to 1 that an option gives. Raises `InvalidInput` SY701."""
    with suppress(ValueError):
        if text[:1].isdigit() and "/" not in text and 0 <= (share := Fraction(text)) <= 1:
            return share
    problem = Problem(
        "SY701", f"{option}: {text[:40]!r} is not a share", expected="a number from 0 to 1"
    )
    raise InvalidInput([problem])


def find_book(given: Path | None) -> Path:
    """Return the folder of the book to use. Raises `InvalidInput` SY701 or SY317."""
    folder = find_optional_book(given)
    if folder is None:
        what = "no book of rulesets is named, and there is none in ./rulesets"
        expected = "a folder with a book.yaml"
        raise InvalidInput([Problem("SY701", what, expected=expected, fix="say --book DIR")])
    return folder


def find_rules(book: Path | None, rules: Path | None) -> Path:
    """Return the folder of the book, or the file of the released bundle, to score with.

    Raises `InvalidInput` SY701 if both are named or neither is, SY317 or SY101 for a wrong path.
    """
    if rules is None:
        return find_book(book)
    if book is not None:
        what = "both a book and a bundle are named"
        raise InvalidInput([Problem("SY701", what, fix="say either --book or --rules")])
    if not rules.is_file():
        what = f"{rules} is a folder" if rules.is_dir() else "there is no such file"
        expected = "a bundle, as `steelyard release` writes"
        fix = "say --book for the folder of a book" if rules.is_dir() else address_fix(rules)
        raise InvalidInput([Problem("SY101", what, Place(str(rules)), expected, fix)])
    return rules


def find_optional_book(given: Path | None) -> Path | None:
    """Return the folder of the book to use, None if no book is named and ./rulesets holds none.

    Raises `InvalidInput` SY317 if a folder is named that holds no book.
    """
    if given is not None:
        return check_book_folder(given)
    return DEFAULT_BOOK if (DEFAULT_BOOK / "book.yaml").is_file() else None


def files_of(rules: Path) -> list[Path]:
    """Return the files of a book, or the file of a bundle, which no command overwrites."""
    if rules.is_file():
        return [rules]
    from steelyard.book.lock import FILE
    from steelyard.book.reading import book_files

    return [*book_files(rules), rules / FILE]


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
    expected = "a folder with a book.yaml"
    raise InvalidInput([Problem("SY317", what, expected=expected, fix=address_fix(folder))])
