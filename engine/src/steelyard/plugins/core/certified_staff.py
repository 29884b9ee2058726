"""Certified staff: points for people whose certificate is valid on the date of the score.

What it does: counts the records whose certificate is in the list, whose holder matches (where the
records declare that field), and whose date of validity, plus grace, holds the date of the score.
Gives `points`, or points for each person up to `max`, where there are at least `min_people`, or
where they are at least `min_share` of the staff in `min_share_of`, a way in for small teams.
Why: advice is worth points if the adviser is qualified, is the person registered, and still is so.
Example: 0.02 points for each of at least 2 certified advisors, at most 0.06, 30 days of grace.
Missing data: an absent list makes the item no_data. A record that lacks one of its fields does
not count: nothing shows that it is valid. An absent count of staff matters only where `min_people`
is not met.
Dates: valid to 31 March is valid on 31 March, and on 1 April only within the days of grace.
References: 天猫爱宠顾问服务规范: licensed people, by real name.
"""

from steelyard.plugin import (
    Award,
    Expression,
    ItemContext,
    RecordList,
    days_between,
    minimum,
    ratio,
    refuse,
)
from steelyard.plugins.core.shared import item_type, one_of, requirement

_MATCH = "holder_match"


def build(item: ItemContext) -> Award:
    """Return the award: points for the people certified, where they are enough."""
    records = item.records(item.text("records"))
    people = records.count(_counts(item, records))
    enough = people >= item.number("min_people")
    staff = _small_team(item)
    if staff is not None:
        enough = enough | (ratio(people, staff) >= item.number("min_share"))
    given = one_of(item, "points", "per_person")
    _refuse_counting_twice(item, records, given)
    return Award(
        points=item.points(item.number("points")) if given == "points" else _each(item, people),
        requirements=(requirement(__name__, "certified-people", enough),),
    )


def _counts(item: ItemContext, records: RecordList) -> Expression:
    """Return whether the current record is a certificate that counts and is valid."""
    today = item.as_of()
    grace = item.number("grace_days")
    test = records.has("certificate") & records.field("certificate").is_in(
        item.parameters["certificates"]
    )
    match = item.text("holder_match")
    if match != _MATCH or records.declares(match):
        test = test & records.has(match) & records.field(match)
    starts, ends = records.field("valid_from"), records.field("valid_to")
    return (
        test
        & records.has("valid_from")
        & (starts <= today)
        & records.has("valid_to")
        & (days_between(ends, today) <= grace)
    )


def _small_team(item: ItemContext) -> Expression | None:
    """Return the count of staff, where a share of it is enough."""
    given = [name for name in ("min_share_of", "min_share") if name in item.parameters]
    if not given:
        return None
    if len(given) == 1:
        refuse(f"parameter {given[0]} is given alone", "give `min_share_of` and `min_share`")
    if item.number("min_people") == 1:
        refuse(
            "parameter min_share changes nothing, for one person is enough",
            "raise `min_people` above 1, or remove `min_share` and `min_share_of`",
        )
    return item.fact(item.text("min_share_of"))


def _each(item: ItemContext, people: Expression) -> Expression:
    earned = item.points(people * item.number("per_person"))
    return minimum(earned, item.points(item.number("max"))) if "max" in item.parameters else earned


def _refuse_counting_twice(item: ItemContext, records: RecordList, given: str) -> None:
    """Refuse to count people where one person may have several records that count."""
    if given == "points" and "max" in item.parameters:
        refuse("parameter max is given, but the points do not grow", "use it with `per_person`")
    one_is_enough = given == "points" and item.number("min_people") == 1
    if len(item.parameters["certificates"]) > 1 and len(records.key) > 1 and not one_is_enough:
        refuse(
            "parameter certificates lists several, but a person may have a record for each "
            f"(the key of {records.name} is {', '.join(records.key)}) and would count twice",
            "list one certificate, or declare the records with one a person",
        )


ITEM_TYPE = item_type(__name__, build)
