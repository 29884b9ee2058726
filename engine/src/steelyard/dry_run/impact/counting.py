"""Counting pairs of integers in arrays, into exact counters."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_CELLS = 1 << 20  # up to so many cells, counting beats sorting


def count_pairs(first: Integers, second: Integers, into: Counter[tuple[int, int]]) -> None:
    """Count (first, second) of every position."""
    if not len(first):
        return
    low, least = int(first.min()), int(second.min())
    span = int(second.max()) - least + 1
    cells = (int(first.max()) - low + 1) * span
    codes = (first - low) * span + (second - least)
    if cells <= _CELLS:
        counts = np.bincount(codes, minlength=0)
        present = np.flatnonzero(counts)
        often = counts[present]
    else:
        present, often = np.unique(codes, return_counts=True)
    for code, n in zip(present.tolist(), often.tolist(), strict=True):
        into[code // span + low, code % span + least] += n


def count_flags(codes: Integers, flags: Flags, into: Counter[int]) -> None:
    """Count the codes where a flag is set."""
    counts = np.bincount(codes[flags])
    for code in np.flatnonzero(counts).tolist():
        into[code] += int(counts[code])
