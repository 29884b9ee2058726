"""Conversion of Polars values that have no exact Python counterpart, for the row reader."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from steelyard.merchants.columns.columns import EPOCH, NAME

_FIRST_DAY, _LAST_DAY = 1 - EPOCH, 3_652_059 - EPOCH  # what Python's dates reach
_NO_DAY = "a day outside of the years 1 to 9999"


def read_values(frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Iterate over the rows: the given values by name, without nulls.

    A merchant's number is a text, a single-precision number its own shortest decimal, a date its
    ISO text.
    """
    columns = [_readable(pl.col(name), kind).alias(name) for name, kind in frame.schema.items()]
    for row in frame.select(columns).iter_rows(named=True):
        yield _given(row)


def _given(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _part(value) for name, value in row.items() if value is not None}


def _part(value: Any) -> Any:  # noqa: ANN401 - any value of a row
    if isinstance(value, list):
        return [_part(one) for one in value]
    return _given(value) if isinstance(value, dict) else value


def _readable(value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if value.meta.output_name() == NAME and kind.is_integer():
        return value.cast(pl.String)
    if isinstance(kind, pl.List) and isinstance(kind.inner, pl.Struct) and kind.inner.fields:
        fields = [
            _plain(pl.field(name), part).alias(name)
            for name, part in kind.inner.to_schema().items()
        ]
        return value.list.eval(pl.element().struct.with_fields(fields))
    return _plain(value, kind)


def _plain(value: pl.Expr, kind: Any) -> pl.Expr:  # noqa: ANN401 - Polars has two kinds of types
    if kind == pl.Float32:
        return value.cast(pl.String).cast(pl.Float64)
    if kind == pl.Date:
        inside = value.to_physical().is_between(_FIRST_DAY, _LAST_DAY)
        text = pl.when(inside).then(value).dt.to_string("iso")
        return pl.when(value.is_not_null()).then(text.fill_null(pl.lit(_NO_DAY)))
    return value
