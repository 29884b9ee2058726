"""Size advice (尺码推荐): orders advised on size come back less often than those of peers."""

from decimal import Decimal

from steelyard.plugin import (
    Award,
    Claims,
    ItemContext,
    ItemType,
    Text,
    choose,
    clamp,
    maximum,
    minimum,
    ratio,
    require,
)

_LEAST = Decimal("0.0001")  # the precision of peers' figures, so that nothing is divided by 0


def build(item: ItemContext) -> Award:
    """Return the award: from no points at the peers' 40th percentile to all at their 10th."""
    advised = item.fact("apparel.advised_orders_30d")
    returned = ratio(item.fact("apparel.size_returns_30d"), advised, rounding="ceiling")
    best, limit = item.fact("apparel.peer_return_p10"), item.fact("apparel.peer_return_p40")
    points = item.number("points")
    spread = maximum(limit - best, _LEAST)
    climb = (clamp(limit - returned, 0, spread) * points).divided_by(
        spread, decimals=item.decimals, rounding="floor"
    )
    on_the_way = minimum(item.points(climb), item.points(points))
    return Award(
        points=choose(returned <= best, item.points(points), on_the_way),
        requirements=(
            require(
                "among-peers",
                returned <= limit,
                Text("Fewer size returns than most peers", "尺码退货率优于多数同行"),
                remedy=Text("Measure goods anew for the size chart.", "重新测量并更新尺码表。"),
            ),
        ),
        gates=(
            require(
                "enough-orders",
                advised >= item.number("min_orders"),
                Text("Enough advised orders to judge", "推荐尺码订单数足够评定"),
            ),
        ),
    )


ITEM_TYPE = ItemType(
    name="apparel/size-advice",
    title=Text("Size advice", "尺码推荐"),
    summary=Text(
        "Points for fewer size returns than peers: none at their 40th percentile, all at the 10th.",
        "尺码退货率优于同行时加分：同行第40百分位为零分，第10百分位为满分。",
    ),
    parameters={
        "min_orders": {
            "description": "With fewer advised orders the item is not assessed.",
            "description_zh": "采纳尺码推荐的订单少于此值时，暂不评定。",
            "type": "integer",
            "minimum": 1,
            "default": 50,
        },
        "points": {
            "description": "The most points.",
            "description_zh": "分值上限。",
            "type": "number",
            "exclusiveMinimum": 0,
        },
    },
    required=("points",),
    build=build,
    example="""\
id: size-advice
type: apparel/size-advice
title: {en: Size advice, zh: 尺码推荐}
with: {points: 0.03}
illustrative: true
""",
    claims=Claims(
        max_points=lambda item: item.number("points"),
        monotone={"apparel.size_returns_30d": "down"},
    ),
)
