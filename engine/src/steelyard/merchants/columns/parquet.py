"""Parquet files as frames. A small file can stand for a huge population, so its size is bounded."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import FileIO
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from steelyard.errors import InvalidInput, Place, Problem, Problems
from steelyard.merchants.columns.headers import column_problems
from steelyard.merchants.columns.unpacking import (
    FIX,
    rows_limit,
    too_large,
    too_many_rows,
    unpacked_limit,
)
from steelyard.model.limits import (
    MAX_CELL_BYTES,
    MAX_RECORDS_A_BYTE,
    MAX_RECORDS_A_ROW,
    MIN_ROWS_LIMIT,
)

_TEXTS = (pa.string(), pa.large_string(), pa.binary(), pa.large_binary())
_BUFFER = 1 << 20
_AT_ONCE = 8_192  # rows that are decoded before their size is known
_TABLE_BYTES = 1 << 28
_NO_BUFFER = 256  # bytes: of a file of which only the footer is read


def parquet_frames(
    path: Path, name: str, rows: int, columns: Sequence[str] | None
) -> Iterator[pl.DataFrame]:
    """Yield a file's rows in frames of at most `rows` rows.

    Raises `InvalidInput`: SY606 for a duplicate column, SY604 for a type that no frame can hold,
    SY103 for text that is not UTF-8, SY102 and SY115 for more than the limits.
    """
    with _opened(path, name) as plain:
        schema = plain.schema_arrow
        problems = [
            *column_problems(schema.names, Place(name)),
            *_type_problems(schema, name),
            *size_problems(path, name),
        ]
        if problems:
            raise InvalidInput(problems)
        texts = _text_columns(schema)
    wanted = None if columns is None else [column for column in columns if column in schema.names]
    any_rows = False
    # as dictionaries, a long text takes its space once, however many rows repeat it
    with _opened(path, name, texts) as file:
        for table in _tables(file, rows, wanted, name):
            any_rows = True
            yield pl.DataFrame(pl.from_arrow(table))
    if not any_rows:
        yield pl.DataFrame(pl.from_arrow(schema.empty_table()))


def _opened(
    source: Path | FileIO, name: str, dictionaries: Sequence[str] = (), buffer: int = _BUFFER
) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(
            source, pre_buffer=False, buffer_size=buffer, read_dictionary=list(dictionaries)
        )
    except UnicodeDecodeError:
        what = "the name of a column is not UTF-8 text"
        raise InvalidInput([Problem("SY103", what, Place(name))]) from None


def _type_problems(schema: pa.Schema, name: str) -> list[Problem]:
    problems = Problems()
    for field in schema:
        if _has_long_decimals(field.type):
            what = f"the column {field.name[:80]} has values of the type {field.type}"
            expected = "decimals of at most 38 digits"
            problems.add("SY604", what, Place(name), expected=expected)
    return problems.found


def _has_long_decimals(kind: pa.DataType) -> bool:
    inner = [kind.field(number).type for number in range(kind.num_fields)]
    return pa.types.is_decimal256(kind) or any(map(_has_long_decimals, inner))


def size_problems(path: Path, name: str) -> list[Problem]:
    """Return the problems of a file that holds more than its size can explain.

    Raises `InvalidInput` SY103 for a name of a column that is not UTF-8, and the errors of PyArrow
    for a footer that contradicts itself.
    """
    size, place = path.stat().st_size, Place(name)
    with _Footer(path) as source:
        file = _opened(source, name, buffer=_NO_BUFFER)
        metadata = file.metadata
        if metadata.num_rows > rows_limit(size):
            return list(too_many_rows(name, size, f"{metadata.num_rows:,} rows").problems)
        nested = _nested(metadata)
        if nested:
            source.only_footer = True
            _check_columns(file, [metadata.schema.column(at).path for at in nested])
    content, records = 0, Counter[int]()
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        content += group.total_byte_size
        for at in nested:
            values = group.column(at).num_values
            if values > MIN_ROWS_LIMIT + group.num_rows * MAX_RECORDS_A_ROW:
                column = metadata.schema.column(at).path[:80]
                what = f"{column} has {values:,} values in {group.num_rows:,} rows"
                expected = f"at most {MAX_RECORDS_A_ROW:,} records a row"
                return [Problem("SY115", what, place, expected)]
            records[at] += values
    most = max(MIN_ROWS_LIMIT, size * MAX_RECORDS_A_BYTE)
    for at, values in records.items():
        if values > most:
            column = metadata.schema.column(at).path[:80]
            what = f"{column} has {values:,} values in the file of {size:,} bytes"
            return [Problem("SY115", what, place, f"at most {most:,} values", FIX)]
    return list(too_large(name, size).problems) if content > unpacked_limit(size) else []


class _DataReadError(Exception):
    """The end of a reading that has come to more than the footer."""


class _Footer(FileIO):
    """A Parquet file that can be told to give no byte more than its footer."""

    only_footer = False

    def read(self, size: int | None = -1) -> bytes:
        if self.only_footer:
            raise _DataReadError
        return super().read(size)


def _check_columns(file: pq.ParquetFile, columns: list[str]) -> None:
    """Raise an error of PyArrow where the footer's words on columns contradict each other.

    PyArrow 26 ends the process for that when it is asked for a column of the footer, as nothing
    there catches errors of the C++ library. It catches them where rows are read, before it reads
    the first byte.
    """
    for number in range(file.num_row_groups):
        with suppress(_DataReadError):
            next(file.iter_batches(1, [number], columns, use_threads=False), None)


def _nested(metadata: pq.FileMetaData) -> list[int]:
    schema = metadata.schema
    return [at for at in range(len(schema)) if schema.column(at).max_repetition_level]


def _text_columns(schema: pa.Schema) -> list[str]:
    """Return the columns of texts; those inside of lists cannot be read as dictionaries."""
    return [field.name for field in schema if field.type in _TEXTS]


def _tables(
    file: pq.ParquetFile, rows: int, columns: Sequence[str] | None, name: str
) -> Iterator[pa.Table]:
    """Yield tables of plain texts, of at most `rows` rows each and of a bounded size."""
    held: list[pa.Table] = []
    count = size = row = 0
    for batch in file.iter_batches(min(rows, _AT_ONCE), columns=columns):
        if not batch.num_rows:
            continue
        table = pa.Table.from_batches([batch])
        _check_texts(table, name, row)
        table = table.cast(pa.schema([one.with_type(_plain(one.type)) for one in table.schema]))
        table.validate(full=True)  # texts are UTF-8
        row += table.num_rows
        if held and (count + table.num_rows > rows or size > _TABLE_BYTES):
            yield pa.concat_tables(held)
            held, count, size = [], 0, 0
        held.append(table)
        count, size = count + table.num_rows, size + table.nbytes
    if held:
        yield pa.concat_tables(held)


def _check_texts(table: pa.Table, name: str, row: int) -> None:
    """Raise `InvalidInput` SY115 for a text that no fact can have."""
    for field, column in zip(table.schema, table.columns, strict=True):
        if not pa.types.is_dictionary(field.type) or field.type.value_type not in _TEXTS:
            continue
        for chunk in column.chunks:
            lengths = pc.call_function("binary_length", [chunk.dictionary])
            longest = pc.call_function("max", [lengths]).as_py() or 0
            if longest > MAX_CELL_BYTES:
                what = f"the column {field.name[:80]} has a text of {longest:,} bytes"
                expected = f"at most {MAX_CELL_BYTES:,} bytes"
                raise InvalidInput([Problem("SY115", what, Place(name, row + 1), expected)])


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return kind.value_type
    if pa.types.is_list(kind):
        return pa.list_(_plain(kind.value_type))
    if pa.types.is_large_list(kind):
        return pa.large_list(_plain(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_plain(field.type)) for field in kind])
    return kind
