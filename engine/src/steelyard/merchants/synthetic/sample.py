"""Merchants drawn from levels, batch by batch, with faults planted where asked.

Each merchant has a draw of its own, its quality. Factors such as size, goods and service follow it
more or less, and facts follow their factor. Counts are drawn first; a share is a count divided by
another. Who joins a scheme follows the quality too; a scheme's facts are absent outside.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import polars as pl

from steelyard.merchants.synthetic.draws import DRAW_END, has_chance, nulls, only_where
from steelyard.merchants.synthetic.levels import THOUSANDTHS, Level, Levels, usual_level
from steelyard.merchants.synthetic.values import (
    LABELS,
    Merchants,
    as_written,
    drawn_part,
    drawn_records,
    drawn_share,
    drawn_value,
    in_decimals_of,
    merchants,
    names,
)
from steelyard.model.facts import FactDeclaration
from steelyard.model.numbers import INT64_HIGH, to_scaled

MILLION = 10**6
UNKNOWN_INDUSTRY = "no-such-industry"
DUPLICATE = "m-duplicate"

BATCH = 131_072


def plant_faults(
    columns: dict[str, pl.Series],
    batch: Merchants,
    facts: Mapping[str, FactDeclaration],
    faults: int,
) -> dict[str, pl.Series]:
    """Return columns in which `faults` of each million rows have a fault, so are rejected.

    The faults are, in turn: an unknown industry, a required fact that is missing, a value above its
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
    part = _first([number for number in numbers if _is_part(number, facts, columns)])
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


def sample(
    facts: Mapping[str, FactDeclaration],
    levels: Levels,
    *,
    industries: Sequence[str],
    shop_types: Sequence[str],
    rows: int,
    seed: int,
    as_of: date,
    faults: Decimal | int = 0,
    batch: int = BATCH,
) -> Iterator[pl.DataFrame]:
    """Iterate over raw merchants in columns as files hold them, at most `batch` at a time.

    `faults` is the share of merchants (to six decimals) that get a fault which rejects them. The
    values of a row depend on the row and on all arguments but `rows` and `batch`; at least one
    frame comes, with all columns.
    """
    drawn = [
        (fact, levels.facts.get(fact.id) or usual_level(fact))
        for fact in _in_order(facts, levels)
        if not fact.industries or set(fact.industries) & set(industries)
    ]
    floors = _floors(facts)
    for start in range(0, max(rows, 1), batch):
        size = min(batch, rows - start)
        shops = merchants(start, size, levels, industries, shop_types, seed, as_of.toordinal())
        columns = {"merchant": names(shops), "industry": shops.industry}
        if shops.shop_type is not None:
            columns["shop_type"] = shops.shop_type
        labels = tuple(columns)
        for fact, level in drawn:
            columns[fact.id] = _column(shops, fact, level, facts, columns, floors).alias(fact.id)
        if faults:
            columns = plant_faults(columns, shops, facts, to_scaled(faults, 6))
        given = sorted(set(columns) - set(labels))
        yield pl.DataFrame(
            [
                *(columns[name] for name in labels),
                *(as_written(columns[name], facts[name]).alias(name) for name in given),
            ]
        )


def _in_order(facts: Mapping[str, FactDeclaration], levels: Levels) -> list[FactDeclaration]:
    """Return facts such that wholes come before their parts."""
    done: dict[str, FactDeclaration] = {}

    def add(name: str, above: tuple[str, ...]) -> None:
        fact = facts.get(name)
        if fact is None or name in done or name in above or name in LABELS:
            return
        level = levels.facts.get(name)
        links = () if level is None else level.links
        for whole in (*links, *((fact.at_most,) if fact.at_most else ())):
            add(whole, (*above, name))
        done[name] = fact

    for name in sorted(facts):
        add(name, ())
    return list(done.values())


