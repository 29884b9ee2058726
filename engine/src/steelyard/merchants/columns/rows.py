"""Bridge from columns to the row reader, for rows with doubtful values.

It makes located values of a row of columns, and columns of the merchants that the row reader
accepts. Only the row reader defines which rows are valid, and the texts of problems.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Context, Decimal
from numbers import Integral, Number
from typing import Any, cast

import polars as pl

from steelyard.errors import InvalidInput, Place, Problems
from steelyard.evaluators.polars import fact_column
from steelyard.formats import MERCHANT_LIMITS, Located
from steelyard.formats.json_text import parse_json
from steelyard.formats.scalars import note_not_finite, note_too_long
from steelyard.merchants.columns.columns import column_type
from steelyard.merchants.rows import Merchant, MerchantSchema, Reject
from steelyard.merchants.rows.reading import read_row
from steelyard.model.dates import midnight_day
from steelyard.model.facts import FactDeclaration
from steelyard.model.limits import MAX_DIGITS, MAX_NESTING, MAX_SHOWN_NAME
from steelyard.model.numbers import NumberError, parse_decimal

_ANY_DECIMAL = Context(prec=1_000)  # more digits than any column has


@dataclass(frozen=True, slots=True)
class JsonText:
    """A value as JSON text; messages call it `name`."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class BrokenCell:
    """A cell in a column of a sheet, with an error such as `#N/A`, or a formula without a value."""

    column: int
    error: str


def read_plain(
    data: Mapping[str, Any], row: int, place: Place, known: MerchantSchema
) -> Merchant | Reject:
    """Return the merchant of a row of plain values, or why it is rejected."""
    problems = Problems()
    read = read_row(row, located_value(data, place, problems), known)
    if not problems.found:
        return read
    after = read.problems if isinstance(read, Reject) else ()
    return Reject(read.name, row, (*problems.found, *after))


def located_value(  # noqa: PLR0911 - one return a kind of value
    value: object, place: Place, problems: Problems, depth: int = 0
) -> Located:
    """Return a plain value as a document would give it, with one place for all of its parts.

    `depth` is the number of lists and mappings around it; too many are SY106, as in a cycle.

    A double becomes its shortest decimal, a date or a midnight the ISO text of its day. NaN and
    infinities are SY113. Values of numpy are read as the column of a frame that has their type.
    """
    value = _simple(value)
    if isinstance(value, Mapping | list | tuple):
        return _nested(value, place, problems, depth)
    if isinstance(value, Integral) and not isinstance(value, bool):
        return _whole(int(value), place, problems)
    if isinstance(value, float):
        return _number(float.__repr__(value), place, problems)
    if isinstance(value, Decimal):
        return _number(_written(value), place, problems)
    if isinstance(value, BrokenCell):
        return _without_value(value, place, problems)
    if isinstance(value, JsonText):
        return _from_json(value, place, problems)
    if isinstance(value, str):
        return Located(value, place, value, True, {})
    if value is None or isinstance(value, bool):
        text = "null" if value is None else str(value).lower()
        return Located(value, place, text, False, {})
    if isinstance(value, Number):  # a column of it is refused too
        text = f"{_text(value)} (a {type(value).__name__})"
        return Located(cast("Any", value), place, text, False, {})
    return Located(_text(value), place, None, True, {})


def _without_value(cell: BrokenCell, place: Place, problems: Problems) -> Located:
    if cell.error:
        what, fix = f"the cell has the error {cell.error[:MAX_SHOWN_NAME]}", "correct its formula"
    else:
        what = "the cell has a formula without a value"
        fix = "open the file in a spreadsheet, which computes it, and save it"
    problems.add("SY126", what, replace(place, column=cell.column), expected="a value", fix=fix)
    return Located(None, place, None, False, {})


def _simple(value: Any) -> object:  # noqa: ANN401 - numpy may not be there
    """Return a value of numpy as a plain one, and a date as a text; others as they are."""
    kind = type(value).__name__ if type(value).__module__ == "numpy" else None
    if kind in ("bool", "bool_", "float64"):
        return value.item()
    if kind == "float32":
        from numpy import format_float_scientific

        return float(format_float_scientific(value))  # its own shortest decimal
    if kind == "ndarray":
        return list(value) if value.ndim == 1 else value
    value = midnight_day(value)
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    return value.isoformat() if is_day else value


