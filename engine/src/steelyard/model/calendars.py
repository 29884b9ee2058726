"""Calendars of working days: which days of a range of dates are days off."""

from collections.abc import Iterable
from datetime import date

from steelyard.model.frozen import frozen
from steelyard.model.texts import Text


@frozen
class Calendar:
    """The days off from the day `first` to the day `last`, as ordinals; they ascend."""

    id: str
    title: Text
    first: int
    last: int
    days_off: tuple[int, ...]

    @property
    def range_text(self) -> str:
        """The range of days that the calendar knows, for people."""
        return f"{date.fromordinal(self.first)} to {date.fromordinal(self.last)}"

    def days_off_between(self, low: int, high: int) -> tuple[int, ...]:
        """Return the days off after a day, up to another one."""
        return tuple(day for day in self.days_off if low < day <= high)


def common_days(calendars: Iterable[Calendar]) -> tuple[int, int] | None:
    """Return the first and the last day that all of some calendars have; None if there is none."""
    spans = [(calendar.first, calendar.last) for calendar in calendars]
    if not spans:
        return None
    first, last = max(span[0] for span in spans), min(span[1] for span in spans)
    return (first, last) if first <= last else None
