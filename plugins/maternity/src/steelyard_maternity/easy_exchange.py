"""Easy exchange (随心换): points by the share of goods it covers, if exchanges go well."""

from steelyard.plugin import Award, Claims, ItemContext, ItemType, Text, ratio, require, steps


def build(item: ItemContext) -> Award:
    """Return the award: the tier of the coverage, with the quality of exchanges as a condition."""
    coverage = ratio(
        item.fact("maternity.exchange_covered_skus"), item.fact("maternity.exchange_eligible_skus")
    )
    requests = item.fact("maternity.exchange_requests")
    ok_share = ratio(item.fact("maternity.exchange_ok_48h"), requests)
    tiers = item.pairs("tiers")
    return Award(
        points=item.points(steps(coverage, tiers)),
        requirements=(
            require(
                "coverage",
                coverage >= tiers[0][0],
                Text("Enough goods can be exchanged easily", "随心换商品覆盖率达标"),
                remedy=Text("Offer easy exchange on more goods.", "为更多商品开通随心换。"),
            ),
            require(
                "exchanges-ok",
                ok_share >= item.number("min_ok_share"),
                Text("Exchanges are done within 48 hours", "48小时内完成换货"),
                assessed=requests >= item.number("min_requests"),
                remedy=Text("Send replacements sooner.", "尽快寄出换货商品。"),
            ),
        ),
    )


ITEM_TYPE = ItemType(
    name="maternity/easy-exchange",
    title=Text("Easy exchange", "随心换"),
    summary=Text(
        "Points by the share of goods covered; exchanges done in time, unless too few to judge.",
        "按商品覆盖率分档加分；换货须及时完成，申请过少时不考核。",
    ),
    parameters={
        "tiers": {
            "description": "[share of goods covered, points], ascending; the first is needed.",
            "description_zh": "[商品覆盖率, 分值]，须递增；至少应达到第一档。",
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "array",
                "prefixItems": [
                    {"type": "number", "minimum": 0, "maximum": 1},
                    {"type": "number", "exclusiveMinimum": 0},
                ],
                "minItems": 2,
                "maxItems": 2,
            },
        },
        "min_ok_share": {
            "description": "The least share of exchanges done within 48 hours.",
            "description_zh": "48 小时内完成换货的占比下限。",
            "type": "number",
            "minimum": 0,
            "maximum": 1,
        },
        "min_requests": {
            "description": "With fewer requests, only the coverage counts.",
            "description_zh": "换货申请少于此值时，只考核覆盖率。",
            "type": "integer",
            "minimum": 1,
            "default": 20,
        },
    },
    required=("tiers", "min_ok_share"),
    build=build,
    claims=Claims(
        max_points=lambda item: max(points for _, points in item.pairs("tiers")),
        monotone={"maternity.exchange_ok_48h": "up"},
    ),
    example="""\
id: easy-exchange
type: maternity/easy-exchange
title: {en: Easy exchange, zh: 随心换}
with: {tiers: [[0.60, 0.03], [0.80, 0.05], [0.95, 0.08]], min_ok_share: 0.95}
illustrative: true
""",
)