def _nested(
    value: Mapping[Any, object] | list[object] | tuple[object, ...],
    place: Place,
    problems: Problems,
    depth: int,
) -> Located:
    if depth >= MAX_NESTING:
        what = f"values are nested deeper than {MAX_NESTING} levels"
        problems.add("SY106", what, place, fix="no fact nests so deep")
        return Located(None, place, None, False, {})
    if isinstance(value, Mapping):
        parts = {
            _key(key): located_value(part, place, problems, depth + 1)
            for key, part in value.items()
        }
        return Located(parts, place, None, False, {})
    items = [located_value(part, place, problems, depth + 1) for part in value]
    return Located(items, place, None, False, {})


def _key(key: object) -> str:
    """Return a key; one that is no text cannot be the name of a fact, nor look like one."""
    return key if isinstance(key, str) else f"{type(key).__name__} {_text(key)}"


def _whole(value: int, place: Place, problems: Problems) -> Located:
    if abs(value) < 10**MAX_DIGITS:
        return Located(value, place, str(value), False, {})
    note_too_long(place, problems)
    return Located(None, place, None, False, {})


def _text(value: object) -> str:
    """Return a value of an unexpected type for a message; its `str` may be long, or may fail."""
    try:
        return str(value)[:MAX_SHOWN_NAME]
    except Exception:  # noqa: BLE001 - any class may be given
        return type(value).__name__


def _number(text: str, place: Place, problems: Problems) -> Located:
    try:
        value = parse_decimal(text)
        return Located(value, place, _shortest(value), False, {})
    except NumberError:
        if any(digit in text for digit in "0123456789"):
            note_too_long(place, problems)
        else:
            note_not_finite(text, place, problems)
        return Located(None, place, text, False, {})


def _written(value: Decimal) -> str:
    """Return a number in its shorter form: 0.25, or 1E-30; it is read if some text of it is."""
    if not value.is_finite():
        return str(value)
    return min(str(value), str(value.normalize(_ANY_DECIMAL)), key=len)


def _shortest(value: Decimal) -> str:
    """Return a number without trailing zeros: a column has the same number for all values."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _from_json(cell: JsonText, place: Place, problems: Problems) -> Located:
    try:
        return _moved(parse_json(cell.text, cell.name, MERCHANT_LIMITS), place)
    except InvalidInput as error:
        if {problem.code for problem in error.problems} <= {"SY104", "SY112"}:
            return Located(cell.text, place, cell.text, True, {})  # a text, where a list belongs
        problems.extend(replace(problem, place=place) for problem in error.problems)
        return Located(None, place, cell.text, False, {})


def _moved(located: Located, place: Place) -> Located:
    """Return a value with one place for all of its parts."""
    value = located.value
    if isinstance(value, dict):
        value = {key: _moved(part, place) for key, part in value.items()}
    elif isinstance(value, list):
        value = [_moved(part, place) for part in value]
    return replace(located, value=value, place=place, key_places={})


def facts_frame(
    merchants: Sequence[Merchant], facts: Mapping[str, FactDeclaration]
) -> pl.DataFrame:
    """Return merchants as facts in columns, a column for each fact that any of them gives."""
    columns = {
        "row": pl.Series([merchant.row for merchant in merchants], dtype=pl.Int64),
        "merchant": pl.Series([merchant.name for merchant in merchants], dtype=pl.String),
        "industry": pl.Series([merchant.industry for merchant in merchants], dtype=pl.String),
        "shop_type": pl.Series([merchant.shop_type for merchant in merchants], dtype=pl.String),
    }
    given = {name for merchant in merchants for name in merchant.facts}
    for name, fact in facts.items():
        if name in given:
            values = [_plain(fact, merchant.facts.get(name)) for merchant in merchants]
            columns[fact_column(name)] = pl.Series(values, dtype=column_type(fact))
    return pl.DataFrame(columns)


def _plain(fact: FactDeclaration, value: object) -> object:
    if not isinstance(value, tuple):
        return value
    names = [field.name for field in fact.fields]
    return [{name: record.get(name) for name in names} for record in value]
