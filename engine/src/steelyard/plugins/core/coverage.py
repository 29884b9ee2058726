"""Coverage: points by the share of eligible goods or orders that a service covers.

What it does: gives `points` where `covered / eligible` is `at_least` a share, or the points of the
highest of some `steps`; `min_covered` is needed besides. With fewer than `min_eligible`
eligible, the item is not assessed.
Why: a promise on one product out of a thousand is no promise; a shop without such goods is no
worse for it.
Example: at least 50 installations, and at least 30 % of the orders in scope.
Missing data: an absent optional fact makes the item no_data.
Exactness: the share is rounded down to 6 decimals, so the verdict is that of the exact fraction.
References: 商家体验分规范 (Douyin), 上门安装: at least 50 and at least 30 % in scope.
"""

from steelyard.plugin import Award, ItemContext, ratio, refuse, steps
from steelyard.plugins.core.shared import (
    Number,
    item_type,
    levels_of,
    one_of,
    requirement,
    share_of,
)


def build(item: ItemContext) -> Award:
    """Return the award: points by coverage, where there is enough to cover."""
    covered, eligible = share_of(item, "covered", "eligible")
    coverage = ratio(covered, eligible)
    levels = _levels(item)
    requirements = [requirement(__name__, "coverage", coverage >= levels[0][0])]
    if item.number("min_covered") > 0:
        requirements.append(
            requirement(__name__, "covered-count", covered >= item.number("min_covered"))
        )
    least = item.number("min_eligible")
    gates = (requirement(__name__, "eligible", eligible >= least),)
    return Award(
        points=item.points(steps(coverage, levels)),
        requirements=tuple(requirements),
        gates=gates if least > 0 else (),
    )


def _levels(item: ItemContext) -> list[tuple[Number, Number]]:
    if one_of(item, "at_least", "steps") == "steps":
        if "points" in item.parameters:
            refuse("parameters points and steps both give the points", "remove `points`")
        return levels_of(item, "steps")
    if "points" not in item.parameters:
        refuse("parameter at_least is given, but no `points`", "add `points`")
    return [(item.number("at_least"), item.number("points"))]


ITEM_TYPE = item_type(__name__, build)
