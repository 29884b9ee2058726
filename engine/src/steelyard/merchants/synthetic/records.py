"""Lists of records, as certificates are: as many as the level says, told apart by their key."""

from dataclasses import replace

import polars as pl
import pyarrow as pa

from steelyard.merchants.synthetic.draws import WHOLE, happens, kept, quantile
from steelyard.merchants.synthetic.levels import THOUSAND, Level
from steelyard.merchants.synthetic.merchants import Merchants
from steelyard.merchants.synthetic.usual import usual_level
from steelyard.merchants.synthetic.values import drawn_value
from steelyard.merchants.synthetic.written import as_written
from steelyard.model.facts import FactDeclaration, FieldDeclaration

_ROWS = 1024  # how far the draws of two merchants' records lie apart
_MONTH = 31


def drawn_records(
    batch: Merchants, fact: FactDeclaration, level: Level, there: pl.Series
) -> pl.Series:
    """Return lists of records as people write them; null where `there` is false."""
    stepped = _stepped(fact)
    most = min(fact.max_records, _distinct(stepped) if stepped else fact.max_records)
    counts = quantile(batch.followed(fact.id, level.better), level.quantiles).clip(0, most)
    counts = counts.zip_with(there, pl.zeros(len(counts), dtype=pl.Int64, eager=True))
    ends = counts.cum_sum()
    which = pl.DataFrame({"of": pl.int_range(len(counts), dtype=pl.UInt32, eager=True)})
    of = which.select(pl.col("of").repeat_by(counts).explode()).to_series().drop_nulls()
    number = pl.int_range(len(of), dtype=pl.Int64, eager=True) - (ends - counts).gather(of)
    merchants = replace(batch, row=batch.row.gather(of), own=batch.own.gather(of))
    records = replace(merchants, row=merchants.row * _ROWS + number)
    fields = []
    for field in fact.fields:
        name = f"{fact.id}.{field.name}"
        told = level.fields.get(field.name) or usual_level(field)
        if field.type == "id":
            value = "p-" + (number + 1).cast(pl.String)
        elif field is stepped:
            value = _stepping(drawn_value(merchants, name, field, told), number, field, most)
        else:
            value = drawn_value(records, name, field, told)
        value = value if field.type == "id" else as_written(value, field)
        if not field.required and field.name not in fact.key and told.given < THOUSAND:
            given = happens(records.draw(f"{name} given"), told.given, THOUSAND)
            value = kept(value, given)
        fields.append(value.alias(field.name))
    return _lists(fact.id, pl.DataFrame(fields).to_struct(), ends, there)


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
    if values >= WHOLE:  # there is room without coming round
        return value.clip(field.low + most, field.high) - back
    above = value - field.low - back
    above -= above // values * values
    return above == 1 if field.type == "bool" else above + field.low


def _lists(name: str, records: pl.Series, ends: pl.Series, there: pl.Series) -> pl.Series:
    """Return records as lists that end where told; null where `there` is false."""
    offsets = pl.concat([pl.Series([0], dtype=pl.Int64), ends.cast(pl.Int64)])
    lists = pa.LargeListArray.from_arrays(
        offsets.rechunk().to_arrow(),
        records.rechunk().to_arrow(),
        mask=(~there).rechunk().to_arrow(),
    )
    found = pl.from_arrow(lists)
    assert isinstance(found, pl.Series)
    return found.alias(name)
