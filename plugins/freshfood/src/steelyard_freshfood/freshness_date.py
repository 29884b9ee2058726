"""Freshness date (新鲜日期): units that were young when signed for, measured by their shelf life.

A unit is fresh up to a fraction of its shelf life, whole days, rounded up: of 19 days a third is 7,
so 5 days old is fresh and 8 is not. Lots count by their units, so that one rare lot weighs little.
"""

from steelyard.plugin import Award, Claims, ItemContext, ItemType, Text, choose, ratio, require


def build(item: ItemContext) -> Award:
    """Return the award: enough of the units signed for were fresh."""
    lots = item.records("freshfood.lots")
    units = lots.field("units")
    limit = lots.field("shelf_life_days").divided_by(
        item.constant(item.number("parts")), decimals=0, rounding="ceiling"
    )
    fresh = lots.sum(choose(lots.field("age_days") <= limit, units, 0))
    signed = lots.sum(units)
    return Award(
        points=item.points(item.number("points")),
        requirements=(
            require(
                "fresh-units",
                ratio(fresh, signed) >= item.number("min_share"),
                Text("Enough units are fresh when signed for", "签收时新鲜件数占比达标"),
                remedy=Text("Send younger lots.", "优先发出生产日期更近的批次。"),
            ),
        ),
        gates=(
            require(
                "enough-units",
                signed >= item.number("min_units"),
                Text("Enough units to judge", "签收件数足够评定"),
            ),
        ),
    )


ITEM_TYPE = ItemType(
    name="freshfood/freshness-date",
    title=Text("Freshness date", "新鲜日期"),
    summary=Text(
        "Points where units are young when signed for: at most a fraction of their shelf life.",
        "签收时商品已过天数不超过保质期的规定比例（按天向上取整），件数占比达标时加分。",
    ),
    parameters={
        "parts": {
            "description": "Fresh is up to one of so many parts of the shelf life, rounded up.",
            "description_zh": "保质期等分的份数；已过天数不超过其中一份（按天向上取整）为新鲜。",
            "type": "integer",
            "minimum": 1,
            "maximum": 100,
            "default": 3,
        },
        "min_share": {
            "description": "The least share of units that must be fresh.",
            "description_zh": "新鲜件数的占比下限。",
            "type": "number",
            "minimum": 0,
            "maximum": 1,
        },
        "min_units": {
            "description": "With fewer units signed for, the item is not assessed.",
            "description_zh": "签收件数少于此值时，暂不评定。",
            "type": "integer",
            "minimum": 1,
            "default": 30,
        },
        "points": {
            "description": "The points given.",
            "description_zh": "满足要求时的分值。",
            "type": "number",
            "exclusiveMinimum": 0,
        },
    },
    required=("min_share", "points"),
    build=build,
    example="""\
id: freshness-date
type: freshfood/freshness-date
title: {en: Freshness date, zh: 新鲜日期}
with: {min_share: 0.98, points: 0.04}
illustrative: true
""",
    claims=Claims(max_points=lambda item: item.number("points")),
)
