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

from steelyard.plugin import Award, ItemContext, ItemType, Text, maximum, minimum, require
from steelyard.plugins.core.shared import exact_sum, fact_name, points


def build(item: ItemContext) -> Award:
    """Return the award: whole units times points."""
    value = item.fact(item.text("fact"))
    unit, free = item.number("units"), item.number("from")
    above = maximum(value - free, 0)
    whole_units = above.divided_by(item.constant(unit), decimals=0, rounding="floor")
    given = item.points(whole_units * item.number("points_per_unit"))
    if "max" in item.parameters:
        given = minimum(given, item.points(item.number("max")))
    return Award(
        points=given,
        requirements=(
            require(
                "one-unit",
                value >= exact_sum(free, unit),
                Text("At least one whole unit", "至少满一个计分单位"),
            ),
        ),
    )


ITEM_TYPE = ItemType(
    name="core/per-unit",
    title=Text("Per unit", "按量计分"),
    summary=Text(
        "Points for every whole unit of a fact, up to a maximum.",
        "按满额单位数计分，可设上限。",
    ),
    parameters={
        "fact": fact_name("The fact that is counted in units, a number."),
        "points_per_unit": points("Points for each whole unit."),
        "units": {
            "description": "How much of the fact is one unit.",
            "type": "number",
            "exclusiveMinimum": 0,
            "default": 1,
        },
        "from": {
            "description": "How much of the fact is free, before units are counted.",
            "type": "number",
            "default": 0,
        },
        "max": points("The most points in all."),
    },
    required=("fact", "points_per_unit"),
    build=build,
    example="""\
id: not-as-described
type: core/per-unit
title: {en: Goods not as described, zh: 描述不符}
with: {fact: violations.not_as_described_30d, points_per_unit: 0.05, max: 0.25}
illustrative: true
""",
)
