"""A reader of tables: rows of declared columns from CSV, Parquet, JSON, JSON Lines or YAML.

Every row ends in exactly one place: read, or rejected with every reason.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from steelyard.errors import InvalidInput, Place, Problem, Problems, suggest
from steelyard.formats import MERCHANT_LIMITS, Located, read_document
from steelyard.formats.located import NO_KEYS
from steelyard.formats.scalars import resolve_plain
from steelyard.formats.texts import read_text
from steelyard.formats.validation import describe as describe_located
from steelyard.merchants.rows.values import WrongValue, read_value
from steelyard.model.facts import Declaration, FieldDeclaration
from steelyard.model.frozen import frozen
from steelyard.model.limits import MAX_FILE_PROBLEMS, MAX_SHOWN_NAME
from steelyard.model.texts import Text

HEADER, VALUE, DUPLICATE = "SY840", "SY841", "SY842"
FORMATS = (".csv", ".parquet", ".jsonl", ".ndjson", ".json", ".yaml", ".yml")

Raw = tuple[int, Place, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name and how to read a value of it.

    `read` takes the name and the value, and raises `WrongValue`. `text` is true if a cell of CSV
    is not a number.
    """

    name: str
    read: Callable[[str, Located], Any]
    required: bool = False
    text: bool = True


@frozen
class Row:
    """A row that was read: its number, the place, and its values by column without empty ones."""

    id: str
    number: int
    place: Place
    values: Mapping[str, Any]


@frozen
class RejectedRow:
    """A row that was rejected, with every reason; `id` is None if it could not be read."""

    id: str | None
    number: int
    problems: tuple[Problem, ...]


@frozen
class Table:
    """Every row of a file, in exactly one of `rows` and `rejects`."""

    rows: tuple[Row, ...]
    rejects: tuple[RejectedRow, ...]

    @property
    def size(self) -> int:
        """The number of rows that were read."""
        return len(self.rows) + len(self.rejects)


def declared(declaration: Declaration, *, required: bool | None = None) -> Column:
    """Return the column of a declared fact or field."""
    fact = declaration.name if isinstance(declaration, FieldDeclaration) else declaration.id

    def read(name: str, located: Located) -> Any:  # noqa: ANN401 - of any type
        return read_value(name, located, declaration)

    text = declaration.type in ("id", "enum", "date")
    return Column(fact, read, declaration.required if required is None else required, text)


def identity(name: str) -> Column:
    """Return a required column with an opaque text."""
    return declared(FieldDeclaration(name, "id", Text(name, name)))


def names(located: Located) -> tuple[str, ...] | None:
    """Return a list of names, or the names of a text that `|` separates; None for anything else."""
    if isinstance(located.value, list):
        parts = [part.value for part in located.value]
    elif isinstance(located.value, str):
        parts = located.value.split("|")
    else:
        return None
    if not all(isinstance(part, str) and part.strip().isprintable() for part in parts):
        return None
    return tuple(sorted({str(part).strip() for part in parts} - {""}))


def wrong(name: str, located: Located, expected: str, fix: str | None = None) -> WrongValue:
    """Return the problem of a value that its column does not allow."""
    what = f"{name} is {describe_located(located)}"
    return WrongValue(Problem(VALUE, what, located.place, expected, fix))


def read_table(path: Path, columns: Sequence[Column], *, noun: str, keys: int = 1) -> Table:
    """Read a file whose rows are each a `noun`; the first column, or `keys`, identify a row.

    Raises `InvalidInput`: SY1xx for an unreadable file, SY840 for a header with an unknown column
    or without a required one. Rows with the same id are all rejected (SY842).
    """
    key = tuple(column.name for column in columns[:keys])
    reader = _RowReader({column.name: column for column in columns}, key, noun)
    found = [reader.read(*raw) for raw in _raw_rows(path, reader)]
    return reject_repeated(found, " and ".join(key))


