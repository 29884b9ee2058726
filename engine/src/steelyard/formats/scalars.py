"""The meaning of plain YAML scalars: the core schema of YAML 1.2, with exact numbers."""

import re
from datetime import date
from decimal import Decimal

from steelyard.errors import Place, Problems
from steelyard.formats.located import Located
from steelyard.model.dates import read_day
from steelyard.model.limits import MAX_DIGITS, MAX_EXPONENT, MIN_EXPONENT
from steelyard.model.numbers import NumberError, parse_decimal

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_BASED = re.compile(r"0o(?P<octal>[0-7]+)\Z|0x(?P<hex>[0-9a-fA-F]+)\Z")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")


def resolve_plain(text: str, place: Place, problems: Problems) -> str | int | Decimal | bool | None:  # noqa: PLR0911 - one return a kind of scalar
    """Return the value of a plain scalar; a number that is refused is noted and becomes None."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _NUMBER.match(text):
        return read_number(text, place, problems, is_integer=_INTEGER.match(text) is not None)
    if based := _BASED.match(text):
        if len(text) > MAX_DIGITS:
            return note_too_long(place, problems)
        octal = based.group("octal")
        return int(octal, 8) if octal else int(based.group("hex"), 16)
    if _NOT_FINITE.match(text):
        note_not_finite(text, place, problems)
        return None
    return text


def read_number(
    text: str, place: Place, problems: Problems, *, is_integer: bool
) -> int | Decimal | None:
    """Return the exact number that a text writes, or None after noting that it is too long."""
    try:
        number = parse_decimal(text)
    except NumberError:
        return note_too_long(place, problems)
    return int(number) if is_integer else number


def read_date(located: Located, problems: Problems, code: str = "SY702") -> date | None:
    """Return the date that a value writes as YYYY-MM-DD, or None after noting a problem."""
    day = read_day(located.value) if isinstance(located.value, str) else None
    if day is not None:
        return day
    what = f"{located.text} is not a calendar date"
    problems.add(code, what, located.place, expected="a date YYYY-MM-DD")
    return None


def note_not_finite(text: str, place: Place, problems: Problems) -> None:
    """Note a NaN or an infinity."""
    what = f"found {text}"
    expected = "a finite number"
    fix = f'if a text is meant, write it in quotes: "{text}"'
    problems.add("SY113", what, place, expected=expected, fix=fix)


def note_too_long(place: Place, problems: Problems) -> None:
    """Note a number with more digits than the limit."""
    what = "the number has too many digits or too large an exponent"
    expected = f"at most {MAX_DIGITS} digits, up to 1e{MAX_EXPONENT}, none below 1e{MIN_EXPONENT}"
    fix = "if it is a name or an order number, write it in quotes"
    problems.add("SY114", what, place, expected=expected, fix=fix)
