"""Conversion of raw columns to the integers of facts, with masks of the certain values.

An uncertain value may be valid or invalid; the row reader reads its row and decides.
Rounding is half-even on the decimal that was written, or for a double on the shortest decimal that
reads back as the same double.
"""

from collections.abc import Callable
from typing import cast

import polars as pl
import pyarrow as pa

from steelyard.model.facts import Declaration, FactDeclaration
from steelyard.model.limits import MAX_DIGITS

_SAFE_DIGITS = 15  # a decimal of up to this many digits is the shortest of its double
_TIE_MARGIN = 2.0**-20
_SMALLEST = 1e-30
_MAX = 10**18
_PLAIN = r"^[-+.0-9]+(?:[eE][-+]?(?:[0-9]|[0-3][0-9]))?$"  # exponents that are never refused

Converted = tuple[pl.Expr, pl.Expr]

NAME = "merchant"
EPOCH = 719_163  # the ordinal of 1970-01-01
A_DAY = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
# texts that `str.isprintable` accepts whatever its version of Unicode, without spaces at the ends
PLAIN_ID = r"^[!-~À-ÖØ-öø-ÿ一-鿋](?:[ -~À-ÖØ-öø-ÿ一-鿋]{0,198}[!-~À-ÖØ-öø-ÿ一-鿋])?$"

NOTHING = "nothing"  # the only field of records that have no readable field
TEXTS = (pl.String, pl.Categorical, pl.Enum)

_OF = "of"


def list_column(records: pl.Series, lengths: pl.Series) -> pl.Series:
    """Split records into consecutive lists of the given lengths; null for a null length."""
    ends = pl.Series([0], dtype=pl.Int64).append(lengths.fill_null(0).cast(pl.Int64)).cum_sum()
    lists = pa.LargeListArray.from_arrays(
        ends.rechunk().to_arrow(),
        records.rechunk().to_arrow(),
        mask=lengths.is_null().rechunk().to_arrow(),
    )
    return pl.Series(pl.from_arrow(lists))


