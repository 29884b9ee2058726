"""Facts of merchants as the columns that the Polars evaluator reads, and back."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl

from steelyard.evaluators.polars import fact_column
from steelyard.model.facts import FactDeclaration, FieldDeclaration


def column_type(one: FactDeclaration | FieldDeclaration) -> pl.DataType:
    if isinstance(one, FactDeclaration) and one.type == "records":
        return pl.List(pl.Struct({field.name: column_type(field) for field in one.fields}))
    if one.type == "id":
        return pl.String()
    if one.type == "bool":
        return pl.Boolean()
    return pl.Int32() if one.low >= -(2**31) and one.high < 2**31 else pl.Int64()


def facts_in_columns(
    declarations: Mapping[str, FactDeclaration], merchants: Sequence[Mapping]
) -> pl.DataFrame:
    """A row for each merchant, a column for each fact that any of them gives."""
    columns = {"row": pl.Series(range(1, len(merchants) + 1), dtype=pl.Int64)}
    for name, fact in declarations.items():
        values = [_value(fact, merchant.get(name)) for merchant in merchants]
        if any(value is not None for value in values):
            columns[fact_column(name)] = pl.Series(values, dtype=column_type(fact))
    return pl.DataFrame(columns)


def _value(fact, value):
    if fact.type != "records" or value is None:
        return value
    names = [field.name for field in fact.fields]
    return [{name: record.get(name) for name in names} for record in value]


def random_facts(declarations: Mapping[str, FactDeclaration], rows: int, seed: int) -> pl.DataFrame:
    """Merchants by the thousand, in columns: values at their bounds, in between, and absent."""
    source = np.random.default_rng(seed)
    columns = {"row": pl.Series(np.arange(1, rows + 1))}
    for name, fact in declarations.items():
        if fact.type == "records":
            columns[fact_column(name)] = _random_records(fact, rows, source)
        else:
            columns[fact_column(name)] = _random_values(fact, rows, source)
    return pl.DataFrame(columns)


def _random_values(one, rows, source) -> pl.Series:
    if one.type == "bool":
        values = pl.Series(source.random(rows) < 0.5)
    elif one.type == "id":
        values = pl.Series(source.choice(["a", "b", "c"], rows), dtype=pl.String)
    else:
        values = source.integers(one.low, one.high, rows, endpoint=True)
        edge = source.random(rows)
        values = np.where(edge < 0.1, one.low, np.where(edge < 0.2, one.high, values))
        values = pl.Series(values).cast(column_type(one))
    if one.required:
        return values
    given = pl.Series(source.random(rows) < 0.75)
    return pl.select(pl.when(given).then(values)).to_series()


def _random_records(fact, rows, source) -> pl.Series:
    lengths = source.integers(0, fact.max_records, rows, endpoint=True)
    of = np.repeat(np.arange(rows), lengths)
    records = pl.DataFrame(
        {field.name: _random_values(field, len(of), source) for field in fact.fields}
    )
    lists = (
        pl.DataFrame({"of": of, "record": records.to_struct()})
        .group_by("of", maintain_order=True)
        .agg("record")
    )
    every = pl.DataFrame({"of": np.arange(rows), "given": source.random(rows) < 0.8})
    whole = every.join(lists, on="of", how="left", maintain_order="left")
    column = whole["record"].fill_null([]) if len(of) else pl.Series([[]] * rows)
    column = column.cast(column_type(fact))
    if fact.required:
        return column
    return pl.select(pl.when(whole["given"]).then(column)).to_series()


def facts_by_row(
    declarations: Mapping[str, FactDeclaration], frame: pl.DataFrame
) -> Iterator[dict]:
    """The same merchants one at a time, as the other evaluators read them."""
    names = {fact_column(name): name for name in declarations}
    for row in frame.select(name for name in names if name in frame.columns).iter_rows(named=True):
        yield {
            names[column]: _records(value) if isinstance(value, list) else value
            for column, value in row.items()
            if value is not None
        }


def _records(values):
    return tuple(
        {name: value for name, value in record.items() if value is not None} for record in values
    )
