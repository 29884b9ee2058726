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


def draw(row: pl.Expr, seed: int, name: str) -> pl.Expr:
    """Return a uniform whole number in [0, WHOLE) for each row (UInt64)."""
    start = int.from_bytes(sha256(f"{seed}:{name}".encode()).digest()[:8], "big")
    value = row.cast(pl.UInt64) * _unsigned(_STEP) + _unsigned(start)
    value = _mixed(value, 30) * _unsigned(_FIRST)
    value = _mixed(value, 27) * _unsigned(_SECOND)
    return _mixed(value, 31) // _unsigned(1 << (64 - BITS))


def _mixed(value: pl.Expr, shift: int) -> pl.Expr:
    return value ^ (value // _unsigned(1 << shift))


def _unsigned(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt64)


def happens(uniform: pl.Expr, share: int, whole: int) -> pl.Expr:
    """Return whether something happens that does for `share` of `whole` rows."""
    return uniform < _unsigned(share * WHOLE // whole)


Quantiles = Sequence[tuple[int, int]]  # (draw below WHOLE or equal to it, value), ascending


def quantile(uniform: pl.Expr, quantiles: Quantiles) -> pl.Expr:
    """Return the value at a draw, on straight lines between the quantiles (Int64)."""
    at = uniform.cast(pl.Int64)
    first, last = quantiles[0], quantiles[-1]
    result = pl.when(at < first[0]).then(pl.lit(first[1], pl.Int64))
    for (low, start), (high, end) in pairwise(quantiles):
        on_line = start + (at - low) * (end - start) // (high - low)
        result = result.when(at < high).then(on_line)
    return result.otherwise(pl.lit(last[1], pl.Int64))
