"""Checks of what is given to the functions of the Python API.

They raise `TypeError` for a value of another type, and name the argument.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from os import PathLike, fsencode, fspath
from pathlib import Path
from typing import TypeVar

from steelyard.errors import InvalidInput, Problem
from steelyard.model.dates import DAY_FIX, midnight_day, read_day

_MOST_SHOWN = 40  # characters of a value in a problem

T = TypeVar("T")


def given_day(value: object, name: str = "as_of") -> date:
    """Return a day, a midnight without time zone, or a text YYYY-MM-DD as a date.

    Raises `InvalidInput` SY702 for other texts and other times: the day of a time depends on a time
    zone.
    """
    value = midnight_day(value)
    if isinstance(value, str):
        day = read_day(value)
        if day is None:
            what = f"{name} is {value[:_MOST_SHOWN]!r}"
            expected = "a real calendar date written YYYY-MM-DD"
            raise InvalidInput([Problem("SY702", what, expected=expected, fix=DAY_FIX)])
        return day
    if isinstance(value, datetime):
        what, expected = f"{name} is the time {value}", "a day, or a midnight without time zone"
        raise InvalidInput([Problem("SY702", what, expected=expected, fix="use its date()")])
    return given(value, date, name, "a date or a text YYYY-MM-DD")


def given_path(value: object, name: str) -> Path:
    """Return a path, or a text that is one."""
    if isinstance(value, str | PathLike):
        path = fspath(value)
        if isinstance(path, str):
            with suppress(UnicodeError):
                if b"\0" not in fsencode(path):
                    return Path(path)
            what = f"{name} has characters that no path can have: {path[:_MOST_SHOWN]!a}"
            raise InvalidInput([Problem("SY101", what)])
    raise TypeError(f"{name} is {_described(value)}, not a path")


def given(value: object, kind: type[T], name: str, words: str) -> T:
    """Return a value of a type; `words` say what was expected. A bool is no number."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(f"{name} is {_described(value)}, not {words}")
    return value


def given_text(value: object, name: str) -> str | None:
    """Return a text, or None."""
    return None if value is None else given(value, str, name, "a text")


def given_one_of(value: object, names: Iterable[str], name: str) -> None:
    """Check that a value is one of some texts. Raises `InvalidInput` SY703 for other texts."""
    text = given(value, str, name, "a text")
    known = tuple(names)
    if text not in known:
        what = f"{name} is {text[:_MOST_SHOWN]!r}"
        raise InvalidInput([Problem("SY703", what, expected=f"one of {', '.join(known)}")])


def _described(value: object) -> str:
    return "missing" if value is None else f"a {type(value).__name__}"
