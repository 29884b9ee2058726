"""Values of facts and records: drawn as scaled integers inside their bounds, then written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pyarrow as pa

from steelyard.merchants.columns.columns import list_column
from steelyard.merchants.synthetic.draws import (
    DRAW_END,
    draw,
    has_chance,
    mirrored,
    mixed,
    nulls,
    only_where,
    quantile,
    weighted_index,
)
from steelyard.merchants.synthetic.levels import (
    PARTS,
    THOUSANDTHS,
    Level,
    Levels,
    usual_level,
)
from steelyard.model.facts import Declaration, FactDeclaration, FieldDeclaration
from steelyard.model.numbers import INT64_HIGH

LABELS = ("industry", "shop_type")
_JOINS = 700  # the correlation of joining a scheme with the quality of a shop, in thousandths

_EPOCH = 719_163  # the ordinal of 1970-01-01
_DIGITS = 18  # that a decimal of 64 bits always holds

_MONTH = 31


@dataclass(frozen=True, slots=True)
class Merchants:
    """Merchants of a batch, or records of merchants: columns of one length.

    `start` is the first row of the batch within the population, and `size` the number of its
    merchants. `own` is a draw for the quality of a merchant, and `factors` are draws that follow it
    more or less. `day` is the ordinal of the
    population's day. Records have the position of their merchant in the batch (`owner`); `number`
    counts the records of a merchant where each has draws of its own.
    """

    seed: int
    day: int
    start: int
    size: int
    own: pl.Series
    factors: Mapping[str, pl.Series]
    industry: pl.Series
    shop_type: pl.Series | None = None
    schemes: Mapping[str, pl.Series] | None = None
    owner: pl.Series | None = None
    number: pl.Series | None = None

    def draw(self, name: str) -> pl.Series:
        """Return a uniform draw for each merchant or record."""
        if self.owner is None:
            return draw(self.start, self.size, self.seed, name)
        if self.number is None:
            return draw(self.start, self.size, self.seed, name).gather(self.owner)
        count = int(self.number.to_numpy().max(initial=0)) + 1
        names = [f"{name} {number}" for number in range(count)]
        draws = [draw(self.start, self.size, self.seed, each) for each in names]
        return pl.concat(draws).gather(self.number * self.size + self.owner)

    def followed(self, name: str, level: Level, better: str | None = None) -> pl.Series:
        """Return draws that follow the level's factor: high for good merchants, or low.

        `better` stands for the level's own.
        """
        better = better or level.better
        alone = self.draw(name)
        if better is None and level.factor is None:
            return alone
        lead = self.own if level.factor is None else self.factors[level.factor]
        return mixed(mirrored(lead) if better == "low" else lead, alone, level.follows)


def merchants(
    start: int,
    size: int,
    levels: Levels,
    industries: Sequence[str],
    shop_types: Sequence[str],
    seed: int,
    day: int,
) -> Merchants:
    """Return the merchants of the rows from `start` on."""
    own = draw(start, size, seed, ":own")
    factors = {
        name: mixed(own, draw(start, size, seed, f":factor {name}"), correlation)
        for name, correlation in levels.factors.items()
    }
    batch = Merchants(seed, day, start, size, own, factors, industry=own)  # until it is drawn
    good = Level(better="low", follows=_JOINS)  # low draws join, so good shops join more
    schemes = {
        name: has_chance(batch.followed(f":scheme {name}", good), joined, THOUSANDTHS)
        for name, joined in levels.schemes.items()
    }
    return replace(
        batch,
        industry=_kinds(batch, "industry", industries, levels.industries),
        shop_type=_kinds(batch, "shop_type", shop_types, levels.shop_types) if shop_types else None,
        schemes=schemes,
    )


def names(batch: Merchants) -> pl.Series:
    """Return the merchants' names."""
    first = batch.start + 1
    rows = pl.int_range(first, first + batch.size, dtype=pl.Int64, eager=True)
    return ("m" + rows.cast(pl.String).str.pad_start(9, "0")).alias("merchant")


