"""Try first (安心尝): a sample is opened first, and the full pack may go back."""

from steelyard.plugin import Award, Claims, ItemContext, ItemType, Text, ratio, require


def build(item: ItemContext) -> Award:
    """Return the award: offered widely enough, and every return refunded, soon."""
    refunds = item.fact("maternity.trial_refunds")
    some = refunds >= 1  # without a return there is nothing to refund, and no median time
    trials = ratio(item.fact("maternity.trial_orders"), item.fact("orders.paid_30d"))
    return Award(
        points=item.points(item.number("points")),
        requirements=(
            require(
                "trial-share",
                trials >= item.number("min_trial_share"),
                Text("Enough orders come with a trial pack", "试用装订单占比达标"),
                remedy=Text("Add trial packs to more goods.", "为更多商品附上试用装。"),
            ),
            require(
                "refunds-paid",
                item.fact("maternity.trial_refunds_ok") >= refunds,
                Text("Every pack sent back was refunded", "试用退货全部退款"),
                assessed=some,
            ),
            require(
                "refund-time",
                item.fact("maternity.trial_refund_hours") <= item.number("max_refund_hours"),
                Text("Refunds are paid soon", "退款及时"),
                assessed=some,
                remedy=Text("Pay refunds of trial orders sooner.", "加快试用订单退款。"),
            ),
        ),
    )


ITEM_TYPE = ItemType(
    name="maternity/try-first",
    title=Text("Try first", "安心尝"),
    summary=Text(
        "Points for a share of orders with a trial pack, all returns of which are refunded soon.",
        "试用装订单达到一定占比，且退货全部及时退款时加分。",
    ),
    parameters={
        "min_trial_share": {
            "description": "The least share of paid orders with a trial pack.",
            "description_zh": "含试用装的订单占支付订单的比例下限。",
            "type": "number",
            "minimum": 0,
            "maximum": 1,
        },
        "max_refund_hours": {
            "description": "The longest median time to a refund.",
            "description_zh": "退款时长中位数的上限（小时）。",
            "type": "number",
            "minimum": 0,
        },
        "points": {
            "description": "The points given.",
            "description_zh": "满足要求时的分值。",
            "type": "number",
            "exclusiveMinimum": 0,
        },
    },
    required=("min_trial_share", "max_refund_hours", "points"),
    build=build,
    claims=Claims(
        max_points=lambda item: item.number("points"),
        monotone={
            "maternity.trial_orders": "up",
            "orders.paid_30d": "down",
            "maternity.trial_refunds_ok": "up",
            "maternity.trial_refund_hours": "down",
        },
    ),
    example="""\
id: try-first
type: maternity/try-first
title: {en: Try first, zh: 安心尝}
with: {min_trial_share: 0.05, max_refund_hours: 24, points: 0.05}
illustrative: true
""",
)
