"""Parquet and CSV files as frames of a bounded number of rows."""

from collections.abc import Iterator, Sequence

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.merchants.columns.csv_text import csv_frames
from steelyard.merchants.columns.sources import Source, unreadable


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
