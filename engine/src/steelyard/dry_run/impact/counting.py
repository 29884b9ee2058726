"""Counting combinations of integers in arrays, exactly."""

from collections import Counter
from math import prod

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_MAX_CELLS = 1 << 20  # up to this number of cells, counting is faster than sorting
_SAFE = 2**62


def count_rows(counter: Counter[tuple[int, ...]], *columns: Integers) -> None:
    """Add to a counter the number of rows with each combination of values.

    The columns have the same length; the keys have a value of each column.
    """
    if not len(columns[0]):
        return
    lows = [int(column.min()) for column in columns]
    spans = [int(column.max()) - low + 1 for column, low in zip(columns, lows, strict=True)]
    offsets = tuple(column - low for column, low in zip(columns, lows, strict=True))
    codes = np.ravel_multi_index(offsets, spans)
    if prod(spans) <= _MAX_CELLS:
        counts = np.bincount(codes)
        present = np.flatnonzero(counts)
        counts = counts[present]
    else:
        present, counts = np.unique(codes, return_counts=True)
    parts = np.unravel_index(present, spans)
    values = [(part + low).tolist() for part, low in zip(parts, lows, strict=True)]
    for key, rows in zip(zip(*values, strict=True), counts.tolist(), strict=True):
        counter[key] += rows


def exact_sum(values: Integers) -> int:
    """Return the sum of integers, which may be larger than 64 bits."""
    if not len(values):
        return 0
    largest = max(abs(int(values.max())), abs(int(values.min())))
    return int(values.sum()) if largest * len(values) < _SAFE else sum(values.tolist())
