"""One value of a merchant file, checked against its declaration and made an exact integer."""

import re
from datetime import date
from decimal import Decimal

from steelyard.errors import Problem, suggest
from steelyard.formats import Located
from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.limits import MAX_LISTED_VALUES, MAX_MERCHANT_ID
from steelyard.model.numbers import NumberError, format_scaled, parse_decimal, to_scaled

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_YES_NO = {"yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"}

Declaration = FactDeclaration | FieldDeclaration


class WrongValue(Exception):  # noqa: N818 - it carries a problem, it is not one of ours
    """A value that its declaration does not allow."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


def read_value(name: str, located: Located, declaration: Declaration) -> int | bool | str:
    """Return a value as a scaled integer, day ordinal, index, boolean, or (id fields) text.

    Messages call it `name`. Raises `WrongValue` (SY604, SY605, SY702).
    """
    kind = declaration.type
    if kind == "bool":
        return _read_bool(name, located, declaration)
    if kind == "enum":
        return _read_enum(name, located, declaration)
    if kind == "id":
        return read_id(name, located)
    number = (
        _read_date(name, located, declaration)
        if kind == "date"
        else _read_number(name, located, declaration)
    )
    if not declaration.low <= number <= declaration.high:
        place, expected = located.place, describe(declaration)
        raise WrongValue(Problem("SY605", f"{name} is {_shown(located)}", place, expected))
    return number


def read_id(name: str, located: Located) -> str:
    """Return an opaque text such as a merchant's name. Raises `WrongValue` (SY604)."""
    value = located.value
    expected = f"a text of 1 to {MAX_MERCHANT_ID} printable characters"
    if isinstance(value, str) and value.strip() and value.isprintable():
        if len(value) <= MAX_MERCHANT_ID:
            return value
        raise _wrong(name, located, expected)
    is_scalar = not isinstance(value, str | dict | list) and value is not None
    fix = f'write it in quotes: "{located.text}"' if is_scalar and located.text else None
    raise _wrong(name, located, expected, fix)


def describe(declaration: Declaration) -> str:
    """Return the allowed values in words, with unit and bounds."""
    kind = declaration.type
    if kind == "bool":
        return "true or false"
    if kind == "enum":
        values = declaration.values
        more = ", …" if len(values) > MAX_LISTED_VALUES else ""
        return f"one of {', '.join(values[:MAX_LISTED_VALUES])}{more}"
    if kind == "id":
        return "a text"
    low, high = bounds_text(declaration)
    if kind == "date":
        return f"a date YYYY-MM-DD from {low} to {high}"
    number = "a whole number" if kind == "int" else "a number"
    unit = f" ({declaration.unit})" if declaration.unit else ""
    return f"{number}{unit} from {low} to {high}"


def bounds_text(declaration: Declaration) -> tuple[str, str]:
    """Return the bounds as a person would write them."""
    ends = (declaration.low, declaration.high)
    if declaration.type == "date":
        low, high = (date.fromordinal(end).isoformat() for end in ends)
    else:
        low, high = (format_scaled(end, declaration.decimals, trim=True) for end in ends)
    return low, high


def _read_bool(name: str, located: Located, declaration: Declaration) -> bool:
    if isinstance(located.value, bool):
        return located.value
    word = _YES_NO.get(str(located.text).lower())
    raise _wrong(name, located, describe(declaration), f"write {word}" if word else None)


def _read_enum(name: str, located: Located, declaration: Declaration) -> int:
    value = located.value
    if isinstance(value, str) and value in declaration.values:
        return declaration.values.index(value)
    near = suggest(value[:80], declaration.values) if isinstance(value, str) else None
    raise _wrong(name, located, describe(declaration), near)


def _read_number(name: str, located: Located, declaration: Declaration) -> int:
    value = located.value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        if declaration.type == "decimal" or to_scaled(value, 0) == value:
            return to_scaled(value, declaration.decimals)
        raise _wrong(name, located, describe(declaration))
    raise _wrong(name, located, describe(declaration), _number_in_text(value))


def _number_in_text(value: object) -> str | None:
    """Return a fix for a text that is a number in disguise."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        if value.endswith(("%", "%")):
            number = parse_decimal(value[:-1].strip())
            return f"write the share: {format(number.scaleb(-2).normalize(), 'f')}"
        parse_decimal(value.replace(",", "").replace("_", ""))
    except NumberError:
        return None
    return "write the number without quotes, commas or underscores"


def _read_date(name: str, located: Located, declaration: Declaration) -> int:
    value = located.value
    if not isinstance(value, str):
        raise _wrong(name, located, describe(declaration))
    if _DATE.match(value):
        try:
            return date.fromisoformat(value).toordinal()
        except ValueError:
            pass
    what = f"{name} is {_shown(located)}"
    raise WrongValue(Problem("SY702", what, located.place, describe(declaration)))


def _shown(located: Located) -> str:
    from steelyard.formats.schema_messages import describe as describe_located

    return describe_located(located)


def _wrong(name: str, located: Located, expected: str, fix: str | None = None) -> WrongValue:
    what = f"{name} is {_shown(located)}"
    return WrongValue(Problem("SY604", what, located.place, expected, fix))
