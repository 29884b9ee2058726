"""Columns of values parsed from JSON, and values of CSV cells.

A text is parsed fast if it has no number so long or so small that the row reader might refuse it,
and no duplicate key. A number with more digits than a double has still rounds to the same integer
(`columns`), but a double does not show whether it is whole. So a row is doubtful if it has such a
number, and a double for a fact that must be whole.
"""

from collections.abc import Sequence
from contextlib import suppress
from types import NoneType
from typing import Any

import orjson
import polars as pl

from steelyard.errors import Place, Problems
from steelyard.formats.scalars import resolve_plain
from steelyard.merchants.columns.columns import list_column
from steelyard.merchants.columns.rows import BrokenCell, JsonText
from steelyard.merchants.rows import MerchantSchema
from steelyard.model.facts import FactDeclaration

LABELS = ("merchant", "industry", "shop_type")

# at most 40 characters are read as a number: a sign, these digits, and an exponent of one digit
_REFUSED_NUMBER = r"[:\[,]\s*-?(?:[0-9.]{37}|[0-9.]+[eE][-+]?[0-9]{2})"
_LONG_NUMBER = r"[:\[,]\s*-?[0-9.]{16}"
_KEY = r'"\s*:'

Row = dict[str, Any]

_FORMS: dict[str, tuple[tuple[type, ...], type[pl.DataType]]] = {
    "bool": ((bool,), pl.Boolean),
    "int": ((int, float), pl.Float64),
    "decimal": ((int, float), pl.Float64),
    "date": ((str,), pl.String),
    "enum": ((str,), pl.String),
    "id": ((str,), pl.String),
}

BROKEN = "\0"  # begins a cell of a sheet without a value; no text of a file has it

TEXT_TYPES = ("enum", "date", "id")


def parse_fast(texts: pl.Series) -> list[Any]:
    """Return the object or list of every text that can be read fast, None for the others."""
    plain = ~texts.str.contains(_REFUSED_NUMBER)
    keys = texts.str.count_matches(_KEY)
    result: list[Any] = []
    for text, is_plain, count in zip(texts.to_list(), plain, keys, strict=True):
        value = None
        if is_plain:
            with suppress(orjson.JSONDecodeError):
                value = orjson.loads(text)
        # a key that is written twice is parsed once
        result.append(value if isinstance(value, dict | list) and _count(value) == count else None)
    return result


def long_numbers(texts: pl.Series) -> frozenset[int]:
    """Return the positions of the texts with a number of more digits than a double has."""
    return frozenset(texts.str.contains(_LONG_NUMBER).fill_null(False).arg_true())


def _count(value: Row | list[Any], depth: int = 8) -> int:
    """Return the number of keys in a value, including the keys of nested facts and records."""
    if isinstance(value, list):
        return sum(_count(record, depth) for record in value if type(record) is dict)
    total = len(value)
    for part in value.values():
        kind = type(part)
        if (kind is dict or kind is list) and depth:
            total += _count(part, depth - 1)
    return total


