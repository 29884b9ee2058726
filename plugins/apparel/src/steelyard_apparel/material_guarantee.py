"""Material guarantee (不符包赔): paid in full through the platform, or in part by the merchant."""

from steelyard.plugin import (
    Award,
    Claims,
    ItemContext,
    ItemType,
    Text,
    choose,
    days_between,
    ratio,
    require,
)


def build(item: ItemContext) -> Award:
    """Return the award: points of the mode in force, one or the other and never both."""
    mode = item.fact("apparel.material_mode")
    coverage = ratio(item.fact("apparel.material_covered_skus"), item.fact("apparel.skus"))
    tolerated = item.fact("orders.paid_30d") * item.number("max_upheld_share")
    offered = mode.is_in(("platform", "merchant"))
    given = choose(mode == "platform", item.number("platform"), item.number("merchant"))
    return Award(
        points=item.points(given),
        requirements=(
            require("offered", offered, Text("The guarantee is offered", "已开通不符包赔")),
            require(
                "enrolled",
                days_between(item.fact("apparel.material_since"), item.as_of())
                >= item.number("min_days"),
                Text("Enrolled for long enough", "开通时长达标"),
                assessed=offered,
            ),
            require(
                "coverage",
                coverage >= item.number("min_coverage"),
                Text("Enough goods are covered", "覆盖商品占比达标"),
                remedy=Text("Cover more goods.", "为更多商品开通不符包赔。"),
            ),
            require(
                "few-upheld",
                item.fact("apparel.material_upheld") <= tolerated,
                Text("Few claims are upheld", "成立的不符投诉占比未超限"),
                remedy=Text("State materials as tested.", "按检测结果如实标注材质。"),
            ),
        ),
    )


_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_POINTS = {"type": "number", "exclusiveMinimum": 0}

ITEM_TYPE = ItemType(
    name="apparel/material-guarantee",
    title=Text("Material guarantee", "不符包赔"),
    summary=Text(
        "Points for paying where the material is not as stated; more where paid in full.",
        "材质不符即赔时加分，平台全额赔付高于商家部分赔付。",
    ),
    parameters={
        "platform": {
            "description": "Points where the platform pays in full.",
            "description_zh": "平台全额赔付时的分值。",
            **_POINTS,
        },
        "merchant": {
            "description": "Points where the merchant pays a part.",
            "description_zh": "商家部分赔付时的分值。",
            **_POINTS,
        },
        "min_days": {
            "description": "Days of enrolment, at least.",
            "description_zh": "至少应开通的天数。",
            "type": "integer",
            "minimum": 0,
            "default": 30,
        },
        "min_coverage": {
            "description": "The least share of goods covered.",
            "description_zh": "商品覆盖率下限。",
            **_SHARE,
        },
        "max_upheld_share": {
            "description": "The most claims upheld a paid order.",
            "description_zh": "判定成立的申请数与支付订单数之比的上限。",
            **_SHARE,
        },
    },
    required=("platform", "merchant", "min_coverage", "max_upheld_share"),
    build=build,
    example="""\
id: material-guarantee
type: apparel/material-guarantee
title: {en: Material guarantee, zh: 不符包赔}
with: {platform: 0.06, merchant: 0.03, min_coverage: 0.80, max_upheld_share: 0.001}
illustrative: true
""",
    claims=Claims(
        max_points=lambda item: max(item.number("platform"), item.number("merchant")),
        monotone={"apparel.material_covered_skus": "up", "apparel.material_upheld": "down"},
    ),
)
