"""Facts of merchants as the columns that the columnar evaluator reads."""

from collections.abc import Mapping, Sequence

import polars as pl

from steelyard.evaluators.columnar import fact_column
from steelyard.model.facts import FactDeclaration, FieldDeclaration


def column_type(one: FactDeclaration | FieldDeclaration) -> pl.DataType:
    if one.type == "records":
        assert isinstance(one, FactDeclaration)
        fields = {field.name: column_type(field) for field in one.fields if field.type != "id"}
        return pl.List(pl.Struct(fields))
    if one.type == "bool":
        return pl.Boolean()
    return pl.Int32() if -(2**31) <= one.low and one.high < 2**31 else pl.Int64()


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
    names = [field.name for field in fact.fields if field.type != "id"]
    return [{name: record.get(name) for name in names} for record in value]
