"""Calendar dates: written as YYYY-MM-DD or given as a midnight, and calculations with ordinals.

An ordinal counts days of the proleptic Gregorian calendar; 0001-01-01, a Monday, is 1.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

DAY_FIX = "write it like 2026-06-01"
FIRST_ORDINAL, LAST_ORDINAL = date.min.toordinal(), date.max.toordinal()

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def read_day(text: str) -> date | None:
    """Return the date that a text writes as YYYY-MM-DD; None for all else, even 2026-W10-4."""
    if not _WRITTEN.match(text):  # `fromisoformat` reads other ways of writing too
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:  # such as 2026-02-30
        return None


def _of_quarter(day: date) -> int:
    return (day.month + 2) // 3


# a part of a date as a number; weeks begin on Monday, which is 1
PARTS: dict[str, Callable[[date], int]] = {
    "year": lambda day: day.year,
    "quarter": _of_quarter,
    "month": lambda day: day.month,
    "weekday": date.isoweekday,
}
# the first day of the period that holds a date
STARTS: dict[str, Callable[[date], int]] = {
    "week": lambda day: day.toordinal() - day.weekday(),
    "month": lambda day: day.replace(day=1).toordinal(),
    "quarter": lambda day: date(day.year, 3 * _of_quarter(day) - 2, 1).toordinal(),
    "year": lambda day: date(day.year, 1, 1).toordinal(),
}


def part_of(part: str, day: int) -> int:
    """Return a part of a date: its `year`, `quarter`, `month` (1 to 12) or `weekday` (1 to 7)."""
    return PARTS[part](date.fromordinal(day))


def start_of(period: str, day: int) -> int:
    """Return the first day of the `week`, `month`, `quarter` or `year` that holds a date."""
    return STARTS[period](date.fromordinal(day))


def months_between(start: int, end: int) -> int:
    """Return the whole months from one date to another; negative if the second is earlier.

    n months after a date is the same day of a later month, or the last day of that month if it has
    no such day. The result is the largest n so that n months after `start` is no later than `end`;
    of the opposite direction, it is the opposite number.
    """
    if end < start:
        return -months_between(end, start)
    first, last = date.fromordinal(start), date.fromordinal(end)
    months = 12 * (last.year - first.year) + last.month - first.month
    # the last day of a month completes it; `first.day` is larger, so `last` is not December 31
    incomplete = last.day < first.day and date.fromordinal(end + 1).day != 1
    return months - incomplete


def longest_run(days: Iterable[int]) -> int:
    """Return the most consecutive days among some days, which may repeat; 0 if there are none."""
    longest, length, last = 0, 0, -1
    for day in sorted(set(days)):
        length = length + 1 if day == last + 1 else 1
        longest, last = max(longest, length), day
    return longest


def days_without(start: int, end: int, without: Sequence[int]) -> int:
    """Return the days after the first date, up to the second, that are not in an ascending list.

    Of the opposite direction, it is the opposite number.
    """
    return (end - start) - (bisect_right(without, end) - bisect_right(without, start))


def midnight_day(value: Any) -> Any:  # noqa: ANN401 - any value; numpy and pandas may not be there
    """Return the day of a midnight without time zone; any other value as it is.

    Libraries such as pandas have no other type for days than times at midnight.
    """
    if type(value).__module__ == "numpy" and type(value).__name__ == "datetime64":
        day = value.astype("datetime64[D]")
        is_day = len(str(value)) >= len("2026-06-01")  # not a month or a year
        return day.item() if is_day and day == value else value
    if not isinstance(value, datetime) or value.tzinfo is not None:
        return value
    clock = (value.hour, value.minute, value.second, value.microsecond)
    if any(clock) or getattr(value, "nanosecond", 0):  # nanoseconds of pandas; its NaT has NaN
        return value
    return value.date()
