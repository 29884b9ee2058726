"""Parquet and CSV files as frames of a bounded number of rows."""

from collections.abc import Iterator, Sequence

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from steelyard.population.sources import Source, unreadable


def frames(
    source: Source, rows: int, columns: Sequence[str] | None = None
) -> Iterator[pl.DataFrame]:
    """Iterate over a file's rows in order, at least one frame (of no rows, if the file has none).

    Raises `InvalidInput` SY117 for a file that is not what its ending says.
    """
    read = _parquet if source.format == "parquet" else _csv
    try:
        yield from read(source, rows, columns)
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError) as error:
        raise unreadable(source, error) from None


def _parquet(source: Source, rows: int, columns: Sequence[str] | None) -> Iterator[pl.DataFrame]:
    with pq.ParquetFile(source.path, pre_buffer=False, buffer_size=1 << 20) as file:
        names = file.schema_arrow.names
        wanted = None if columns is None else [name for name in columns if name in names]
        any_rows = False
        for batch in file.iter_batches(rows, columns=wanted):
            if batch.num_rows:
                any_rows = True
                yield pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch])))
        if not any_rows:
            yield pl.DataFrame(pl.from_arrow(file.schema_arrow.empty_table()))


def _csv(source: Source, rows: int, columns: Sequence[str] | None) -> Iterator[pl.DataFrame]:
    lazy = pl.scan_csv(source.path, infer_schema=False)
    header = lazy.collect_schema()
    if columns is not None:
        lazy = lazy.select(name for name in columns if name in header)
    any_rows = False
    for frame in lazy.collect_batches(chunk_size=rows, maintain_order=True):
        if frame.height:
            any_rows = True
            yield frame
    if not any_rows:
        yield pl.DataFrame(schema=header)