def from_integers(raw: pl.Expr, decimals: int, low: int, high: int) -> Converted:
    """Return whole numbers at a scale; values outside of the bounds are not certain."""
    factor = 10**decimals
    right = (raw >= -(-low // factor)) & (raw <= high // factor)
    return pl.when(right).then(raw).cast(pl.Int64) * factor, right


def from_doubles(raw: pl.Expr, decimals: int, *, whole: bool) -> Converted:
    """Return doubles as scaled integers; only values whose rounding is beyond doubt are certain."""
    factor = float(10**decimals)
    scaled = raw * factor
    nearest = scaled.round(mode="half_to_even")
    small = nearest.abs() < 10.0**_SAFE_DIGITS
    exact = small & (nearest / factor == raw)
    right = exact
    if not whole:
        # away from a tie neither the product's rounding nor the double's own matters
        off_tie = ((scaled - scaled.floor()) - 0.5).abs() > _TIE_MARGIN
        right = exact | (off_tie & (nearest.abs() < 2.0**30))
    # the row reader reports numbers far below the smallest allowed one
    right &= (raw.abs() > _SMALLEST) | (raw == 0)
    return pl.when(right).then(nearest).cast(pl.Int64, strict=False), right


def from_decimals(raw: pl.Expr, scale: int, decimals: int, *, whole: bool) -> Converted:
    """Return decimals as integers of the fact's scale."""
    value = raw.to_physical()
    if scale <= decimals:
        factor = 10 ** (decimals - scale)
        small = value.abs() < _MAX // factor
        return pl.when(small).then(value).cast(pl.Int64, strict=False) * factor, small
    # all digits, since columns of many decimals hold them even for small numbers
    divisor = pl.lit(10 ** (scale - decimals), pl.Int128)
    quotient = value // divisor
    rest = value - quotient * divisor
    small = quotient.abs() < _MAX
    right = small & (rest == 0) if whole else small
    half = pl.lit(10 ** (scale - decimals) // 2, pl.Int128)
    up = (rest > half) | ((rest == half) & (quotient % 2 != 0))
    return pl.when(small).then(quotient).cast(pl.Int64, strict=False) + up.cast(pl.Int64), right


def from_texts(name: str, decimals: int, *, whole: bool) -> Converted:
    """Return numbers written as texts at a scale, from the columns that `as_doubles` made.

    If `from_doubles` is certain, the double and the text round to the same integer. Only the test
    for whole numbers needs all digits of the text.
    """
    value, right = from_doubles(pl.col(f"double:{name}"), decimals, whole=whole)
    digits = pl.col(f"length:{name}")
    return value, right & (digits <= (_SAFE_DIGITS if whole else MAX_DIGITS))


def as_doubles(name: str) -> tuple[pl.Expr, pl.Expr]:
    """Return columns with the doubles of some texts, and the lengths of those that are numbers."""
    text = pl.col(name)
    length = pl.when(text.str.contains(_PLAIN)).then(text.str.len_bytes())
    return text.cast(pl.Float64, strict=False).alias(f"double:{name}"), length.alias(
        f"length:{name}"
    )


def column_type(declaration: Declaration) -> pl.DataType:
    """Return the type of the column that holds a fact or field."""
    if isinstance(declaration, FactDeclaration) and declaration.type == "records":
        fields = {field.name: column_type(field) for field in declaration.fields}
        return pl.List(pl.Struct(fields or {NOTHING: pl.Boolean()}))
    if declaration.type == "bool":
        return pl.Boolean()
    if declaration.type == "id":
        return pl.String()
    fits = declaration.low >= -(2**31) and declaration.high < 2**31
    return pl.Int32() if fits else pl.Int64()


def fits(raw: pl.DataType, declaration: Declaration, *, texts: bool) -> bool:
    """Return whether a column can hold values of a fact; if `texts`, all columns are texts."""
    kind = declaration.type
    if isinstance(raw, pl.Null):
        return True
    if kind == "records":
        return isinstance(raw, pl.String) if texts else _is_list_of_records(raw)
    if isinstance(raw, TEXTS):
        return texts or kind in ("date", "enum", "id")
    if kind == "bool":
        return isinstance(raw, pl.Boolean)
    if kind in ("int", "decimal"):
        return raw.is_numeric() and not isinstance(raw, pl.Float16)  # three digits, none exact
    return kind == "date" and (isinstance(raw, pl.Date) or is_local_time(raw))


def is_local_time(kind: pl.DataType) -> bool:
    """Return whether a column has times without a time zone; those at midnight are days."""
    return isinstance(kind, pl.Datetime) and kind.time_zone is None


def is_midnight(times: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """Return which times of a column of `kind` are at midnight, to its smallest unit."""
    assert isinstance(kind, pl.Datetime)
    return times.to_physical() % A_DAY[kind.time_unit] == 0


def _is_list_of_records(raw: pl.DataType) -> bool:
    return isinstance(raw, pl.List) and isinstance(raw.inner, (pl.Struct, pl.Null))


def convert(raw: pl.Expr, kind: pl.DataType, declaration: Declaration) -> tuple[pl.Expr, pl.Expr]:
    """Return a fact's values and whether each is certain; null stays null and is certain."""
    if isinstance(kind, pl.Null):
        return pl.lit(None, column_type(declaration)), pl.lit(True)
    if isinstance(kind, (pl.Categorical, pl.Enum)):
        raw, kind = raw.cast(pl.String), pl.String()
    value, right = _CONVERSIONS[declaration.type](raw, kind, declaration)
    if declaration.type in ("int", "decimal", "date"):
        right = right & value.is_between(declaration.low, declaration.high)
    right = right.fill_null(False) | raw.is_null()
    value = pl.when(right).then(value)
    if declaration.type not in ("bool", "id"):
        value = value.cast(column_type(declaration))
    return value, right


def _bool(raw: pl.Expr, kind: pl.DataType, _: Declaration) -> tuple[pl.Expr, pl.Expr]:
    if isinstance(kind, pl.Boolean):
        return raw, pl.lit(True)
    is_true = raw.is_in(["true", "True", "TRUE"])
    return is_true, is_true | raw.is_in(["false", "False", "FALSE"])


def _number(raw: pl.Expr, kind: pl.DataType, declaration: Declaration) -> tuple[pl.Expr, pl.Expr]:
    decimals, whole = declaration.decimals, declaration.type == "int"
    if isinstance(kind, pl.Float32):
        raw, kind = raw.cast(pl.String).cast(pl.Float64), pl.Float64()  # its own shortest decimal
    if isinstance(kind, pl.String):
        return from_texts(raw.meta.output_name(), decimals, whole=whole)
    if isinstance(kind, pl.Decimal):
        return from_decimals(raw, kind.scale, decimals, whole=whole)
    if isinstance(kind, pl.Float64):
        return from_doubles(raw, decimals, whole=whole)
    return from_integers(raw, decimals, declaration.low, declaration.high)


def _date(raw: pl.Expr, kind: pl.DataType, _: Declaration) -> tuple[pl.Expr, pl.Expr]:
    if isinstance(kind, pl.Date):
        return raw.to_physical() + EPOCH, pl.lit(True)
    if isinstance(kind, pl.Datetime):
        days = raw.to_physical() // A_DAY[kind.time_unit]
        return days + EPOCH, is_midnight(raw, kind)
    written = raw.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    day = raw.str.to_date("%Y-%m-%d", strict=False)
    return day.to_physical() + EPOCH, written & day.is_not_null()


def _enum(raw: pl.Expr, _: pl.DataType, declaration: Declaration) -> tuple[pl.Expr, pl.Expr]:
    numbers = pl.Series(range(len(declaration.values)), dtype=pl.Int32)
    value = raw.replace_strict(
        pl.Series(declaration.values, dtype=pl.String), numbers, default=None, return_dtype=pl.Int32
    )
    if declaration.otherwise is not None:
        others = declaration.values.index(declaration.otherwise)
        value = pl.when(raw.is_not_null()).then(value.fill_null(others))
    return value, value.is_not_null()


def _id(raw: pl.Expr, _kind: pl.DataType, _: Declaration) -> tuple[pl.Expr, pl.Expr]:
    return raw, raw.str.contains(PLAIN_ID)


_CONVERSIONS: dict[str, Callable[[pl.Expr, pl.DataType, Declaration], tuple[pl.Expr, pl.Expr]]] = {
    "bool": _bool,
    "int": _number,
    "decimal": _number,
    "date": _date,
    "enum": _enum,
    "id": _id,
}


def convert_records(raw: pl.Series, fact: FactDeclaration) -> tuple[pl.Series, pl.Series]:
    """Return a fact's lists and whether each is certain; null stays null and is certain.

    In columns of texts, as from CSV, only `[]` is certain; the row reader reads all others.
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
    """Return the row, the declared fields, the key and the certainty of each record."""
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
    columns = [values[field.name] for field in fact.fields]
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
