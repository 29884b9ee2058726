"""Per unit: points for every whole unit of a fact.

What it does: gives `points_per_unit` for every whole `units` of the fact above `from`, at most
`max` in all. Where there is not one whole unit, the item is not met.
Why: counts of violations, and of rare services, are rewarded or punished one by one.
Example: 0.05 points taken for each parcel not as described; 4 points for every 200 orders.
Missing data: an absent optional fact makes the item no_data.
Exactness: whole units by floor division of exact numbers; nothing is rounded.
References: 商家体验分规范 (Douyin), 2 points a violation, at most 10; Account Health Rating
(Amazon), 4 points for every 200 orders.
"""

from steelyard.plugin import Award, ItemContext, maximum, minimum
from steelyard.plugins.core.shared import exact_sum, item_type, requirement


def build(item: ItemContext) -> Award:
    """Return the award: whole units times points."""
    value = item.value("fact")
    unit, free = item.number("units"), item.number("from")
    above = maximum(value - free, 0)
    whole_units = above.divided_by(item.constant(unit), decimals=0, rounding="floor")
    given = item.points(whole_units * item.number("points_per_unit"))
    if "max" in item.parameters:
        most = item.number("max")
        taken = item.number("points_per_unit") < 0
        given = maximum(given, item.points(-most)) if taken else minimum(given, item.points(most))
    return Award(
        points=given,
        requirements=(requirement(__name__, "one-unit", value >= exact_sum(free, unit)),),
    )


ITEM_TYPE = item_type(__name__, build)
