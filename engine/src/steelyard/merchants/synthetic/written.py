"""Conversion of sampled integers to the values that files hold."""

import polars as pl
import pyarrow as pa

from steelyard.merchants.synthetic.levels import Declaration

_EPOCH = 719_163  # the ordinal of 1970-01-01
_DIGITS = 18  # what a decimal of 64 bits surely holds


def as_written(value: pl.Series, one: Declaration) -> pl.Series:
    """Return scaled integers as decimals, ordinals as dates, indices as texts; others as is."""
    if one.type == "decimal":
        return _decimals(value, one)
    if one.type == "date":
        return (value - _EPOCH).cast(pl.Int32).cast(pl.Date)
    if one.type == "enum":
        return pl.Series(one.values, dtype=pl.String).gather(value)
    return value


def _decimals(value: pl.Series, one: Declaration) -> pl.Series:
    """Return decimals of the same digits: only the point moves."""
    if max(abs(one.low), abs(one.high)) >= 10**_DIGITS - 1:  # a fault lies one above the bound
        kind = pl.Decimal(38, one.decimals)
        texts = value.cast(pl.Decimal(38, 0)).cast(kind)
        return (texts / 10**one.decimals).cast(kind)
    array = value.rechunk().to_arrow()
    kind = pa.decimal64(_DIGITS, one.decimals)
    moved = pa.Array.from_buffers(kind, len(array), array.buffers(), offset=array.offset)
    decimals = pl.from_arrow(moved)
    assert isinstance(decimals, pl.Series)
    return decimals
