"""Merchants, rejects and duplicate names as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from steelyard.errors import Place, Problem
from steelyard.model.facts import FactDeclaration
from steelyard.model.frozen import frozen
from steelyard.model.limits import MAX_DUPLICATE_ROWS

Record = dict[str, int | bool | str]
Value = int | bool | tuple[Record, ...]


@frozen
class Merchant:
    """One merchant's facts at a date.

    `facts` has scaled integers, day ordinals, indices of enum values, booleans, and tuples of
    records (an `id` field is a text). A fact that is absent has no entry. `row` counts from 1
    within the file.
    """

    name: str
    industry: str
    shop_type: str | None
    facts: dict[str, Value]
    row: int = 1
    place: Place | None = None


@frozen
class Reject:
    """A row that is not a merchant, with every reason; `name` is None if it could not be read."""

    name: str | None
    row: int
    problems: tuple[Problem, ...]


@frozen
class MerchantFile:
    """Every row of a merchant file, in exactly one of `merchants` and `rejects`.

    `several` is true for a list (even of one), false for a file that is one merchant.
    """

    merchants: tuple[Merchant, ...]
    rejects: tuple[Reject, ...]
    several: bool


def missing_facts(merchant: Merchant, plan_facts: Mapping[str, FactDeclaration]) -> list[Problem]:
    """Return a problem (SY603) for every fact that a plan requires and the merchant lacks."""
    return [
        Problem(
            "SY603",
            f"{fact.id} ({fact.title.en}, {fact.title.zh}) is missing",
            merchant.place,
            expected=describe_fact(fact),
            fix=f"give {fact.id}",
        )
        for fact in plan_facts.values()
        if fact.required and fact.id not in merchant.facts
    ]


def describe_fact(fact: FactDeclaration) -> str:
    """Return the allowed values of a fact in words, with unit and bounds."""
    if fact.type == "records":
        fields = ", ".join(field.name for field in fact.fields)
        return f"a list of at most {fact.max_records} records with the fields {fields}"
    from steelyard.merchants.rows.values import describe

    return describe(fact)


@dataclass(slots=True)
class Duplicate:
    """The first few places of a name, as source and row, and how many rows have it."""

    count: int = 0
    places: list[tuple[str, int]] = field(default_factory=list)

    def add(self, source: str, row: int) -> None:
        """Count one more row."""
        self.count += 1
        if len(self.places) < MAX_DUPLICATE_ROWS:
            self.places.append((source, row))

    def problem(self, name: str, place: Place) -> Problem:
        """Return the problem of each of the rows."""
        expected = "a name of its own for each merchant"
        more = ", …" if self.count > len(self.places) else ""
        sources = {source for source, _ in self.places}
        if not self.places:  # where rows have no numbers
            what = f"duplicate merchant {name!r} in {self.count} rows"
        elif len(sources) == 1:
            shown = ", ".join(str(row) for _, row in self.places)
            what = f"duplicate merchant {name!r} in rows {shown}{more}"
        else:
            shown = ", ".join(f"{source} row {row}" for source, row in self.places)
            what = f"duplicate merchant {name!r} in several places: {shown}{more}"
        return Problem("SY607", what, place, expected)