def reject_repeated(found: Iterable[Row | RejectedRow], key: str) -> Table:
    """Return a table of rows in which every row whose id another row has is rejected."""
    listed = list(found)
    rows: dict[str, list[int]] = {}
    for one in listed:
        if one.id is not None:
            rows.setdefault(one.id, []).append(one.number)
    kept: list[Row] = []
    rejects: list[RejectedRow] = []
    for one in listed:
        numbers = rows[one.id] if one.id is not None else [one.number]
        problems = one.problems if isinstance(one, RejectedRow) else ()
        if len(numbers) > 1:
            others = [str(number) for number in numbers if number != one.number]
            what = f"{key} {one.id!r} is also in row {', '.join(others[:3])}"
            place = one.place if isinstance(one, Row) else one.problems[0].place
            fix = "remove or rename all but one"
            problems = (Problem(DUPLICATE, what, place, f"every {key} once", fix), *problems)
        if problems:
            rejects.append(RejectedRow(one.id, one.number, problems))
        else:
            assert isinstance(one, Row)
            kept.append(one)
    return Table(tuple(kept), tuple(rejects))


class _RowReader:
    """A reader of the rows of one file; equal texts of a column are read once."""

    def __init__(self, columns: Mapping[str, Column], key: tuple[str, ...], noun: str) -> None:
        self.columns = columns
        self.key = key
        self.noun = noun
        self._known: dict[tuple[str, str], Any] = {}

    def read(self, number: int, place: Place, cells: Mapping[str, Any]) -> Row | RejectedRow:
        problems = Problems()
        problems.extend(self.unknown(name, place) for name in cells if name not in self.columns)
        values: dict[str, Any] = {}
        for name, column in self.columns.items():
            cell = cells.get(name)
            if cell is None or (isinstance(cell, Located) and cell.value is None):
                if column.required:
                    what = f"the {self.noun} has no {name}"
                    problems.add(HEADER, what, place, expected=f"a value of {name}")
                continue
            try:
                values[name] = self._value(column, cell, place)
            except WrongValue as error:
                problem = error.problem
                at = problem.place or place
                problems.add(VALUE, problem.what, at, expected=problem.expected, fix=problem.fix)
        known = all(name in values for name in self.key)
        row_id = ", ".join(values[name] for name in self.key) if known else None
        if problems.found or row_id is None:
            return RejectedRow(row_id, number, tuple(problems.found))
        return Row(row_id, number, place, values)

    def unknown(self, name: str, place: Place) -> Problem:
        """Return the problem of a column that nobody declares."""
        shown = name[:MAX_SHOWN_NAME]
        fix = suggest(shown, self.columns) or "remove the column"
        expected = f"one of {', '.join(self.columns)}"
        return Problem(HEADER, f"unknown column {shown!r}", place, expected, fix)

    def _value(self, column: Column, cell: Any, place: Place) -> Any:  # noqa: ANN401 - of any type
        if isinstance(cell, Located):
            return column.read(column.name, cell)
        if not isinstance(cell, str):
            return column.read(column.name, _located(cell, place))
        key = (column.name, cell)
        if key not in self._known:
            value: Any = cell if column.text else resolve_plain(cell, place, Problems())
            self._known[key] = column.read(column.name, Located(value, place, cell, False, NO_KEYS))
        return self._known[key]


def _located(value: Any, place: Place) -> Located:  # noqa: ANN401 - of any type
    """Return a value of a library as one of a document, with exact numbers."""
    if isinstance(value, float):
        value = Decimal(repr(value))
    elif isinstance(value, datetime):
        value = value.isoformat(timespec="minutes")
    elif isinstance(value, date):
        value = value.isoformat()
    elif isinstance(value, list | tuple):
        parts: Any = [_located(part, place) for part in value]
        return Located(parts, place, None, False, NO_KEYS)
    return Located(value, place, str(value), isinstance(value, str), NO_KEYS)


