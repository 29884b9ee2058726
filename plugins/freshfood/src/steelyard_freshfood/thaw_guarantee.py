"""Thaw guarantee (化冻包退): paid for what arrives thawed, and worth more in a season."""

from steelyard.plugin import Award, Claims, ItemContext, ItemType, Text, choose, ratio, require


def build(item: ItemContext) -> Award:
    """Return the award: few claims, nearly all paid; points times a factor in the season."""
    claims = item.fact("freshfood.thaw_claims")
    paid = item.fact("freshfood.thaw_claims_paid")
    claimed = ratio(claims, item.fact("freshfood.frozen_orders_30d"), rounding="ceiling", most=None)
    factor = choose(item.condition(item.text("season")), item.number("season_factor"), 1)
    return Award(
        points=item.points(factor * item.number("points")),
        requirements=(
            require(
                "few-claims",
                claimed <= item.number("max_claim_share"),
                Text("Few frozen orders arrive thawed", "化冻申请占比未超限"),
                remedy=Text("Pack with more ice, or ship faster.", "增加冰袋或提升发运时效。"),
            ),
            require(
                "claims-paid",
                ratio(paid, claims) >= item.number("min_paid_share"),
                Text("Claims for thawed goods are paid", "化冻赔付达标"),
                assessed=claims >= 1,
                remedy=Text("Pay claims in full and in time.", "及时足额赔付。"),
            ),
        ),
    )


_SHARE = {"type": "number", "minimum": 0, "maximum": 1}

ITEM_TYPE = ItemType(
    name="freshfood/thaw-guarantee",
    title=Text("Thaw guarantee", "化冻包退"),
    summary=Text(
        "Points where few frozen orders are claimed as thawed and claims are paid; more in season.",
        "化冻申请少且赔付达标时加分，当季按系数提高分值。",
    ),
    parameters={
        "max_claim_share": {
            "description": "The largest share of orders claimed.",
            "description_zh": "申请化冻赔付的订单占比上限。",
            **_SHARE,
        },
        "min_paid_share": {
            "description": "The least share of claims paid.",
            "description_zh": "赔付率下限。",
            **_SHARE,
        },
        "season": {
            "description": "When the points are worth more, usually a condition on as_of.",
            "description_zh": "当季提高分值的条件，通常按评分日 as_of 判断。",
            "type": "string",
            "format": "condition",
        },
        "season_factor": {
            "description": "What the points are multiplied by in the season.",
            "description_zh": "当季分值的倍数。",
            "type": "number",
            "minimum": 1,
            "maximum": 10,
        },
        "points": {
            "description": "The points outside the season.",
            "description_zh": "非当季的分值。",
            "type": "number",
            "exclusiveMinimum": 0,
        },
    },
    required=("max_claim_share", "min_paid_share", "season", "season_factor", "points"),
    build=build,
    example="""\
id: thaw-guarantee
type: freshfood/thaw-guarantee
title: {en: Thaw guarantee, zh: 化冻包退}
with:
  max_claim_share: 0.01
  min_paid_share: 0.98
  season: as_of >= date("2027-06-01") && as_of <= date("2027-09-30")
  season_factor: 1.5
  points: 0.03
illustrative: true
""",
    # no claim of monotone: the season is any condition, and may read any fact
    claims=Claims(
        max_points=lambda item: item.number("points") * item.number("season_factor"),
    ),
)
