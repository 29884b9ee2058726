"""A reader of the calendars of a book, `calendars/*.yaml`: days off, day by day.

A calendar consists of periods, each with its source, because days off are published year by year.
Every day of a period is known: it is off if it is a holiday, or a weekend on which nobody works.
"""

from collections.abc import Iterator
from datetime import date

from steelyard.errors import Place, Problems
from steelyard.formats import Located
from steelyard.formats.scalars import read_date
from steelyard.formats.schemas import load_schema
from steelyard.formats.validation import validate
from steelyard.model.calendars import Calendar
from steelyard.model.limits import MAX_CALENDAR_DAYS
from steelyard.model.texts import Text

CALENDARS = "calendars"
CODE = "SY345"
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Span = tuple[int, int]


def add_calendar(document: Located, calendars: dict[str, Calendar], problems: Problems) -> None:
    """Add the calendar of a file to those of the book, or note its problems."""
    calendar = read_calendar(document, problems)
    if calendar is None:
        return
    if calendars.setdefault(calendar.id, calendar) is not calendar:
        what = f"another file declares the calendar {calendar.id}, too"
        place = document.mapping["calendar"].place
        problems.add(CODE, what, place, fix="rename or remove one of the two")


def read_calendar(document: Located, problems: Problems) -> Calendar | None:
    """Return the calendar of a file; note problems and return None if it has any."""
    before = len(problems.errors)
    if not validate(document, load_schema("calendar"), CODE, problems):
        return None
    top = document.mapping
    periods = top["periods"].sequence
    spans = [_span(period, problems) for period in periods]
    if len(problems.errors) > before:
        return None
    known = [span for span in spans if span is not None]
    _check_sequence(periods, known, problems)
    if len(problems.errors) > before:  # a range of days that is too long is not walked through
        return None
    weekend = {_WEEK.index(name) for name in top["weekend"].plain()}
    days_off: set[int] = set()
    for period, span in zip(periods, known, strict=True):
        days_off |= _days_off(period, span, weekend, problems)
    if len(problems.errors) > before:
        return None
    title = Text(**top["title"].plain())
    first, last = known[0][0], known[-1][1]
    return Calendar(top["calendar"].plain(), title, first, last, tuple(sorted(days_off)))


def _span(entry: Located, problems: Problems) -> Span | None:
    """Return the first and the last day of an entry: a date, or a mapping with `from` and `to`."""
    if not isinstance(entry.value, dict):
        day = read_date(entry, problems, CODE)
        return None if day is None else (day.toordinal(), day.toordinal())
    ends = entry.mapping
    first, last = (read_date(ends[key], problems, CODE) for key in ("from", "to"))
    if first is None or last is None:
        return None
    if first > last:
        what = f"`to` {last} is before `from` {first}"
        problems.add(CODE, what, ends["to"].place, fix="write the earlier day in `from`")
        return None
    return first.toordinal(), last.toordinal()


def _check_sequence(periods: list[Located], spans: list[Span], problems: Problems) -> None:
    """Report periods that leave days out, overlap, or are too long together."""
    for (_, end), (start, _), period in zip(spans, spans[1:], periods[1:], strict=False):
        place = period.mapping["from"].place
        if start > end + 1:
            what = f"the calendar has no period with the days from {_day(end + 1)} to "
            what += f"{_day(start - 1)}"
            fix = f"add a period for these days, or begin this one on {_day(end + 1)}"
            problems.add(CODE, what, place, expected="periods without a gap", fix=fix)
        elif start <= end:
            what = f"{_day(start)} is in the period before, too, which ends on {_day(end)}"
            fix = f"begin this period on {_day(end + 1)}"
            expected = "periods in order, that share no day"
            problems.add(CODE, what, place, expected=expected, fix=fix)
    days = sum(last - first + 1 for first, last in spans)
    if days > MAX_CALENDAR_DAYS:
        what = f"the periods have {days} days; max {MAX_CALENDAR_DAYS}"
        problems.add(CODE, what, periods[-1].place, fix="remove the oldest periods")


def _days_off(period: Located, span: Span, weekend: set[int], problems: Problems) -> set[int]:
    """Return the days off of a period."""
    entries = period.mapping
    holidays = dict(_listed(entries["holidays"], span, problems))
    days_off = {day for day in range(span[0], span[1] + 1) if (day - 1) % 7 in weekend}
    worked = _listed(entries["working_days"], span, problems) if "working_days" in entries else ()
    for day, place in worked:
        if day in holidays:
            what = f"{_day(day)} is a holiday, too, at {holidays[day]}"
            problems.add(CODE, what, place, fix="remove it here or there")
        elif day not in days_off:
            what = f"{_day(day)} is no day of a weekend, so it is a working day anyway"
            expected = "days of a weekend on which people work"
            problems.add(CODE, what, place, expected=expected, fix="remove it")
        days_off.discard(day)
    return days_off | set(holidays)


def _listed(entries: Located, span: Span, problems: Problems) -> Iterator[tuple[int, Place]]:
    """Yield every day of a list, each with its place; report repeated days, and foreign ones."""
    seen: set[int] = set()
    for entry in entries.sequence:
        days = _span(entry, problems)
        if days is None:
            continue
        first, last = days
        if not span[0] <= first <= last <= span[1]:
            outside = first if first < span[0] else last
            what = f"{_day(outside)} is outside the period"
            expected = f"days from {_day(span[0])} to {_day(span[1])}"
            fix = "move it to the period that has it"
            problems.add(CODE, what, entry.place, expected=expected, fix=fix)
            continue
        for day in range(first, last + 1):
            if day in seen:
                problems.add(CODE, f"{_day(day)} is listed twice", entry.place, fix="remove one")
                break
            seen.add(day)
            yield day, entry.place


def _day(ordinal: int) -> date:
    return date.fromordinal(ordinal)