class Table:
    """Columns filled row by row; a value of a type that its fact never has makes a row doubtful."""

    def __init__(self, known: MerchantSchema, size: int, long: frozenset[int]) -> None:
        self.doubtful: set[int] = set()
        self._long = long
        self._rows = range(size)
        self._facts = known.declarations
        self._columns: dict[str, list[Any]] = {name: [None] * size for name in LABELS}
        self._sections = known.sections

    def add(self, position: int, row: Row, prefix: str = "") -> None:
        """Put the values of a row into their columns."""
        columns, facts = self._columns, self._facts
        nested = False
        for key, value in row.items():
            name = prefix + key
            column = columns.get(name)
            if column is None:
                if type(value) is dict and name in self._sections:
                    nested = True
                    self.add(position, value, f"{name}.")
                    continue
                if name not in facts:
                    self.doubtful.add(position)
                    continue
                column = columns[name] = [None] * len(self._rows)
            column[position] = value
        if nested and any("." in key for key in row):  # a fact may be given in both ways
            self.doubtful.add(position)

    def frame(self) -> pl.DataFrame:
        """Return the columns, with values that do not fit left out and their rows doubtful."""
        columns: dict[str, pl.Series] = {}
        for name, values in self._columns.items():
            fact = self._facts.get(name)
            if name in LABELS or fact is None:
                columns[name] = self._column(values, "id", self._rows)
            elif fact.type == "records":
                columns[name] = self.records(values, fact)
            else:
                columns[name] = self._column(values, fact.type, self._rows)
        return pl.DataFrame(columns)

    def _column(self, values: list[Any], kind: str, rows: Sequence[int]) -> pl.Series:
        """Return values of a type of facts; `rows` has the row of each value."""
        allowed, dtype = _FORMS[kind]
        types = {*map(type, values)}
        if not types <= {*allowed, NoneType}:
            for at, value in enumerate(values):
                if value is not None and type(value) not in allowed:
                    self.doubtful.add(rows[at])
                    values[at] = None
        if float in types and kind == "int" and self._long:
            pairs = zip(rows, values, strict=True)
            self.doubtful |= {row for row, value in pairs if type(value) is float} & self._long
        if dtype is pl.Float64 and float not in types:
            dtype = pl.Int64
        column = pl.Series(values, dtype=dtype, strict=False)
        if column.null_count() > values.count(None):  # whole numbers past 64 bits
            cells = zip(rows, values, column, strict=True)
            self.doubtful |= {row for row, value, cell in cells if cell is None is not value}
        return column

    def records(self, values: list[Any], fact: FactDeclaration) -> pl.Series:
        """Return a column of lists of records; lists that do not fit are left out and doubtful."""
        fields: dict[str, list[Any]] = {field.name: [] for field in fact.fields}
        rows: list[int] = []
        lengths: list[int | None] = [None] * len(values)
        for at, value in enumerate(values):
            if value is None:
                continue
            if type(value) is not list or not all(
                type(record) is dict and record.keys() <= fields.keys() for record in value
            ):
                self.doubtful.add(at)
                continue
            lengths[at] = len(value)
            rows += [at] * len(value)
            for name, column in fields.items():
                column += [record.get(name) for record in value]
        columns = {
            field.name: self._column(fields[field.name], field.type, rows) for field in fact.fields
        }
        return list_column(pl.DataFrame(columns).to_struct(), pl.Series(lengths, dtype=pl.Int64))


def cell_value(name: str, text: str, known: MerchantSchema) -> Any:  # noqa: ANN401 - any value of a row
    """Return the value of a cell: text, exact number, boolean, or a text to be read as JSON.

    A cell that does not fit its fact stays a text, and the row reader reports it.
    """
    if text.startswith(BROKEN):
        column, _, error = text.removeprefix(BROKEN).partition(":")
        return BrokenCell(int(column), error)
    fact = known.declarations.get(name)
    if fact is None or name in ("merchant", "industry", "shop_type") or fact.type in TEXT_TYPES:
        return text
    if fact.type == "records":
        return JsonText(name, text)
    problems = Problems()
    value = resolve_plain(text, Place(""), problems)
    if any(problem.code == "SY114" for problem in problems):
        return JsonText(name, text)  # a number past the limits, as in other formats
    return text if problems.found else value


def lists_of_records(frame: pl.DataFrame, known: MerchantSchema) -> tuple[pl.DataFrame, list[int]]:
    """Return a frame of cells with lists for cells of records, and the doubtful rows."""
    doubtful: set[int] = set()
    columns: list[pl.Series] = []
    for name, fact in known.declarations.items():
        if fact.type != "records" or not isinstance(frame.schema.get(name), pl.String):
            continue
        cells = frame[name]
        given = cells.is_not_null().arg_true()
        values: list[Any] = [None] * len(cells)
        for position, value in zip(given, parse_fast(cells.drop_nulls()), strict=True):
            if isinstance(value, list):
                values[position] = value
            else:
                doubtful.add(position)
        table = Table(known, len(cells), long_numbers(cells))
        columns.append(table.records(values, fact).alias(name))
        doubtful |= table.doubtful
    return frame.with_columns(columns), sorted(doubtful)
