"""Flat award: the same points for every merchant that meets a condition.

What it does: gives `points` where `when` holds, or always if there is no `when`.
Why: the plainest rule; most violations and simple services are of this shape.
Example: 0.05 points for return freight insurance; 0.25 points taken for counterfeits sold.
Missing data: where `when` reads an absent optional fact unguarded, the item is no_data.
References: 商家体验分规范 (Douyin), bonus of a fixed number of points for a service.
"""

from steelyard.plugin import Award, ItemContext, ItemType, Requirement, Text
from steelyard.plugins.core.shared import condition


def build(item: ItemContext) -> Award:
    """Return the award: fixed points, under a condition if there is one."""
    requirements: tuple[Requirement, ...] = ()
    if "when" in item.parameters:
        text = item.text("when")
        requirements = (
            Requirement(
                "condition",
                item.condition(text),
                Text("The condition holds", "满足条件"),
                text=text,
            ),
        )
    return Award(points=item.points(item.number("points")), requirements=requirements)


ITEM_TYPE = ItemType(
    name="core/flat",
    title=Text("Flat award", "固定加分"),
    summary=Text(
        "The same points for every merchant that meets a condition.",
        "满足条件即加固定分值。",
    ),
    parameters={
        "points": {"description": "The points given; may be negative.", "type": "number"},
        "when": condition("The condition; without it the points are always given."),
    },
    required=("points",),
    build=build,
    example="""\
id: quick-refunds
type: core/flat
title: {en: Quick refunds, zh: 极速退款}
with: {points: 0.05, when: service.refund_hours <= 24}
illustrative: true
""",
)
