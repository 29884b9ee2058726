"""Conversion of a raw column to the integers of a fact, with a mask of the certain values.

A value that is not certain may be right or wrong: its row goes to the row reader, which decides.
"""

from collections.abc import Callable

import polars as pl

from steelyard.merchants.columns.numbers import (
    from_decimals,
    from_doubles,
    from_integers,
    from_texts,
)
from steelyard.model.facts import FactDeclaration, FieldDeclaration

Declaration = FactDeclaration | FieldDeclaration

NAME = "merchant"
EPOCH = 719_163  # the ordinal of 1970-01-01
# texts that `str.isprintable` accepts whatever its version of Unicode, without spaces at the ends
PLAIN_ID = r"^[!-~À-ÖØ-öø-ÿ一-鿋](?:[ -~À-ÖØ-öø-ÿ一-鿋]{0,198}[!-~À-ÖØ-öø-ÿ一-鿋])?$"

NOTHING = "nothing"  # the one field of records of which nothing can be read
TEXTS = (pl.String, pl.Categorical, pl.Enum)


def column_type(declaration: Declaration) -> pl.DataType:
    """Return the type of the column that holds a fact or field."""
    if isinstance(declaration, FactDeclaration) and declaration.type == "records":
        fields = {
            field.name: column_type(field) for field in declaration.fields if field.type != "id"
        }
        return pl.List(pl.Struct(fields or {NOTHING: pl.Boolean()}))
    if declaration.type == "bool":
        return pl.Boolean()
    if declaration.type == "id":
        return pl.String()
    fits = declaration.low >= -(2**31) and declaration.high < 2**31
    return pl.Int32() if fits else pl.Int64()


def fits(raw: pl.DataType, declaration: Declaration, *, texts: bool) -> bool:
    """Whether a column of a type can hold values of a fact; `texts` says that all are texts."""
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
    return kind == "date" and isinstance(raw, pl.Date)


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
    written = raw.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    day = raw.str.to_date("%Y-%m-%d", strict=False)
    return day.to_physical() + EPOCH, written & day.is_not_null()


def _enum(raw: pl.Expr, _: pl.DataType, declaration: Declaration) -> tuple[pl.Expr, pl.Expr]:
    numbers = pl.Series(range(len(declaration.values)), dtype=pl.Int32)
    value = raw.replace_strict(
        pl.Series(declaration.values, dtype=pl.String), numbers, default=None, return_dtype=pl.Int32
    )
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
