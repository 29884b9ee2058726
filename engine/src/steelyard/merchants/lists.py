"""Columns of lists, as records of merchants are held."""

import polars as pl
import pyarrow as pa


def list_column(records: pl.Series, lengths: pl.Series) -> pl.Series:
    """Return a list for each length: the next so many records; null for a null length."""
    ends = pl.Series([0], dtype=pl.Int64).append(lengths.fill_null(0).cast(pl.Int64)).cum_sum()
    lists = pa.LargeListArray.from_arrays(
        ends.rechunk().to_arrow(),
        records.rechunk().to_arrow(),
        mask=lengths.is_null().rechunk().to_arrow(),
    )
    return pl.Series(pl.from_arrow(lists))
