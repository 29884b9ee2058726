"""Faults planted into a sample, to try how wrong rows are handled."""

from collections.abc import Mapping, Sequence

import polars as pl

from steelyard.merchants.synthetic.draws import DRAW_END, has_chance
from steelyard.merchants.synthetic.merchants import LABELS, Merchants
from steelyard.model.facts import FactDeclaration
from steelyard.model.numbers import INT64_HIGH

MILLION = 10**6
UNKNOWN_INDUSTRY = "no-such-industry"
DUPLICATE = "m-duplicate"


def plant_faults(
    columns: dict[str, pl.Series],
    batch: Merchants,
    facts: Mapping[str, FactDeclaration],
    faults: int,
) -> dict[str, pl.Series]:
    """Return columns in which so many of a million rows would be rejected.

    In turns: an industry that nobody knows, a required fact that is missing, a value above its
    bound or a part above its whole, a name that all rows of this turn have (a single one in the
    population is right). Columns of facts hold scaled integers, as far as they are planted.
    """
    planted = dict(columns)
    fault = has_chance(batch.draw(":fault"), faults, MILLION)
    turn = batch.draw(":turn") * 4 // DRAW_END
    halved = has_chance(batch.draw(":part"), 1, 2)

    def plant(name: str, where: pl.Series, value: pl.Series | str | int | None) -> None:
        old = planted[name]
        if not isinstance(value, pl.Series):
            value = pl.repeat(value, len(old), dtype=old.dtype, eager=True)
        planted[name] = value.zip_with(fault & where, old).alias(name)

    plant("industry", turn == 0, UNKNOWN_INDUSTRY)
    plant("merchant", turn == 3, DUPLICATE)
    there = [facts[name] for name in facts if name in columns and name not in LABELS]
    required = _first([fact for fact in there if fact.required])
    if required is not None:
        plant(required.id, turn == 1, None)
    numbers = [one for one in there if one.type in ("int", "decimal") and one.high < INT64_HIGH]
    bounded = _first([fact for fact in numbers if fact is not required])
    if bounded is None:
        return planted
    above = turn == 2
    part = _first([one for one in numbers if _is_part(one, facts, columns)])
    if part is not None and part.at_most is not None:
        whole = planted[part.at_most]
        # a whole that is absent or at the part's bound cannot be passed
        passed = halved & (whole < part.high).fill_null(False)
        plant(part.id, above & passed, whole + 1)
        above &= ~passed
    plant(bounded.id, above, bounded.high + 1)
    return planted


def _first(facts: Sequence[FactDeclaration]) -> FactDeclaration | None:
    """Return the first fact, if possible one that merchants of every industry have."""
    return next((fact for fact in facts if not fact.industries), facts[0] if facts else None)


def _is_part(
    fact: FactDeclaration, facts: Mapping[str, FactDeclaration], columns: Mapping[str, pl.Series]
) -> bool:
    whole = facts.get(fact.at_most or "")
    return (
        whole is not None
        and whole.id in columns
        and whole.decimals == fact.decimals
        and set(fact.industries) >= set(whole.industries)
    )
