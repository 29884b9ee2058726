"""Formula: points calculated by an expression.

What it does: gives the value of `points`, rounded to `decimals`. The item is not met where that
is 0.
Why: weighted means, totals of penalty points, products of two facts have no shape of their own.
Example: 0.5 points taken for a late parcel and 2 for a counterfeit, at most 20 in all.
Missing data: an absent optional fact that the formula reads unguarded makes the item no_data.
Exactness: the value is proved to lie in `range` before anything is scored; it is rounded once.
References: seller penalty points of several marketplaces, which add up violations by weight.
"""

from steelyard.plugin import Award, ItemContext, refuse, within
from steelyard.plugins.core.shared import item_type, requirement


def build(item: ItemContext) -> Award:
    """Return the award: the rounded value of the formula."""
    low, high = item.numbers("range")
    if low > high:
        refuse(f"parameter range is not in order: {low}, then {high}", "write the lower end first")
    decimals = item.whole("decimals") if item.given("decimals") else item.decimals
    value = item.formula(item.text("points"))
    if value.type.decimals > decimals:
        value = value.rounded(decimals, item.text("rounding"))  # type: ignore[arg-type]  # by schema
    points = within(item.points(value), low, high)
    return Award(points=points, requirements=(requirement(__name__, "any-points", points != 0),))


ITEM_TYPE = item_type(__name__, build)
