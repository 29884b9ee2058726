"""Lists of records in a column, checked and converted one row a record."""

from typing import cast

import polars as pl

from steelyard.merchants.columns.columns import NOTHING, column_type, convert, fits
from steelyard.merchants.lists import list_column
from steelyard.model.facts import FactDeclaration

_OF = "of"


def convert_records(raw: pl.Series, fact: FactDeclaration) -> tuple[pl.Series, pl.Series]:
    """Return a fact's lists and whether each is certain; null stays null and is certain.

    Of texts, as cells of CSV are, only `[]` is: any other list goes to the row reader.
    """
    wanted = column_type(fact)
    if not isinstance(raw.dtype, pl.List) or not isinstance(raw.dtype.inner, pl.Struct):
        return _empty_lists(raw, wanted)
    rows = pl.int_range(0, len(raw), dtype=pl.UInt32, eager=True).alias(_OF).to_frame()
    lengths = raw.list.len()
    records = rows.with_columns(raw.alias("record")).filter(lengths > 0).explode("record")
    converted = _converted(records, fact, raw.dtype.inner)
    is_repeated = pl.col("key").n_unique() < pl.len() if fact.key else pl.lit(False)
    checked = converted.group_by(_OF).agg(right=pl.col("right").all() & ~is_repeated)
    right = rows.join(checked, on=_OF, how="left", maintain_order="left")["right"]
    fits_in = (lengths <= fact.max_records).fill_null(True)
    lists = list_column(converted["record"], lengths).cast(wanted)
    return lists, right.fill_null(True) & fits_in


def _empty_lists(raw: pl.Series, wanted: pl.DataType) -> tuple[pl.Series, pl.Series]:
    if isinstance(raw.dtype, pl.String):
        empty = raw.str.strip_chars() == "[]"
    elif isinstance(raw.dtype, pl.List):
        empty = raw.list.len() == 0
    else:
        empty = pl.repeat(None, len(raw), dtype=pl.Boolean, eager=True)
    lists = pl.select(pl.when(empty).then(pl.lit([], wanted)).otherwise(None)).to_series()
    return lists, empty.fill_null(True)


def _converted(records: pl.DataFrame, fact: FactDeclaration, kind: pl.Struct) -> pl.DataFrame:
    """Return for each record its row, the declared fields, its key, and whether it is certain."""
    kinds = cast("dict[str, pl.DataType]", dict(kind.to_schema()))
    declared = {field.name for field in fact.fields}
    right = pl.col("record").is_not_null()
    for name in kinds:
        if name not in declared:
            right &= pl.col("record").struct.field(name).is_null()
    values: dict[str, pl.Expr] = {}
    for field in fact.fields:
        raw = pl.col("record").struct.field(field.name) if field.name in kinds else None
        value = pl.lit(None, column_type(field))
        if raw is not None and fits(kinds[field.name], field, texts=False):
            value, is_right = convert(raw, kinds[field.name], field)
            right &= is_right
        elif raw is not None:
            right &= raw.is_null()
        if field.required:
            right &= value.is_not_null()
        values[field.name] = value.alias(field.name)
    columns = [values[field.name] for field in fact.fields if field.type != "id"]
    key = [values[name].cast(pl.String).fill_null("\x00") for name in fact.key]
    return (
        records.lazy()
        .select(
            _OF,
            pl.struct(columns or [pl.lit(None, pl.Boolean).alias(NOTHING)]).alias("record"),
            (pl.concat_str(key, separator="\x1f") if key else pl.lit("")).alias("key"),
            right.alias("right"),
        )
        .collect()
    )
