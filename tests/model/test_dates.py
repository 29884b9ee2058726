"""Laws of dates: parts, starts of periods, whole months, and days without days off."""

import calendar
from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from steelyard.model.dates import (
    PARTS,
    STARTS,
    days_without,
    months_between,
    part_of,
    start_of,
)

DAYS = st.dates(date(1, 1, 1), date(2199, 12, 31)).map(date.toordinal)
FIRST = date(2026, 1, 1).toordinal()
NEAR = st.integers(FIRST, FIRST + 400)


@given(DAYS)
def test_parts_are_those_of_the_calendar(day):
    its = date.fromordinal(day)
    assert [part_of(part, day) for part in PARTS] == [
        its.year, (its.month - 1) // 3 + 1, its.month, calendar.weekday(*its.timetuple()[:3]) + 1
    ]  # fmt: skip


@given(DAYS)
def test_a_period_begins_on_its_first_day(day):
    for period in STARTS:
        start = start_of(period, day)
        assert start <= day
        assert start_of(period, start) == start
        if start > 1:  # the day before belongs to another one
            assert start_of(period, start - 1) < start
        part = "weekday" if period == "week" else "month"
        assert part_of(part, start) in {
            "week": [1], "month": range(1, 13), "quarter": [1, 4, 7, 10], "year": [1]
        }[period]  # fmt: skip
        assert all(start_of(period, between) == start for between in range(start, day + 1, 11))


def later(day, months):
    """The same day of a later month, or the last day of that month."""
    its = date.fromordinal(day)
    year, month = divmod(12 * its.year + its.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(its.day, last)).toordinal()


@given(DAYS, DAYS)
@example(date(2024, 1, 31).toordinal(), date(2024, 2, 29).toordinal())
@example(date(1, 1, 1).toordinal(), date(2199, 12, 31).toordinal())
def test_months_are_the_most_that_fit(one, other):
    start, end = sorted((one, other))
    months = months_between(start, end)
    assert later(start, months) <= end < later(start, months + 1)
    assert months_between(end, start) == -months


@given(DAYS, DAYS, DAYS)
def test_months_rise_with_the_second_date_and_fall_with_the_first(one, two, three):
    first, second = sorted((two, three))
    assert months_between(one, first) <= months_between(one, second)
    assert months_between(first, one) >= months_between(second, one)


def test_the_last_of_all_dates_has_months():
    last = date.max.toordinal()
    assert months_between(1, last) == 12 * 9999 - 1
    assert months_between(last, last) == 0


@given(NEAR, NEAR, NEAR, st.sets(NEAR))
def test_working_days_are_counted_one_by_one(one, other, third, off):
    days_off = tuple(sorted(off))
    start, end = sorted((one, other))
    days = (date.fromordinal(start) + timedelta(step) for step in range(1, end - start + 1))
    assert days_without(start, end, days_off) == sum(day.toordinal() not in off for day in days)
    assert days_without(end, start, days_off) == -days_without(start, end, days_off)
    assert days_without(one, third, days_off) == (
        days_without(one, other, days_off) + days_without(other, third, days_off)
    )
    assert days_without(one, other, ()) == other - one
