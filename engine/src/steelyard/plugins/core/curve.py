"""Curve: points along straight lines between knots.

What it does: joins the knots [value, points] by straight lines and reads the points at a fact or at
the share `part / whole`; beyond the ends the curve is level. Where it is level at 0 points, before
the first rise or after the last fall, the item is not met. The curve may rise or fall.
Why: no cliffs: a little better is worth a little more.
Example: nothing up to 90 % of goods traceable, rising to 0.03 points at 100 %.
Missing data: an absent optional fact makes the item no_data. A share of nothing (whole 0) is 0.
Exactness: points are rounded half-even to the ruleset's precision; knots must fit in it.
References: 商家体验分规范 (Douyin), curves of points by hours until 2026-09.
"""

from steelyard.plugin import (
    Award,
    Expression,
    ItemContext,
    Requirement,
    clamp,
    interpolate,
    refuse,
)
from steelyard.plugins.core.shared import Number, ascending, item_type, observed, requirement

Knots = list[tuple[Number, Number]]


def build(item: ItemContext) -> Award:
    """Return the award: the points of the curve at the value observed."""
    value = observed(item)
    knots: Knots = item.pairs("knots")
    ascending("knots", knots)
    heights = [height for _, height in knots]
    for height in heights:
        if item.constant(height).type.decimals > item.decimals:
            refuse(
                f"parameter knots has {height} points, with more than {item.decimals} decimals",
                "use fewer decimals, or raise the precision of the ruleset's scale",
            )
    drawn = interpolate(value, knots, decimals=item.decimals)
    # only the interval needs it, where a curve both rises and falls: no point lies outside
    drawn = clamp(drawn, min(heights), max(heights))
    return Award(points=item.points(drawn), requirements=_where_positive(value, knots))


def _where_positive(value: Expression, knots: Knots) -> tuple[Requirement, ...]:
    """Return what keeps the value off the level stretches of 0 points at either end."""
    requirements = []
    if knots[0][1] == 0:
        start = knots[_zeros(knots) - 1][0]
        requirements.append(requirement(__name__, "start", value > start))
    if knots[-1][1] == 0:
        end = knots[-_zeros(knots[::-1])][0]
        requirements.append(requirement(__name__, "end", value < end))
    return tuple(requirements)


def _zeros(knots: Knots) -> int:
    """Return how many knots at the beginning have 0 points."""
    return next((n for n, (_, height) in enumerate(knots) if height != 0), len(knots))


ITEM_TYPE = item_type(__name__, build)
