"""Parquet and CSV files as frames of a bounded number of rows."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Literal

import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.merchants.columns.sources import Source, unreadable
from steelyard.model.limits import MAX_LINE_BYTES, MAX_RAGGED_ROWS

_TOO_LONG = "straddl"  # in what Arrow says of a row that is longer than a block


def csv_frames(source: Source, rows: int, columns: Sequence[str] | None) -> Iterator[pl.DataFrame]:
    """Iterate over a file's rows, as texts, so many at a time; an empty cell is null.

    Raises `InvalidInput`: SY103 unless it is UTF-8, SY606 for a duplicate column, SY102
    for a row that is too long, SY117 for rows without a cell for each column.
    """
    names, is_all = _header(source)
    wanted = names if columns is None else [name for name in columns if name in names]
    schema = dict.fromkeys(wanted, pl.String())
    if is_all:
        yield pl.DataFrame(schema=schema)
        return
    any_rows = False
    for frame in _blocks(source, names, wanted):
        any_rows = True
        yield from frame.iter_slices(rows)
    if not any_rows:
        yield pl.DataFrame(schema=schema)


def _header(source: Source) -> tuple[list[str], bool]:
    """Return the names of the columns, and whether nothing follows them."""
    place = Place(source.name)
    with source.path.open("rb") as file:
        line = file.readline(MAX_LINE_BYTES)
        is_all = not file.read(1) and not line.endswith((b"\n", b"\r"))
    try:
        text = line.decode("utf-8-sig")
        names = next(csv.reader(io.StringIO(text, newline="")), [])
    except UnicodeDecodeError:
        what = "the line is not UTF-8 text"
        raise InvalidInput([Problem("SY103", what, place)]) from None
    except csv.Error as error:
        what = f"the file is not readable as csv: {error}"
        raise InvalidInput([Problem("SY117", what, place)]) from None
    if not names:
        what = "the file is not readable as csv: its first line names no columns"
        raise InvalidInput([Problem("SY117", what, place)])
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput(
            Problem(
                "SY606",
                f"the column {name[:80]!r} stands several times in the header",
                place,
                expected="every fact once",
                fix="remove all but one",
            )
            for name in twice
        )
    return names, is_all


def _blocks(source: Source, names: list[str], wanted: list[str]) -> Iterator[pl.DataFrame]:
    ragged: list[Problem] = []

    def note(row: pa_csv.InvalidRow) -> Literal["skip", "error"]:
        place = Place(source.name, row.number or 1)
        what = (
            f"row {place.line - 1} has {_cells(row.actual_columns)}, "
            f"the header has {_cells(row.expected_columns)}"
        )
        expected = "a cell for each column, empty if nothing is known"
        fix = "see whether the file was cut off, or a text with commas lacks its quotes"
        ragged.append(Problem("SY117", what, place, expected, fix))
        return "skip" if len(ragged) < MAX_RAGGED_ROWS else "error"

    with source.path.open("rb") as file:
        try:
            reader = pa_csv.open_csv(
                pa.PythonFile(_Checked(file, source), "r"),
                # one thread, so that rows have numbers
                read_options=pa_csv.ReadOptions(use_threads=False, block_size=MAX_LINE_BYTES),
                parse_options=pa_csv.ParseOptions(
                    newlines_in_values=True, invalid_row_handler=note
                ),
                convert_options=pa_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    include_columns=wanted,
                    null_values=[""],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                ),
            )
            for batch in reader:
                if ragged:
                    break
                if batch.num_rows:
                    yield pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch])))
        except pa.ArrowInvalid as error:
            if _TOO_LONG in str(error):
                what = f"a row has more than {MAX_LINE_BYTES:,} bytes"
                fix = "see whether a quote is not closed"
                raise InvalidInput([Problem("SY102", what, Place(source.name), fix=fix)]) from None
            if not ragged:
                raise
    if ragged:
        raise InvalidInput(ragged)


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


class _Checked(io.RawIOBase):
    """A file's bytes as they are read; refused if they are not UTF-8, or a quote is not closed."""

    def __init__(self, file: BinaryIO, source: Source) -> None:
        self._file = file
        self._source = source
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._line = 1
        self._quotes = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        if not (block.isascii() and block) or self._decoder.getstate()[0]:
            self._check_text(block)
        self._line += block.count(b"\n")
        self._quotes += block.count(b'"')
        if not block and self._quotes % 2:
            what = "the file is not readable as csv: a quote is not closed"
            raise InvalidInput([Problem("SY117", what, Place(self._source.name))])
        return block

    def _check_text(self, block: bytes) -> None:
        try:
            self._decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            line = self._line + error.object[: error.start].count(b"\n")
            what = "the line is not UTF-8 text"
            raise InvalidInput([Problem("SY103", what, Place(self._source.name, line))]) from None


def frames(
    source: Source, rows: int, columns: Sequence[str] | None = None
) -> Iterator[pl.DataFrame]:
    """Iterate over a file's rows in order, at least one frame (of no rows, if the file has none).

    Raises `InvalidInput` SY117 for a file of another format than its ending, and as `csv_frames`.
    """
    read = _parquet if source.format == "parquet" else csv_frames
    try:
        yield from read(source, rows, columns)
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError) as error:
        raise unreadable(source, error) from None


def _parquet(source: Source, rows: int, columns: Sequence[str] | None) -> Iterator[pl.DataFrame]:
    with pq.ParquetFile(source.path, pre_buffer=False, buffer_size=1 << 20) as file:
        names = file.schema_arrow.names
        _check_schema(source, file.schema_arrow)
        wanted = None if columns is None else [name for name in columns if name in names]
        any_rows = False
        for batch in file.iter_batches(rows, columns=wanted):
            if batch.num_rows:
                any_rows = True
                yield pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch])))
        if not any_rows:
            yield pl.DataFrame(pl.from_arrow(file.schema_arrow.empty_table()))


def _check_schema(source: Source, schema: pa.Schema) -> None:
    """Raise `InvalidInput` for duplicate columns and for types that no frame can hold."""
    problems: list[Problem] = []
    place = Place(source.name)
    for name in sorted({name for name in schema.names if schema.names.count(name) > 1}):
        what = f"the column {name[:80]!r} stands several times"
        fix = "remove all but one"
        problems.append(Problem("SY606", what, place, "every fact once", fix))
    for field in schema:
        if _has_long_decimals(field.type):
            what = f"the column {field.name[:80]} holds values of the type {field.type}"
            expected = "decimals of at most 38 digits"
            problems.append(Problem("SY604", what, place, expected))
    if problems:
        raise InvalidInput(problems)


def _has_long_decimals(kind: pa.DataType) -> bool:
    inner = [kind.field(number).type for number in range(kind.num_fields)]
    return pa.types.is_decimal256(kind) or any(map(_has_long_decimals, inner))
