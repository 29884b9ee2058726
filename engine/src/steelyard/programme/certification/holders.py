"""A reader of files of holders: who has which certificate, and the facts of a month."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from steelyard.errors import Problem, Problems, suggest
from steelyard.model.facts import FieldDeclaration
from steelyard.model.texts import Text
from steelyard.programme.certification.model import Certifications, Holder, Holders
from steelyard.programme.tables import (
    VALUE,
    Column,
    RejectedRow,
    Row,
    declared,
    identity,
    read_table,
)

APPEALS = ("none", "pending", "upheld", "rejected")
_MOST_CHECKS = 1200  # a hundred years


def _field(name: str, kind: Any, *, required: bool = False, **more: Any) -> Column:  # noqa: ANN401
    return declared(FieldDeclaration(name, kind, Text(name, name), required=required, **more))


def _day(name: str, *, required: bool = False) -> Column:
    return _field(name, "date", required=required, low=1, high=date.max.toordinal())


def holder_columns(certifications: Certifications) -> list[Column]:
    """Return the columns of a file of holders; the facts of the certifications are the last."""
    return [
        identity("holder"),
        identity("certification"),
        identity("industry"),
        _field("merchant", "id"),
        identity("certificate_type"),
        _field("identity_match", "bool", required=True, high=1),
        _day("valid_from", required=True),
        _day("valid_to", required=True),
        _day("since", required=True),
        _day("measured_to"),
        _field("failed_checks", "int", high=_MOST_CHECKS),
        _field("appeal", "enum", values=APPEALS, high=len(APPEALS) - 1),
        _day("appealed_on"),
        _day("ended_on"),
        *map(declared, certifications.facts.values()),
    ]


def read_holders(path: Path, certifications: Certifications, as_of: date) -> Holders:
    """Return the holders of a file; a person may hold several certifications, once each.

    Raises `InvalidInput` for a file that cannot be read. A row is rejected for values that do not
    fit (SY841), an unknown certification (SY823), and a certification that it has twice (SY842).
    """
    columns = holder_columns(certifications)
    table = read_table(path, columns, noun="holder", keys=2)
    holders: list[Holder] = []
    rejects = list(table.rejects)
    for row in table.rows:
        problems = _problems_of(row, certifications, as_of)
        if problems:
            rejects.append(RejectedRow(row.id, row.number, tuple(problems)))
        else:
            holders.append(_holder(row.values, certifications))
    return Holders(tuple(holders), tuple(sorted(rejects, key=lambda one: one.number)))


def _problems_of(row: Row, certifications: Certifications, as_of: date) -> list[Problem]:
    values, problems = row.values, Problems()
    name = values["certification"]
    if certifications.find(name) is None:
        known = ", ".join(certifications.kinds) or "none"
        fix = suggest(name, certifications.kinds)
        what = f"the book has no certification {name!r}"
        problems.add("SY823", what, row.place, expected=f"one of {known}", fix=fix)
    if values["valid_from"] > values["valid_to"]:
        what = f"valid_to {_date(values['valid_to'])} is before valid_from"
        problems.add(VALUE, what, row.place, fix="write the earlier day in valid_from")
    if values.get("measured_to", 0) > as_of.toordinal():
        what = f"measured_to {_date(values['measured_to'])} is after {as_of}"
        fix = "give the facts of a month that has ended"
        problems.add(VALUE, what, row.place, expected="a day up to the day asked for", fix=fix)
    if values.get("appeal") and "appealed_on" not in values:
        what = f"the appeal is {APPEALS[values['appeal']]}, and appealed_on is empty"
        problems.add(VALUE, what, row.place, expected="the day of the appeal")
    return problems.found


def _date(ordinal: int) -> date:
    return date.fromordinal(ordinal)


def _holder(values: Mapping[str, Any], certifications: Certifications) -> Holder:
    def day(name: str) -> date | None:
        return _date(values[name]) if name in values else None

    kind = certifications.find(values["certification"])
    assert kind is not None
    return Holder(
        id=values["holder"],
        certification=kind.id,
        industry=values["industry"],
        merchant=values.get("merchant"),
        certificate_type=values["certificate_type"],
        identity_match=values["identity_match"],
        valid_from=_date(values["valid_from"]),
        valid_to=_date(values["valid_to"]),
        since=_date(values["since"]),
        measured_to=day("measured_to"),
        failed_checks=values.get("failed_checks", 0),
        appeal=APPEALS[values.get("appeal", 0)],
        appealed_on=day("appealed_on"),
        ended_on=day("ended_on"),
        facts={name: values[name] for name in certifications.facts if name in values},
    )
