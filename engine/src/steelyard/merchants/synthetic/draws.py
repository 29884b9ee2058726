"""Draws: for every row a number that depends on a seed, a name and the row, and on nothing else.

Integers only: a mixing function in the manner of splitmix64 (Steele, Lea and Flood, 2014) on 64
bits that wrap, so that machines, libraries and sizes of batches make no difference.
"""

from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise

import polars as pl

BITS = 32
WHOLE = 1 << BITS  # a draw is uniform in [0, WHOLE)

_STEP, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_SAFE = 1 << 62

Quantiles = Sequence[tuple[int, int]]  # (draw below WHOLE or equal to it, value), ascending


def draw(row: pl.Series, seed: int, name: str) -> pl.Series:
    """Return a uniform whole number in [0, WHOLE) for each row (UInt64)."""
    start = int.from_bytes(sha256(f"{seed}:{name}".encode()).digest()[:8], "big")
    value = row.cast(pl.UInt64) * _unsigned(_STEP) + _unsigned(start)
    value = _mixed(value, 30) * _unsigned(_FIRST)
    value = _mixed(value, 27) * _unsigned(_SECOND)
    return _mixed(value, 31) // _unsigned(1 << (64 - BITS))


def _mixed(value: pl.Series, shift: int) -> pl.Series:
    return value ^ (value // _unsigned(1 << shift))


def _unsigned(value: int) -> pl.Series:
    return pl.Series([value], dtype=pl.UInt64)


def happens(uniform: pl.Series, share: int, whole: int) -> pl.Series:
    """Return whether something happens that does for `share` of `whole` rows."""
    return uniform < share * WHOLE // whole


def turned(uniform: pl.Series) -> pl.Series:
    """Return the draw from the other end."""
    return _unsigned(WHOLE - 1) - uniform


def chosen(uniform: pl.Series, weights: Sequence[int]) -> pl.Series:
    """Return an index for each row, each as often as its weight says (UInt32)."""
    index = pl.zeros(len(uniform), dtype=pl.UInt32, eager=True)
    below = 0
    for weight in weights[:-1]:
        below += weight
        index += (uniform >= below * WHOLE // sum(weights)).cast(pl.UInt32)
    return index


def quantile(uniform: pl.Series, quantiles: Quantiles) -> pl.Series:
    """Return the value at a draw, on straight lines between the quantiles (Int64)."""
    at = uniform.cast(pl.Int64)
    value = pl.repeat(quantiles[0][1], len(uniform), dtype=pl.Int64, eager=True)
    for (low, start), (high, end) in pairwise(quantiles):
        if start == end:
            continue
        width, rise = high - low, end - start
        along = at - low if low else at
        if low or high < WHOLE:
            along = along.clip(0, width)
        if abs(rise) * width < _SAFE:
            value += along * rise // width
        else:  # the same in two steps that fit in 64 bits
            steps, rest = divmod(rise, width)
            rests = along.cast(pl.UInt64) * _unsigned(rest) // _unsigned(width)
            value += along * steps + rests.cast(pl.Int64)
    return value


def kept(value: pl.Series, where: pl.Series) -> pl.Series:
    """Return values where something holds, elsewhere none."""
    return value.zip_with(where, absent(len(value), value.dtype))


def absent(rows: int, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """Return a column without values."""
    return pl.repeat(None, rows, dtype=dtype, eager=True)