def _kinds(
    batch: Merchants, name: str, values: Sequence[str], weights: Mapping[str, int]
) -> pl.Series:
    """Return one of some values a row, by their weights; without weights all alike."""
    given = [weights.get(value, 0 if weights else 1) for value in values]
    index = weighted_index(batch.draw(f":{name}"), given if any(given) else [1] * len(values))
    return pl.Series(name, values, dtype=pl.String).gather(index)


def as_written(value: pl.Series, one: Declaration) -> pl.Series:
    """Return scaled integers as decimals, ordinals as dates, indices as texts; others as is."""
    if one.type == "decimal":
        return _decimals(value, one)
    if one.type == "date":
        return (value - _EPOCH).cast(pl.Int32).cast(pl.Date)
    if one.type == "enum":
        return pl.Series(one.values, dtype=pl.String).gather(value)
    return value


def _decimals(value: pl.Series, one: Declaration) -> pl.Series:
    """Return decimals of the same digits: only the point moves."""
    if max(abs(one.low), abs(one.high)) >= 10**_DIGITS - 1:  # a faulty value is the bound plus one
        kind = pl.Decimal(38, one.decimals)
        texts = value.cast(pl.Decimal(38, 0)).cast(kind)
        return (texts / 10**one.decimals).cast(kind)
    array = value.rechunk().to_arrow()
    kind = pa.decimal64(_DIGITS, one.decimals)
    moved = pa.Array.from_buffers(kind, len(array), array.buffers(), offset=array.offset)
    decimals = pl.from_arrow(moved)
    assert isinstance(decimals, pl.Series)
    return decimals


def drawn_value(batch: Merchants, name: str, one: Declaration, level: Level) -> pl.Series:
    """Return scaled integers (dates: ordinals; enums: indices) or booleans, inside the bounds."""
    if one.type == "bool":
        # low draws mean yes, so turn `better` round
        better = {"high": "low", "low": "high"}.get(level.better or "")
        return has_chance(batch.followed(name, level, better), level.yes, THOUSANDTHS)
    uniform = batch.followed(name, level)
    if one.type == "enum":
        return uniform.cast(pl.Int64) * len(one.values) // DRAW_END
    value = quantile(uniform, level.quantiles)
    if level.days:
        value = batch.day - value
    values = [value for _, value in level.quantiles]
    if not level.days and one.low <= min(values) and max(values) <= one.high:
        return value
    return value.clip(one.low, one.high)


def drawn_part(
    batch: Merchants,
    fact: FactDeclaration,
    level: Level,
    whole: FactDeclaration | None,
    values: pl.Series | None,
) -> pl.Series:
    """Return shares of a whole, absent where the whole is; required parts are never absent."""
    if whole is None or values is None:
        value = nulls(batch.size, pl.Int64)
    else:
        shares = quantile(batch.followed(fact.id, level), level.quantiles)
        largest = max(PARTS, *(share for _, share in level.quantiles))
        rounding = batch.draw(f"{fact.id} rounded").cast(pl.Int64)
        value = _times(in_decimals_of(values, whole, fact), shares, largest, rounding)
    if fact.required:
        value = value.fill_null(0)
    return value.clip(fact.low, fact.high)


