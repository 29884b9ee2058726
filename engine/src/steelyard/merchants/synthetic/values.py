"""Values of facts and of fields of records, as scaled integers inside their bounds."""

import polars as pl

from steelyard.merchants.synthetic.draws import DRAW_END, has_chance, nulls, quantile
from steelyard.merchants.synthetic.levels import THOUSANDTHS, Declaration, Level
from steelyard.merchants.synthetic.merchants import Merchants
from steelyard.model.facts import FactDeclaration
from steelyard.model.numbers import INT64_HIGH


def drawn_value(batch: Merchants, name: str, one: Declaration, level: Level) -> pl.Series:
    """Return scaled integers (dates: ordinals; enums: indices) or booleans, inside the bounds."""
    if one.type == "bool":
        # a yes is a low draw, and the better end if anything is said
        better = {"high": "low", "low": "high"}.get(level.better or "")
        return has_chance(batch.followed(name, better), level.yes, THOUSANDTHS)
    uniform = batch.followed(name, level.better)
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
        shares = quantile(batch.followed(fact.id, level.better), level.quantiles)
        largest = max(THOUSANDTHS, *(share for _, share in level.quantiles))
        value = _times(in_decimals_of(values, whole, fact), shares, largest)
    if fact.required:
        value = value.fill_null(0)
    return value.clip(fact.low, fact.high)


def in_decimals_of(value: pl.Series, whole: FactDeclaration, part: FactDeclaration) -> pl.Series:
    """Return values of one fact as scaled integers of another, downwards; past 64 bits the end."""
    moved = part.decimals - whole.decimals
    if moved > 0:
        scale = 10**moved
        return value.clip(-(INT64_HIGH // scale), INT64_HIGH // scale) * scale
    return value // 10**-moved if moved else value


def _times(value: pl.Series, shares: pl.Series, largest: int) -> pl.Series:
    """Return value times shares in thousandths, half up; past 64 bits something near the end."""
    limit = (INT64_HIGH // largest - 1) * THOUSANDTHS
    if limit < INT64_HIGH:
        value = value.clip(-limit, limit)
    thousands = value // THOUSANDTHS
    rest = value - thousands * THOUSANDTHS
    return thousands * shares + (rest * shares + THOUSANDTHS // 2) // THOUSANDTHS
