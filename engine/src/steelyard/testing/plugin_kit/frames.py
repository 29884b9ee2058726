"""Merchants as the columns that the Polars evaluator reads."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from steelyard.evaluators.polars import fact_column
from steelyard.model.facts import FactDeclaration, FieldDeclaration


def frame_of(
    facts: Sequence[FactDeclaration], merchants: Sequence[Mapping[str, Any]]
) -> pl.DataFrame:
    """Return a row for each merchant and a column for each fact."""
    columns = {"row": pl.Series(range(len(merchants)), dtype=pl.Int64)}
    for fact in facts:
        values = [_value(fact, merchant.get(fact.id)) for merchant in merchants]
        columns[fact_column(fact.id)] = pl.Series(values, dtype=_type(fact), strict=False)
    return pl.DataFrame(columns)


def _type(one: FactDeclaration | FieldDeclaration) -> pl.DataType:
    if isinstance(one, FactDeclaration) and one.type == "records":
        return pl.List(pl.Struct({field.name: _type(field) for field in _readable(one)}))
    return pl.Boolean() if one.type == "bool" else pl.Int64()


def _value(fact: FactDeclaration, value: Any) -> Any:  # noqa: ANN401 - by the fact's type
    if fact.type != "records" or value is None:
        return value
    return [{field.name: record.get(field.name) for field in _readable(fact)} for record in value]


def _readable(fact: FactDeclaration) -> list[FieldDeclaration]:
    return [field for field in fact.fields if field.type != "id"]
