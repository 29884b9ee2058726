"""Share: points where a part of a whole is large, or small, enough.

What it does: gives `points` where `part / whole` is at least, or at most, a share. `min_whole` is
the smallest sample; below it the item is, as `below_min` says, not_assessed, judged without the
share (skip), or not met (fail).
Why: the commonest rule of all; a share of three cases says nothing, hence the sample.
Example: 95 % of exchanges done within 72 hours, judged from 20 requests on.
Missing data: an absent optional fact makes the item no_data. A share of nothing (whole 0) counts as
0: too small for `at_least`, fine for `at_most`; set `min_whole` where that is not meant.
Exactness: the share is rounded to 6 decimals, down for `at_least` and up for `at_most`, so the
verdict is that of the exact fraction and the share shown never contradicts it.
References: 天猫爱宠顾问服务规范: satisfaction of at least 80 %, not judged below 30 ratings.
"""

from steelyard.plugin import (
    Award,
    Expression,
    ItemContext,
    Requirement,
    ratio,
)
from steelyard.plugins.core.shared import item_type, one_of, requirement, share_of


def build(item: ItemContext) -> Award:
    """Return the award: points where the share is right and the sample large enough."""
    limit = one_of(item, "at_least", "at_most")
    part, whole = share_of(item, "part", "whole")
    least, policy = item.number("min_whole"), item.text("below_min")
    enough = whole >= least
    sample = (requirement(__name__, "sample", enough),) if least > 0 else ()
    judged = _judged(item, limit, part, whole, enough if sample and policy == "skip" else None)
    return Award(
        points=item.points(item.number("points")),
        requirements=(*(sample if policy == "fail" else ()), judged),
        gates=sample if policy == "not_assessed" else (),
    )


def _judged(
    item: ItemContext, limit: str, part: Expression, whole: Expression, assessed: Expression | None
) -> Requirement:
    needed = item.number(limit)
    if limit == "at_least":
        test = ratio(part, whole) >= needed
    else:
        test = ratio(part, whole, rounding="ceiling", most=None) <= needed
    return requirement(__name__, limit, test, assessed)


ITEM_TYPE = item_type(__name__, build)
