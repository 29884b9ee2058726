"""The contribution of every edit to a change: Shapley values, in integers.

The contribution of an edit to the change of one merchant is the mean, over all orders in which the
edits could be made, of the score's change when this edit is made. Over `n` edits that is a
sum of scores with integer weights, divided by n!. Contributions are kept as integers over that one
number, so they add up to the change exactly, whatever the order in which edits are named.
(L. S. Shapley, "A value for n-person games", 1953.)
"""

from collections.abc import Sequence
from math import factorial

import numpy as np

from steelyard.dry_run.impact.counting import Integers


def denominator(groups: int) -> int:
    """Return n!, the denominator of contributions for n groups of edits."""
    return factorial(groups)


def weights(groups: int) -> Integers:
    """Return the integer weight of every variant's score in the contribution of every group.

    A row is a group, a column a variant: bit 2**g of the column number is set if group g is made.
    Each row sums to 0.
    """
    table = np.zeros((groups, 1 << groups), dtype=np.int64)
    for made in range(1 << groups):
        size = made.bit_count()
        for group in range(groups):
            if made >> group & 1:
                table[group, made] = factorial(size - 1) * factorial(groups - size)
            else:
                table[group, made] = -factorial(size) * factorial(groups - size - 1)
    return table


def contributions(scores: Sequence[Integers], table: Integers, live: int) -> Integers:
    """Return every group's contribution to every merchant's change, over the denominator.

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
