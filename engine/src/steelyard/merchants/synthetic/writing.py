"""Files of sampled merchants, written whole or not at all."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path

import orjson
import polars as pl
import pyarrow.parquet as pq

from steelyard.formats.files import AtomicFiles, format_of
from steelyard.formats.workbooks import open_sheet


def write_sample(frames: Iterable[pl.DataFrame], path: Path, reads: Iterable[Path] = ()) -> int:
    """Write raw merchants in the format of the path's ending; return how many there are.

    `reads` are the files that they were drawn from. Raises `InvalidInput`: SY701 for an unknown
    ending and for one of these files, SY116 if the file cannot be written.
    """
    form = format_of(path)
    rows = 0
    with ExitStack() as stack:
        file = stack.enter_context(AtomicFiles(reads)).open(path)
        sheet = stack.enter_context(open_sheet(str(path))) if form == "xlsx" else None
        parquet: pq.ParquetWriter | None = None
        try:
            for number, frame in enumerate(frames):
                rows += frame.height
                cells = pl.DataFrame([_cells(column) for column in frame])
                if sheet is not None:
                    sheet.write([] if number else [cells.columns])
                    sheet.write(cells.iter_rows())
                elif form == "csv":
                    cells.write_csv(file, include_header=number == 0)
                elif form == "jsonl":
                    file.writelines(json_lines(frame))
                else:
                    table = frame.to_arrow()
                    if parquet is None:
                        parquet = pq.ParquetWriter(file, table.schema, compression="zstd")
                    parquet.write_table(table.cast(parquet.schema))
        finally:
            if parquet is not None:
                parquet.close()  # before the file is, however this ends
        if sheet is not None:
            file.write(sheet.close())
    return rows


def _cells(column: pl.Series) -> pl.Series:
    """Return records as JSON arrays; other columns as they are."""
    if not isinstance(column.dtype, pl.List):
        return column
    texts = [None if records is None else _json(records).decode() for records in column.to_list()]
    return pl.Series(column.name, texts, dtype=pl.String)


def json_lines(frame: pl.DataFrame) -> Iterator[bytes]:
    """Yield one JSON object per merchant, as a line without its absent facts."""
    for row in frame.iter_rows(named=True):
        given = {name: value for name, value in row.items() if value is not None}
        yield _json(given) + b"\n"


def _json(value: object) -> bytes:
    """Return JSON in which decimals keep their digits."""
    return orjson.dumps(value, default=_number)


def _number(value: Decimal) -> orjson.Fragment:
    return orjson.Fragment(format(value, "f"))
