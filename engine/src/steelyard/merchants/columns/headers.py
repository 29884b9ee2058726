"""Check of the columns of a frame: each problem is reported once for the file."""

from collections.abc import Mapping

import polars as pl

from steelyard.errors import Place, Problem, Problems, suggest
from steelyard.merchants.columns.columns import TEXTS, fits
from steelyard.merchants.rows import MerchantSchema, describe_fact

LABELS = {"merchant": "a text or a whole number", "industry": "a text", "shop_type": "a text"}


def check_columns(
    schema: Mapping[str, pl.DataType], known: MerchantSchema, place: Place, *, texts: bool
) -> list[Problem]:
    """Return the problems of a header, each column's once.

    SY603 for a column that is missing, SY602 for one that is unknown, SY604 for one of a type that
    can never hold its fact.
    """
    problems = Problems()
    for label in ("merchant", "industry"):
        if label not in schema:
            problems.add(
                "SY603", f"there is no column {label!r}", place, expected=f"a column `{label}`"
            )
    declarations = known.declarations
    for name, kind in schema.items():
        if name in LABELS:
            if not _is_label(name, kind):
                what = f"the column {name} holds values of the type {kind}"
                problems.add("SY604", what, place, expected=LABELS[name])
        elif isinstance(kind, pl.Struct):  # not made flat, since some name would be there twice
            problems.extend(_given_twice(name, kind, schema, place))
        elif name not in declarations and not (
            name in known.sections and isinstance(kind, pl.Null)
        ):
            shown = name[:80]
            what = f"no fact is called {shown!r}, which is a column"
            expected = "the names of declared facts"
            fix = suggest(shown, [*declarations, *LABELS]) or "remove the column"
            problems.add("SY602", what, place, expected=expected, fix=fix)
        elif name in declarations and not fits(kind, declarations[name], texts=texts):
            what = f"the column {name} holds values of the type {kind}"
            problems.add("SY604", what, place, expected=describe_fact(declarations[name]))
    return problems.found


def _given_twice(
    name: str, kind: pl.Struct, schema: Mapping[str, pl.DataType], place: Place
) -> list[Problem]:
    inner = [f"{name}.{field.name}" for field in kind.fields]
    return [
        Problem(
            "SY606",
            f"{one} is a column, and in the column {name} too",
            place,
            expected="every fact once",
            fix="remove one of the two",
        )
        for one in inner
        if one in schema
    ]


def _is_label(name: str, kind: pl.DataType) -> bool:
    if isinstance(kind, (*TEXTS, pl.Null)):
        return True
    return name == "merchant" and kind.is_integer()
