"""Merchants as data."""

from collections.abc import Mapping
from dataclasses import dataclass

from steelyard.errors import Place, Problem
from steelyard.model.facts import FactDeclaration

Record = dict[str, int | bool | str]
Value = int | bool | tuple[Record, ...]


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is not a merchant, with every reason; `name` is None if it could not be read."""

    name: str | None
    row: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
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
