"""Steps: points by the highest level that a value reaches.

What it does: compares a fact, or the share `part / whole`, with ascending levels (at least) and
gives the points of the highest one reached. Below the first level the item is not met.
Why: bands are how most platforms publish a graded rule.
Example: 0.02 points from 97 % of shipments cold enough, 0.04 from 99 %.
Missing data: an absent optional fact makes the item no_data. A share of nothing (whole 0) is 0.
Exactness: a share is rounded down to 6 decimals, so the verdict is that of the exact fraction.
References: 商家体验分规范 (Douyin), scores of 50 to 100 by bands of a metric.
"""

from steelyard.plugin import Award, ItemContext, steps
from steelyard.plugins.core.shared import item_type, levels_of, observed, requirement


def build(item: ItemContext) -> Award:
    """Return the award: the points of the highest level reached."""
    value = observed(item)
    levels = levels_of(item, "steps")
    return Award(
        points=item.points(steps(value, levels)),
        requirements=(requirement(__name__, "level", value >= levels[0][0]),),
    )


ITEM_TYPE = item_type(__name__, build)