def _raw_rows(path: Path, reader: _RowReader) -> Iterator[Raw]:
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        what = f"{path.name} is not a table that can be read"
        raise InvalidInput([Problem("SY117", what, Place(str(path)), ", ".join(FORMATS))])
    if suffix == ".parquet":
        return _parquet_rows(path, reader)
    if suffix == ".csv":
        return _csv_rows(path, reader)
    return _line_rows(path) if suffix in (".jsonl", ".ndjson") else _document_rows(path)


def _check_header(header: Sequence[str], place: Place, reader: _RowReader) -> None:
    problems = Problems()
    problems.extend(reader.unknown(name, place) for name in header if name not in reader.columns)
    for name in dict.fromkeys(name for name in header if header.count(name) > 1):
        problems.add(HEADER, f"the column {name!r} is there twice", place, fix="remove one")
    for column in reader.columns.values():
        if column.required and column.name not in header:
            what = f"the file has no column {column.name!r}"
            fix = suggest(column.name, [name for name in header if name not in reader.columns])
            expected = f"the columns {', '.join(reader.columns)}"
            problems.add(HEADER, what, place, expected=expected, fix=fix)
    problems.raise_any()


def _csv_rows(path: Path, reader: _RowReader) -> Iterator[Raw]:
    try:
        yield from _parsed_csv(path, reader)
    except csv.Error as error:
        what = f"the file is not well-formed CSV: {error}"
        raise InvalidInput([Problem("SY117", what, Place(path.as_posix()))]) from None


def _parsed_csv(path: Path, reader: _RowReader) -> Iterator[Raw]:
    name = path.as_posix()
    lines = csv.reader(io.StringIO(read_text(path, name, MERCHANT_LIMITS), newline=""))
    header = [cell.strip() for cell in next(lines)]
    _check_header(header, Place(name), reader)
    problems = Problems()
    number, line = 0, lines.line_num
    for cells in lines:
        place, line = Place(name, line + 1), lines.line_num
        if not cells:
            continue
        number += 1
        if len(cells) != len(header):
            what = f"row {number} has {len(cells)} cells, the header has {len(header)} cells"
            problems.add("SY117", what, place, expected="a cell for each column")
            if len(problems.found) >= MAX_FILE_PROBLEMS:
                break
            continue
        filled = zip(header, cells, strict=True)
        yield number, place, {key: cell for key, cell in filled if cell.strip()}
    problems.raise_any()


def _parquet_rows(path: Path, reader: _RowReader) -> Iterator[Raw]:
    import polars as pl

    name = path.as_posix()
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        what = "there is no such file" if isinstance(error, FileNotFoundError) else "not Parquet"
        code = "SY101" if isinstance(error, FileNotFoundError) else "SY117"
        raise InvalidInput([Problem(code, what, Place(name), "a Parquet file")]) from None
    _check_header(frame.columns, Place(name), reader)
    for number, row in enumerate(frame.iter_rows(named=True), 1):
        filled = {key: cell for key, cell in row.items() if cell is not None and cell != ""}
        yield number, Place(name, number), filled


def _line_rows(path: Path) -> Iterator[Raw]:
    name = path.as_posix()
    number = 0
    for line, text in enumerate(read_text(path, name, MERCHANT_LIMITS).splitlines(), 1):
        if not text.strip():
            continue
        number += 1
        row: Any = None
        with suppress(ValueError):
            row = json.loads(text, parse_float=Decimal)
        if not isinstance(row, dict):
            what = "the line is not a JSON object"
            raise InvalidInput([Problem("SY112", what, Place(name, line), "one row a line")])
        yield number, Place(name, line), row


def _document_rows(path: Path) -> Iterator[Raw]:
    document = read_document(path, limits=MERCHANT_LIMITS)
    if not isinstance(document.value, list):
        what = f"the file is {describe_located(document)}"
        raise InvalidInput([Problem(HEADER, what, document.place, "a list of rows")])
    for number, entry in enumerate(document.value, 1):
        if not isinstance(entry.value, dict):
            what = f"the row is {describe_located(entry)}"
            raise InvalidInput([Problem(HEADER, what, entry.place, "a mapping of columns")])
        yield number, entry.place, entry.value
