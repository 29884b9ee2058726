"""Who is to blame for a change: Shapley values, in integers.

The share of an edit in the change of one merchant is the mean, over all orders in which the edits
could be made, of what the score changes when this one is made. Over `n` edits that is a sum of
scores with integer weights, divided by n!: the shares are kept as integers over that one number, so
they add up to the change exactly, whatever the order in which edits are named.
(L. S. Shapley, "A value for n-person games", 1953.)
"""

from collections.abc import Sequence
from math import factorial

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


def denominator(blocks: int) -> int:
    """Return what shares over so many blocks are counted in: n!."""
    return factorial(blocks)


def weights(blocks: int) -> Integers:
    """Return the integer weight of every variant's score in the share of every block.

    Row: a block; column: a variant, whose bit 2**b says that block b is made. Each row sums to 0.
    """
    table = np.zeros((blocks, 1 << blocks), dtype=np.int64)
    for made in range(1 << blocks):
        size = made.bit_count()
        for block in range(blocks):
            if made >> block & 1:
                table[block, made] = factorial(size - 1) * factorial(blocks - size)
            else:
                table[block, made] = -factorial(size) * factorial(blocks - size - 1)
    return table


def shares(scores: Sequence[Integers], table: Integers, live: int) -> Integers:
    """Return every block's share in every merchant's change, over the denominator.

    `scores` has an array of scores for each column of `table`; `live` is the column of the live
    rules. Rows of the table sum to 0, so only differences from the live score count.
    """
    base = scores[live]
    result = np.zeros((table.shape[0], len(base)), dtype=np.int64)
    for column, score in enumerate(scores):
        change = score - base
        if column != live and change.any():
            result += table[:, column, None] * change
    return result
