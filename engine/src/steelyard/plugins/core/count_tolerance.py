"""Count tolerance: a rate that is broken only together with a count.

What it does: gives `points` unless `bad / whole` is above `max_share` and `bad` is above
`max_count`; only both together are a breach.
Why: one failure among few must not cost the item, a habit of them must.
Example: at most 2 % of claims paid late, or at most one.
Missing data: an absent optional fact makes the item no_data, unless the other half is met without
it. Where the whole is 0, only the count can be met.
Exactness: the share is rounded up to 6 decimals, so the verdict is that of the exact fraction.
References: eBay seller levels: a defect rate of 0.5 % counts only with at least 3 buyers.
"""

from steelyard.plugin import Award, ItemContext, ratio
from steelyard.plugins.core.shared import item_type, requirement, share_of


def build(item: ItemContext) -> Award:
    """Return the award: points where the share or the count is tolerable."""
    bad, whole = share_of(item, "bad", "whole")
    rate = ratio(bad, whole, rounding="ceiling", most=None)
    points = item.points(item.number("points"))
    tolerable = (rate <= item.number("max_share")) | (bad <= item.number("max_count"))
    return Award(points, requirements=(requirement(__name__, "tolerance", tolerable),))


ITEM_TYPE = item_type(__name__, build)
