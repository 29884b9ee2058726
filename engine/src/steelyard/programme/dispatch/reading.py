"""Readers of files of agents and of inquiries."""

import re
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

from steelyard.errors import InvalidInput, Place, Problem, Problems, suggest
from steelyard.formats import Located
from steelyard.model.dates import read_day
from steelyard.model.facts import FieldDeclaration
from steelyard.model.texts import Text
from steelyard.programme.dispatch.model import (
    MINUTES,
    SCORE_DECIMALS,
    Agent,
    Agents,
    Inquiries,
    Inquiry,
    Policy,
)
from steelyard.programme.tables import (
    VALUE,
    Column,
    RejectedRow,
    Row,
    declared,
    identity,
    names,
    read_table,
    wrong,
)

SKILL, CAPACITY, EXPIRED = "SY832", "SY833", "SY834"
MAX_CAPACITY = 1_000_000
_HOURS = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})\Z")
_TIME = re.compile(r"([0-9-]{10})[T ]([0-9]{2}):([0-9]{2})(?::[0-9]{2})?\Z")


def _field(name: str, kind: Any, *, required: bool = False, **more: Any) -> Column:  # noqa: ANN401
    return declared(FieldDeclaration(name, kind, Text(name, name), required=required, **more))


def _names(name: str, located: Located) -> tuple[str, ...]:
    found = names(located)
    if not found:
        raise wrong(name, located, "one name or several, separated by |")
    return found


def _hours(name: str, located: Located) -> tuple[int, int]:
    written = _HOURS.match(str(located.value))
    if written is not None:
        hours = list(map(int, written.groups()))
        start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if hours[1] < 60 and hours[3] < 60 and start < end <= MINUTES:
            return start, end
    fix = "write two agents for hours over midnight"
    raise wrong(name, located, "hours of one day, such as 10:00-20:00", fix)


def _time(name: str, located: Located) -> tuple[date, int]:
    written = _TIME.match(str(located.value))
    day = read_day(written[1]) if written else None
    if written is not None and day is not None:
        hour, minute = int(written[2]), int(written[3])
        if hour < 24 and minute < 60:
            return day, hour * 60 + minute
    raise wrong(name, located, "a day and a time, such as 2026-06-01T10:05")


def agent_columns() -> list[Column]:
    """Return the columns of a file of agents."""
    return [
        identity("agent"),
        identity("merchant"),
        _field("score", "decimal", decimals=SCORE_DECIMALS, high=100 * 10**SCORE_DECIMALS),
        _field("certification", "id"),
        _field("certified_until", "date", low=1, high=date.max.toordinal()),
        _field("capacity", "int", required=True, low=-MAX_CAPACITY, high=MAX_CAPACITY),
        Column("skills", _names, required=True),
        Column("languages", _names, required=True),
        Column("hours", _hours, required=True),
    ]


def inquiry_columns() -> list[Column]:
    """Return the columns of a file of inquiries."""
    return [
        identity("inquiry"),
        Column("at", _time, required=True),
        identity("language"),
        identity("skill"),
    ]


def read_inquiries(path: Path, policy: Policy) -> Inquiries:
    """Return the inquiries of a file, which are of one day.

    A row is rejected for a value that does not fit (SY841), an unknown skill (SY832), or an id
    that another row has (SY842). Raises `InvalidInput` for a file that cannot be read, or that has
    inquiries of several days.
    """
    table = read_table(path, inquiry_columns(), noun="inquiry")
    rejects = list(table.rejects)
    inquiries: list[Inquiry] = []
    days: dict[date, Place] = {}
    for row in table.rows:
        day, minute = row.values["at"]
        days.setdefault(day, row.place)
        problems = _unknown_skills([row.values["skill"]], policy.skills, row.place)
        if problems:
            rejects.append(RejectedRow(row.id, row.number, tuple(problems)))
        else:
            language, skill = row.values["language"], row.values["skill"]
            inquiries.append(Inquiry(row.id, minute, language, skill))
    if len(days) > 1:
        first, other = sorted(days)[:2]
        what = f"the inquiries are of several days: {first} and {other}"
        place = max(days[first], days[other])
        fix = "write a file for each day, because capacities are those of a day"
        raise InvalidInput([Problem(VALUE, what, place, "inquiries of one day", fix)])
    inquiries.sort(key=lambda one: (one.minute, one.id))
    rejects.sort(key=lambda one: one.number)
    return Inquiries(next(iter(days), date.min), tuple(inquiries), tuple(rejects))


def read_agents(path: Path, policy: Policy, day: date) -> Agents:
    """Return the agents of a file as they are on a day.

    An agent whose certification has ended counts as not certified, with a warning (SY834). A row
    is rejected for a value that does not fit (SY841), an unknown skill (SY832), a capacity below
    zero (SY833), or an id that another row has (SY842).
    """
    table = read_table(path, agent_columns(), noun="agent")
    rejects = list(table.rejects)
    agents: list[Agent] = []
    warnings: list[Problem] = []
    for row in table.rows:
        problems = _unknown_skills(row.values["skills"], policy.skills, row.place)
        capacity = row.values["capacity"]
        if capacity < 0:
            what = f"the capacity of {row.id} is {capacity}"
            fix = "write 0 for an agent who takes no inquiry"
            problems.append(Problem(CAPACITY, what, row.place, "a number from 0", fix))
        if problems:
            rejects.append(RejectedRow(row.id, row.number, tuple(problems)))
            continue
        warning = _expired(row, day)
        if warning is not None:
            warnings.append(warning)
        certified = "certification" in row.values and warning is None
        agents.append(_agent(row, policy, certified=certified))
    agents.sort(key=lambda one: one.id)
    rejects.sort(key=lambda one: one.number)
    return Agents(tuple(agents), tuple(rejects), tuple(warnings))


def _agent(row: Row, policy: Policy, *, certified: bool) -> Agent:
    values = row.values
    score = values.get("score")
    group = policy.group_of(score, certified=certified)
    start, end = values["hours"]
    return Agent(
        id=row.id,
        merchant=values["merchant"],
        group=group,
        value=policy.value_of(group, score),
        capacity=values["capacity"],
        skills=values["skills"],
        languages=values["languages"],
        start=start,
        end=end,
    )


def _unknown_skills(given: Collection[str], known: Collection[str], place: Place) -> list[Problem]:
    problems = Problems()
    for skill in given:
        if skill not in known:
            expected = f"one of {', '.join(known)}"
            fix = suggest(skill, known) or "add it to `skills` of the policy"
            problems.add(SKILL, f"unknown skill {skill!r}", place, expected=expected, fix=fix)
    return problems.found


def _expired(row: Row, day: date) -> Problem | None:
    """Return a warning for a certification that has ended, or without a known end."""
    if "certification" not in row.values:
        return None
    until = row.values.get("certified_until")
    if until is not None and until >= day.toordinal():
        return None
    ended = "has no known end" if until is None else f"ended on {date.fromordinal(until)}"
    what = f"the certification {row.values['certification']} of {row.id} {ended}, "
    what += "so the agent counts as not certified"
    fix = "renew it, or take certified_until from `steelyard certify check`"
    return Problem(EXPIRED, what, row.place, f"a day from {day} on", fix, "warning")
