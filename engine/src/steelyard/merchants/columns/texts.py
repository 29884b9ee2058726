"""Meaning of a cell of CSV: a text for a fact of texts, otherwise the value that YAML reads."""

from typing import Any

import polars as pl

from steelyard.errors import Place, Problems
from steelyard.formats.scalars import resolve_plain
from steelyard.merchants.columns.json_columns import Table, long_numbers, parse_fast
from steelyard.merchants.columns.rows import JsonText
from steelyard.merchants.rows import MerchantSchema

TEXT_TYPES = ("enum", "date", "id")


def cell_value(name: str, text: str, known: MerchantSchema) -> Any:  # noqa: ANN401 - any value of a row
    """Return the value of a cell: text, exact number, boolean, or a text to be read as JSON.

    A cell that does not fit its fact stays a text, and the row reader reports it.
    """
    fact = known.declarations.get(name)
    if fact is None or name in ("merchant", "industry", "shop_type") or fact.type in TEXT_TYPES:
        return text
    if fact.type == "records":
        return JsonText(name, text)
    problems = Problems()
    value = resolve_plain(text, Place(""), problems)
    return text if problems.found else value


def lists_of_records(frame: pl.DataFrame, known: MerchantSchema) -> tuple[pl.DataFrame, list[int]]:
    """Return a frame of cells with lists for cells of records, and the doubtful rows."""
    doubtful: set[int] = set()
    columns: list[pl.Series] = []
    for name, fact in known.declarations.items():
        if fact.type != "records" or not isinstance(frame.schema.get(name), pl.String):
            continue
        cells = frame[name]
        given = cells.is_not_null().arg_true()
        values: list[Any] = [None] * len(cells)
        for position, value in zip(given, parse_fast(cells.drop_nulls()), strict=True):
            if isinstance(value, list):
                values[position] = value
            else:
                doubtful.add(position)
        table = Table(known, len(cells), long_numbers(cells))
        columns.append(table.records(values, fact).alias(name))
        doubtful |= table.doubtful
    return frame.with_columns(columns), sorted(doubtful)
