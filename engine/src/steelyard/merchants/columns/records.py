"""Lists of records in a column, checked and converted one row a record."""

from typing import cast

import polars as pl

from steelyard.merchants.columns.columns import NOTHING, column_type, convert, fits
from steelyard.model.facts import FactDeclaration

_OF = "of"


def convert_records(raw: pl.Series, fact: FactDeclaration) -> tuple[pl.Series, pl.Series]:
    """Return a fact's lists and whether each is plainly right; null stays null and is right.

    Of texts, as cells of CSV are, only `[]` is: a list that is written out goes to the row reader.
    """
    wanted = column_type(fact)
    if not isinstance(raw.dtype, pl.List) or not isinstance(raw.dtype.inner, pl.Struct):
        return _empty_ones(raw, wanted)
    rows = pl.int_range(0, len(raw), dtype=pl.UInt32, eager=True).alias(_OF)
    lengths = raw.list.len()
    records = pl.DataFrame([rows, raw.alias("record")]).filter(lengths > 0).explode("record")
    folded = _fold(_converted(records, fact, raw.dtype.inner), fact)
    whole = rows.to_frame().join(folded, on=_OF, how="left", maintain_order="left")
    lists = whole.select(
        pl.when(pl.lit(lengths) == 0)
        .then(pl.lit([], wanted))
        .otherwise(pl.col("record").cast(wanted))
    ).to_series()
    right = whole["right"].fill_null(True) & (lengths <= fact.max_records).fill_null(True)
    return lists, right


def _empty_ones(raw: pl.Series, wanted: pl.DataType) -> tuple[pl.Series, pl.Series]:
    if isinstance(raw.dtype, pl.String):
        empty = raw.str.strip_chars() == "[]"
    elif isinstance(raw.dtype, pl.List):
        empty = raw.list.len() == 0
    else:
        empty = pl.repeat(None, len(raw), dtype=pl.Boolean, eager=True)
    lists = pl.select(pl.when(empty).then(pl.lit([], wanted)).otherwise(None)).to_series()
    return lists, empty.fill_null(True)


def _converted(records: pl.DataFrame, fact: FactDeclaration, kind: pl.Struct) -> pl.DataFrame:
    """Return a column for each declared field, and `right`: whether the record plainly is."""
    kinds = cast("dict[str, pl.DataType]", dict(kind.to_schema()))
    right = pl.col("record").is_not_null()
    values: list[pl.Expr] = []
    for field in fact.fields:
        given = pl.col("record").struct.field(field.name) if field.name in kinds else None
        value = pl.lit(None, column_type(field))
        if given is not None and fits(kinds[field.name], field, texts=False):
            value, is_right = convert(given, kinds[field.name], field)
            right &= is_right
        elif given is not None:
            right &= given.is_null()
        if field.required:
            right &= value.is_not_null()
        values.append(value.alias(field.name))
    declared = {field.name for field in fact.fields}
    for name in kinds:
        if name not in declared:
            right &= pl.col("record").struct.field(name).is_null()
    return records.lazy().select(_OF, right.alias(":right"), *values).collect()


def _fold(records: pl.DataFrame, fact: FactDeclaration) -> pl.DataFrame:
    """Return one row a merchant: its records, and whether all are right and none repeats."""
    names = [pl.col(field.name) for field in fact.fields if field.type != "id"]
    names = names or [pl.lit(None, pl.Boolean).alias(NOTHING)]
    key = [pl.col(name).cast(pl.String).fill_null("\x00") for name in fact.key]
    told_apart = pl.concat_str(key, separator="\x1f") if key else pl.lit("")
    repeats = pl.col("key").n_unique() < pl.len() if key else pl.lit(False)
    return (
        records.select(_OF, ":right", pl.struct(names).alias("record"), told_apart.alias("key"))
        .group_by(_OF)
        .agg("record", right=pl.col(":right").all() & ~repeats)
    )
