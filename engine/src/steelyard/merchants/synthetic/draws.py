"""Draws of synthetic merchants: each depends only on a seed, a name and the row.

NumPy's Philox is a counter-based generator, so a batch may begin at any row. NumPy guarantees its
stream; see decision 0018.
"""

from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise
from math import isqrt

import numpy as np
import polars as pl

BITS = 32
DRAW_END = 1 << BITS  # a draw is uniform in [0, DRAW_END)

_BLOCK = 4  # numbers that Philox gives for a counter
_SAFE = 1 << 62
_WHOLE = 1000  # thousandths of a correlation, or of two weights together
_SUMMED = 20  # bits of a draw in a weighted sum

Quantiles = Sequence[tuple[int, int]]  # (draw up to and with DRAW_END, value), ascending


def draw(start: int, rows: int, seed: int, name: str) -> pl.Series:
    """Return a uniform whole number in [0, DRAW_END) for each row from `start` on (UInt64)."""
    key = int.from_bytes(sha256(f"{seed}:{name}".encode()).digest()[:16], "big")
    counter, skipped = divmod(start, _BLOCK)
    numbers = np.random.Philox(key=key, counter=counter).random_raw(skipped + rows)
    return pl.Series(np.right_shift(numbers[skipped:], np.uint64(64 - BITS)))


def has_chance(uniform: pl.Series, share: int, denominator: int) -> pl.Series:
    """Return a mask that is true for `share`/`denominator` of the draws."""
    return uniform < share * DRAW_END // denominator


def mirrored(uniform: pl.Series) -> pl.Series:
    """Return the draws counted from the other end."""
    return pl.Series([DRAW_END - 1], dtype=pl.UInt64) - uniform


def mixed(lead: pl.Series, alone: pl.Series, correlation: int) -> pl.Series:
    """Return uniform draws that follow `lead` with a correlation in thousandths, else `alone`.

    The sum of two uniform draws with the weights a and b has a trapezoid as its density; its
    distribution function makes the sum uniform again.
    """
    if correlation <= 0 or correlation >= _WHOLE:
        return lead if correlation > 0 else alone
    a = _WHOLE * correlation // (correlation + isqrt(_WHOLE**2 - correlation**2))
    b = _WHOLE - a
    small, big, one = min(a, b), max(a, b), 1 << _SUMMED
    first, second = (each.to_numpy().astype(np.int64) >> (BITS - _SUMMED) for each in (lead, alone))
    total = first * a + second * b
    # squares have 60 bits at most; the divisors bring all three parts to `BITS`
    per_square = 2 * a * b << (2 * _SUMMED - BITS)
    rising = total**2 // per_square
    level = ((2 * total - small * one) << (BITS - _SUMMED - 1)) // big
    falling = DRAW_END - 1 - (_WHOLE * one - total) ** 2 // per_square
    value = np.where(total < small * one, rising, np.where(total <= big * one, level, falling))
    return pl.Series(value.clip(0, DRAW_END - 1).astype(np.uint64))


def weighted_index(uniform: pl.Series, weights: Sequence[int]) -> pl.Series:
    """Return an index for each draw (UInt32); an index is as frequent as its weight."""
    index = pl.zeros(len(uniform), dtype=pl.UInt32, eager=True)
    below = 0
    for weight in weights[:-1]:
        below += weight
        index += (uniform >= below * DRAW_END // sum(weights)).cast(pl.UInt32)
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
        if low or high < DRAW_END:
            along = along.clip(0, width)
        if abs(rise) * width < _SAFE:
            value += along * rise // width
        else:  # the same in two steps that fit in 64 bits
            steps, rest = divmod(rise, width)
            rests = along.cast(pl.UInt64) * rest // width
            value += along * steps + rests.cast(pl.Int64)
    return value


def only_where(value: pl.Series, mask: pl.Series) -> pl.Series:
    """Return values where a mask is true, elsewhere null."""
    return value.zip_with(mask, nulls(len(value), value.dtype))


def nulls(rows: int, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """Return a column without values."""
    return pl.repeat(None, rows, dtype=dtype, eager=True)
