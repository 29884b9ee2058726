"""Enrolment: points for a service that is on, has been on for some time, and is used.

What it does: gives `points` where the merchant has been enrolled for at least `min_days` on the
date of the score, has not left, was on for every day of `on_days`, and used the service at least
`min_used` times. A first day after the date of the score is not met; a day of leaving on or before
it is not met.
Why: without tenure and real use, a service is switched on for the day of the score.
Example: return freight insurance, on for both of the last two days, with one order insured.
Missing data: an absent `until` means still enrolled; any other absent optional fact makes the item
no_data.
References: 商家体验分规范 (Douyin), 运费险: on for both of the last two days and one order insured.
"""

from steelyard.plugin import Award, ItemContext, all_of, days_between
from steelyard.plugins.core.shared import item_type, requirement


def build(item: ItemContext) -> Award:
    """Return the award: points while enrolled, long enough, and in use."""
    today = item.as_of()
    days = days_between(item.fact(item.text("since")), today)
    requirements = [requirement(__name__, "tenure", days >= item.number("min_days"))]
    if "until" in item.parameters:
        left = item.text("until")
        requirements.append(
            requirement(__name__, "still-enrolled", ~item.has(left) | (item.fact(left) > today))
        )
    if "used" in item.parameters:
        requirements.append(
            requirement(__name__, "used", item.fact(item.text("used")) >= item.number("min_used"))
        )
    if "on_days" in item.parameters:
        on = all_of(*(item.fact(name) for name in item.parameters["on_days"]))
        requirements.append(requirement(__name__, "on-days", on))
    return Award(points=item.points(item.number("points")), requirements=tuple(requirements))


ITEM_TYPE = item_type(__name__, build)