def drawn_share(
    batch: Merchants,
    name: str,
    one: Declaration,
    level: Level,
    whole: pl.Series,
    count: pl.Series | None = None,
) -> pl.Series:
    """Return a count of a whole divided by it, half up; absent where the whole is 0 or absent.

    The count is drawn from the level's quantiles if it is not given. A required value is never
    absent.
    """
    scale = 10**one.decimals
    drawn = drawn_value(batch, name, one, level)
    most = INT64_HIGH // (2 * scale) - 1
    of = whole.clip(0, most)
    rounding = (batch.draw(f"{name} rounded") * scale // DRAW_END).cast(pl.Int64)
    parts = (of * drawn + rounding) // scale if count is None else count.clip(0, most)
    value = (2 * parts * scale + of) // (2 * of.clip(1, most))
    value = only_where(value, (of > 0).fill_null(False)).clip(one.low, one.high)
    return value.zip_with(value.is_not_null(), drawn) if one.required else value


def in_decimals_of(value: pl.Series, whole: FactDeclaration, part: FactDeclaration) -> pl.Series:
    """Return values of one fact as scaled integers of another, downwards; past 64 bits the end."""
    moved = part.decimals - whole.decimals
    if moved > 0:
        scale = 10**moved
        return value.clip(-(INT64_HIGH // scale), INT64_HIGH // scale) * scale
    return value // 10**-moved if moved else value


def _times(value: pl.Series, shares: pl.Series, largest: int, rounding: pl.Series) -> pl.Series:
    """Return value times shares in millionths; past 64 bits something near the end.

    It is rounded up as often as its fraction says, so that small wholes have parts too.
    """
    limit = (INT64_HIGH // largest - 1) * PARTS
    if limit < INT64_HIGH:
        value = value.clip(-limit, limit)
    millions = value // PARTS
    rest = value - millions * PARTS
    return millions * shares + (rest * shares + rounding * PARTS // DRAW_END) // PARTS


def drawn_records(
    batch: Merchants, fact: FactDeclaration, level: Level, there: pl.Series
) -> pl.Series:
    """Return lists of records as people write them; null where `there` is false."""
    stepped = _stepped(fact)
    most = min(fact.max_records, _distinct(stepped) if stepped else fact.max_records)
    counts = quantile(batch.followed(fact.id, level), level.quantiles).clip(0, most)
    counts = only_where(counts, there)
    sizes = counts.fill_null(0).to_numpy()
    of = np.repeat(np.arange(len(sizes)), sizes)
    number = pl.Series(np.arange(len(of)) - (sizes.cumsum() - sizes)[of])
    factors = {name: each.gather(of) for name, each in batch.factors.items()}
    shops = replace(batch, owner=pl.Series(of), own=batch.own.gather(of), factors=factors)
    records = replace(shops, number=number)
    levels = {
        field.name: level.fields.get(field.name) or usual_level(field) for field in fact.fields
    }
    drawn: dict[str, pl.Series] = {}
    for field in sorted(fact.fields, key=lambda one: levels[one.name].out_of is not None):
        name, field_level = f"{fact.id}.{field.name}", levels[field.name]
        if field.type == "id":
            value = "p-" + (number + 1).cast(pl.String)
        elif field is stepped:
            value = _stepping(drawn_value(shops, name, field, field_level), number, field, most)
        elif field_level.out_of is not None:
            value = drawn_share(records, name, field, field_level, drawn[field_level.out_of])
        else:
            value = drawn_value(records, name, field, field_level)
        drawn[field.name] = value
    fields = []
    for field in fact.fields:
        name, field_level, value = f"{fact.id}.{field.name}", levels[field.name], drawn[field.name]
        value = value if field.type == "id" else as_written(value, field)
        if not field.required and field.name not in fact.key and field_level.given < THOUSANDTHS:
            given = has_chance(records.draw(f"{name} given"), field_level.given, THOUSANDTHS)
            value = only_where(value, given)
        fields.append(value.alias(field.name))
    return list_column(pl.DataFrame(fields).to_struct(), counts).alias(fact.id)


def _stepped(fact: FactDeclaration) -> FieldDeclaration | None:
    """Return the field of the key that steps from record to record, if no id tells them apart."""
    key = [field for field in fact.fields if field.name in fact.key]
    if not key or any(field.type == "id" for field in key):
        return None
    return max(key, key=_distinct)


def _distinct(field: FieldDeclaration) -> int:
    """Return how many records can differ in a field: dates by a month, if there is room."""
    values = field.high - field.low + 1
    return values // _MONTH if _by_month(field) else values


def _by_month(field: FieldDeclaration) -> bool:
    return field.type == "date" and field.high - field.low >= 64 * _MONTH


def _stepping(first: pl.Series, number: pl.Series, field: FieldDeclaration, most: int) -> pl.Series:
    """Step back from the first value by `number` steps; go on at the upper bound if needed."""
    value, back = first.cast(pl.Int64), number * (_MONTH if _by_month(field) else 1)
    values = field.high - field.low + 1
    if values >= DRAW_END:  # the range is wide enough not to wrap round
        return value.clip(field.low + most, field.high) - back
    above = value - field.low - back
    above -= above // values * values
    return above == 1 if field.type == "bool" else above + field.low
