"""Lists of records, as certificates are: as many as the level says, told apart by their key."""

from dataclasses import replace

import numpy as np
import polars as pl

from steelyard.merchants.lists import list_column
from steelyard.merchants.synthetic.draws import DRAW_END, has_chance, only_where, quantile
from steelyard.merchants.synthetic.levels import THOUSANDTHS, Level
from steelyard.merchants.synthetic.merchants import Merchants
from steelyard.merchants.synthetic.usual import usual_level
from steelyard.merchants.synthetic.values import drawn_value
from steelyard.merchants.synthetic.written import as_written
from steelyard.model.facts import FactDeclaration, FieldDeclaration

_MONTH = 31


def drawn_records(
    batch: Merchants, fact: FactDeclaration, level: Level, there: pl.Series
) -> pl.Series:
    """Return lists of records as people write them; null where `there` is false."""
    stepped = _stepped(fact)
    most = min(fact.max_records, _distinct(stepped) if stepped else fact.max_records)
    counts = quantile(batch.followed(fact.id, level.better), level.quantiles).clip(0, most)
    counts = only_where(counts, there)
    sizes = counts.fill_null(0).to_numpy()
    of = np.repeat(np.arange(len(sizes)), sizes)
    number = pl.Series(np.arange(len(of)) - (sizes.cumsum() - sizes)[of])
    merchants = replace(batch, owner=pl.Series(of), own=batch.own.gather(of))
    merchants = replace(batch, owner=of, own=batch.own.gather(of))
    records = replace(merchants, number=number)
    fields = []
    for field in fact.fields:
        name = f"{fact.id}.{field.name}"
        field_level = level.fields.get(field.name) or usual_level(field)
        if field.type == "id":
            value = "p-" + (number + 1).cast(pl.String)
        elif field is stepped:
            value = _stepping(drawn_value(merchants, name, field, field_level), number, field, most)
        else:
            value = drawn_value(records, name, field, field_level)
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
    """Return the first value, and others that go back from it and come round at the bound."""
    value, back = first.cast(pl.Int64), number * (_MONTH if _by_month(field) else 1)
    values = field.high - field.low + 1
    if values >= DRAW_END:  # there is room without coming round
        return value.clip(field.low + most, field.high) - back
    above = value - field.low - back
    above -= above // values * values
    return above == 1 if field.type == "bool" else above + field.low