def _floors(facts: Mapping[str, FactDeclaration]) -> dict[str, int]:
    """Return the lowest value of each fact that leaves room for its parts."""
    floors = {name: fact.low for name, fact in facts.items()}
    for _ in facts:  # a chain of parts is no longer than that
        before = dict(floors)
        for part in facts.values():
            whole = facts.get(part.at_most or "")
            if whole is not None:
                # rounded up to the whole's decimals
                floor = -(-before[part.id] * 10**whole.decimals // 10**part.decimals)
                floors[whole.id] = min(max(floors[whole.id], floor), whole.high)
        if floors == before:
            break
    return floors


def _column(
    shops: Merchants,
    fact: FactDeclaration,
    level: Level,
    facts: Mapping[str, FactDeclaration],
    columns: Mapping[str, pl.Series],
    floors: Mapping[str, int],
) -> pl.Series:
    """Return a fact's scaled integers (records: as written), absent where it is not given."""
    there = _there(shops, fact, level)
    if not fact.required and level.needs is not None:
        there &= _positive(columns.get(level.needs), shops)
    if fact.type == "records":
        return drawn_records(shops, fact, level, there)
    value = _value(shops, fact, level, facts, columns)
    for kind, own in level.where.items():
        here = _of_kind(shops, kind)
        value = _value(shops, fact, own, facts, columns).zip_with(here, value)
        if own.given != level.given:
            there = _there(shops, fact, own).zip_with(here, there)
    if floors[fact.id] > fact.low:
        value = value.clip(floors[fact.id], fact.high)
    whole = columns.get(fact.at_most or "")
    if fact.at_most is not None and whole is not None:
        limit = facts[fact.at_most]
        most = in_decimals_of(whole, limit, fact)
        value = most.zip_with((value > most).fill_null(False), value)
        if not fact.required and fact.low * 10**limit.decimals > limit.low * 10**fact.decimals:
            there &= (most >= fact.low).fill_null(True)  # else there is no room
    return only_where(value, there)


def _value(
    shops: Merchants,
    fact: FactDeclaration,
    level: Level,
    facts: Mapping[str, FactDeclaration],
    columns: Mapping[str, pl.Series],
) -> pl.Series:
    if level.of is not None:
        return drawn_part(shops, fact, level, facts.get(level.of), columns.get(level.of))
    if level.out_of is None:
        return drawn_value(shops, fact.id, fact, level)
    none = nulls(shops.size, pl.Int64)
    whole = columns.get(level.out_of, none)
    count = None if level.share is None else columns.get(level.share, none)
    value = drawn_share(shops, fact.id, fact, level, whole, count)
    other = columns.get(level.beside or "")
    if other is None:
        return value
    room = 10**fact.decimals - in_decimals_of(other, facts[level.beside or ""], fact)
    return room.zip_with((value > room).fill_null(False), value).clip(fact.low, fact.high)


def _positive(column: pl.Series | None, shops: Merchants) -> pl.Series:
    if column is None:
        return pl.repeat(False, shops.size, dtype=pl.Boolean, eager=True)
    return (column > 0).fill_null(False)


def _of_kind(shops: Merchants, kind: str) -> pl.Series:
    """Return the merchants of an industry or a shop type."""
    here = shops.industry == kind
    return here if shops.shop_type is None else here | (shops.shop_type == kind)


def _there(shops: Merchants, fact: FactDeclaration, level: Level) -> pl.Series:
    """Return a mask of the merchants that have a fact, by industry, scheme and level."""
    there = pl.repeat(True, shops.size, dtype=pl.Boolean, eager=True)
    if fact.industries:
        there &= shops.industry.is_in(list(fact.industries))
    if level.scheme is not None and shops.schemes is not None and not fact.required:
        there &= shops.schemes[level.scheme]
    if level.given < THOUSANDTHS and not fact.required:
        there &= has_chance(shops.draw(f"{fact.id} given"), level.given, THOUSANDTHS)
    return there
