"""Points by the share of goods that are good, if they come soon."""

from itertools import pairwise

from steelyard.plugin import (
    Award,
    Claims,
    ItemContext,
    ItemType,
    Text,
    ratio,
    refuse,
    require,
    steps,
)


def build(item: ItemContext) -> Award:
    """Return the award: the tier of the share, with the hours as a condition."""
    tiers = item.pairs("tiers")
    for (left, less), (right, more) in pairwise(tiers):
        if not (left < right and less <= more):
            refuse("parameter tiers does not ascend", "sort it")
    every = item.fact("sound.all")
    share = ratio(item.fact("sound.good"), every)
    return Award(
        points=item.points(steps(share, tiers)),
        requirements=(
            require(
                "share",
                share >= tiers[0][0],
                Text("Enough goods are good", "好货占比达标"),
                remedy=Text("Sell better goods.", "提升商品质量。"),
            ),
            require(
                "soon",
                item.fact("sound.hours") <= item.number("max_hours"),
                Text("They come soon", "发货及时"),
                assessed=every >= item.number("min_all"),
            ),
        ),
    )


ITEM = ItemType(
    name="sound/good-share",
    title=Text("Good goods", "好货"),
    summary=Text("Points by the share of good goods.", "按好货占比加分。"),
    parameters={
        "tiers": {
            "description": "[share, points], both ascending; the first is needed.",
            "description_zh": "[占比, 分值]，两者均须递增；至少应达到第一档。",
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "array",
                "prefixItems": [
                    {"type": "number", "minimum": 0, "maximum": 1},
                    {"type": "number", "minimum": 0},
                ],
                "minItems": 2,
                "maxItems": 2,
            },
        },
        "max_hours": {
            "description": "The most hours until they come.",
            "description_zh": "到货时长上限（小时）。",
            "type": "integer",
            "minimum": 0,
            "maximum": 720,
        },
        "min_all": {
            "description": "With fewer goods, hours are not assessed.",
            "description_zh": "商品数少于此值时，不考核时长。",
            "type": "integer",
            "minimum": 1,
            "default": 10,
        },
    },
    required=("tiers", "max_hours"),
    build=build,
    claims=Claims(
        max_points=lambda item: max(points for _, points in item.pairs("tiers")),
        monotone={"sound.good": "up", "sound.hours": "down"},
    ),
    example="""\
id: good-share
type: sound/good-share
title: {en: Good goods, zh: 好货}
with: {tiers: [[0.5, 0.1], [0.9, 0.2]], max_hours: 48}
illustrative: true
""",
)
