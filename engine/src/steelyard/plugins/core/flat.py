"""Flat award: the same points for every merchant that meets a condition.

What it does: gives `points` where `when` holds, or always if there is no `when`.
Why: the plainest rule; most violations and simple services are of this shape.
Example: 0.05 points for return freight insurance; 0.25 points taken for counterfeits sold.
Missing data: where `when` reads an absent optional fact unguarded, the item is no_data.
References: 商家体验分规范 (Douyin), bonus of a fixed number of points for a service.
"""

from steelyard.plugin import Award, ItemContext, Requirement, Text
from steelyard.plugins.core.shared import item_type


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
                unnamed=True,
            ),
        )
    return Award(points=item.points(item.number("points")), requirements=requirements)


ITEM_TYPE = item_type(__name__, build)
