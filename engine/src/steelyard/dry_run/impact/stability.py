"""The population stability index, the usual measure of how far a distribution moved.

sum over bins of (after − before) · ln(after / before), shares of merchants, over ten bins that hold
a tenth of the merchants each before the change. A score that a tenth of the merchants or more have
is a bin of its own: such merchants cannot move without leaving it. Below 0.1 is usually called
stable, above 0.25 a shift (N. Siddiqi, "Credit Risk Scorecards", 2006). The index judges a change
and is no part of a score; the logarithm is of correctly rounded decimals, so that every machine
gives the same six digits.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal

from steelyard.scorecard.model import Exact

BINS = 10
DECIMALS = 6
_CONTEXT = Context(prec=40, rounding=ROUND_HALF_EVEN)


def stability_index(before: Mapping[int, int], after: Mapping[int, int]) -> Exact | None:
    """Return the index of two distributions (value → merchants); None where one is empty.

    A bin that is empty on one side counts as half a merchant, as a logarithm of 0 does not exist.
    """
    if not before or not after:
        return None
    edges = _edges(before)
    index = Decimal(0)
    shares = [_shares(counts, edges) for counts in (before, after)]
    for one, other in zip(*shares, strict=True):
        ratio = _CONTEXT.divide(other, one)
        change = _CONTEXT.subtract(other, one)
        index = _CONTEXT.add(index, _CONTEXT.multiply(change, _CONTEXT.ln(ratio)))
    scaled = _CONTEXT.scaleb(index, DECIMALS).to_integral_value(rounding=ROUND_HALF_EVEN)
    return Exact(int(scaled), DECIMALS, None)


def _edges(before: Mapping[int, int]) -> list[int]:
    """Return the last value of each bin but the last one, ascending, each once."""
    total = sum(before.values())
    edges: list[int] = []
    seen, bins = 0, 0
    for value in sorted(before):
        is_common = before[value] * BINS >= total
        if is_common and (not edges or edges[-1] < value - 1):
            edges.append(value - 1)
        seen += before[value]
        if is_common or (seen * BINS // total > bins and seen < total):
            edges.append(value)
        bins = seen * BINS // total
    return edges


def _shares(counts: Mapping[int, int], edges: Sequence[int]) -> list[Decimal]:
    bins = [0] * (len(edges) + 1)
    for value, merchants in counts.items():
        bins[bisect_left(edges, value)] += merchants
    halves = [2 * n or 1 for n in bins]
    total = sum(bins) * 2
    return [_CONTEXT.divide(Decimal(n), Decimal(total)) for n in halves]
