"""Edits of calendars: days that are off in one of two books only."""

from collections.abc import Mapping

from steelyard.book.diff.edit import Edit, make_edit
from steelyard.model.calendars import Calendar
from steelyard.model.types import DATE
from steelyard.plan.infix import literal

CALENDARS = "calendars"  # the section of these edits

Calendars = Mapping[str, Calendar]


def compare_calendars(old: Calendars, new: Calendars) -> tuple[Edit, ...]:
    """Return an edit for every calendar of both sides with other days off.

    Days that one side lacks do not count: no rule of that side can reach them.
    """
    edits: list[Edit] = []
    for name, before in old.items():
        after = new.get(name)
        if after is None:
            continue
        sides = [_only_in(one, other) for one, other in ((before, after), (after, before))]
        if any(sides):
            texts = ((", ".join(literal(day, DATE) for day in days), None) for days in sides)
            address = (CALENDARS, name, "days_off")
            edits.append(make_edit("setting", address, *texts, title=after.title))
    return tuple(edits)


def _only_in(one: Calendar, other: Calendar) -> list[int]:
    """Return the days off of one calendar on which people of the other one work."""
    off = set(other.days_off)
    return [day for day in one.days_off if day not in off and other.first <= day <= other.last]


def joined_calendars(old: Calendars, new: Calendars, *, edited: bool) -> Calendars:
    """Return the calendars of two sides; if not `edited`, the old ones where they differ."""
    differing = {edit.part for edit in compare_calendars(old, new)}
    kept = {name: one for name, one in old.items() if name in differing and not edited}
    return {**old, **new, **kept}
