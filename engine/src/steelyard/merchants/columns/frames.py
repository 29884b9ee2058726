"""A frame of raw merchants to facts in columns.

Columns take what is plainly right. Every other row goes, alone, through the row reader.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from steelyard.errors import InvalidInput, Place
from steelyard.evaluators.polars import LABELS, fact_column
from steelyard.merchants.columns.batches import Batch
from steelyard.merchants.columns.columns import NAME, PLAIN_ID, TEXTS, convert
from steelyard.merchants.columns.headers import check_columns
from steelyard.merchants.columns.numbers import as_doubles
from steelyard.merchants.columns.plain import plain_columns
from steelyard.merchants.columns.readable import read_values
from steelyard.merchants.columns.records import convert_records
from steelyard.merchants.columns.rows import facts_frame, read_row
from steelyard.merchants.columns.texts import cell_value, lists_of_records
from steelyard.merchants.rows import Merchant, MerchantSchema, Reject
from steelyard.model.facts import FactDeclaration

ROW = "row"

ReadRows = Callable[[Sequence[int]], Iterator[Merchant | Reject]]


def read_frame(
    frame: pl.DataFrame,
    known: MerchantSchema,
    *,
    source: str,
    first_row: int = 1,
    texts: bool = False,
    offset: int = 0,
) -> Batch:
    """Return the merchants of a frame whose columns hold values as people write them.

    `texts` says that every value is a text, as in CSV. Raises `InvalidInput` if a column is
    unknown, missing, or of a type that can never hold its fact.
    """
    frame = flat(frame)
    problems = check_columns(frame.schema, known, Place(source), texts=texts)
    if problems:
        raise InvalidInput(problems)

    def read_rows(positions: Sequence[int]) -> Iterator[Merchant | Reject]:
        for position, given in zip(positions, read_values(frame[list(positions)]), strict=True):
            row = first_row + position
            data = given
            if texts:
                data = {name: cell_value(name, text, known) for name, text in given.items()}
            yield read_row(data, row, Place(source, row + offset), known)

    rows = pl.int_range(first_row, first_row + frame.height, dtype=pl.Int64, eager=True)
    columns, doubtful = lists_of_records(frame, known) if texts else (frame, [])
    return read_columns(
        columns, known, read_rows, source=source, rows=rows, offset=offset, doubtful=doubtful
    )


def read_mappings(
    rows: Sequence[Mapping[str, Any]], known: MerchantSchema, *, source: str
) -> Batch:
    """Return the merchants of some mappings of plain values, each read by the row reader."""
    read = [read_row(data, row, Place(source, row), known) for row, data in enumerate(rows, 1)]
    merchants = [one for one in read if isinstance(one, Merchant)]
    rejects = tuple(one for one in read if isinstance(one, Reject))
    return Batch(source, len(rows), facts_frame(merchants, known.declarations), rejects)


def read_columns(
    frame: pl.DataFrame,
    known: MerchantSchema,
    read_rows: ReadRows,
    *,
    source: str,
    rows: pl.Series,
    offset: int = 0,
    doubtful: Sequence[int] = (),
) -> Batch:
    """Return the merchants of a flat frame; `read_rows` reads the rows at some positions.

    `rows` are the numbers of the rows; `doubtful` are positions that are known to need reading.
    """
    size = frame.height
    texts = _numbers_as_texts(frame.schema, known)
    plain = plain_columns(frame, known.declarations)
    values, rights = _expressions(frame.schema, known, plain)
    # lazily, so that what a value and its check have in common is computed once
    converted = (
        frame.lazy()
        .with_columns(expression for name in texts for expression in as_doubles(name))
        .select(
            rows.alias(ROW),
            *(value.alias(name) for name, value in values.items()),
            *(right.alias(f"right:{number}") for number, right in enumerate(rights)),
        )
        .collect()
    )
    marks = [converted[f"right:{number}"] for number in range(len(rights))]
    converted = converted.select(ROW, *values)
    for name, fact in known.declarations.items():
        if fact.type == "records" and name in frame.columns:
            column, right = convert_records(frame[name], fact)
            converted = converted.with_columns(column.alias(fact_column(name)))
            marks.append(right)
    marks += _at_most(converted, known)
    right = pl.repeat(True, size, dtype=pl.Boolean, eager=True)
    for mark in marks:
        right &= mark
    if doubtful:
        right = right.scatter(list(doubtful), False)
    if right.all():
        return Batch(source, size, converted, (), offset)
    merchants: list[Merchant] = []
    rejects: list[Reject] = []
    for read in read_rows((~right).arg_true().to_list()):
        if isinstance(read, Merchant):
            merchants.append(read)
        else:
            rejects.append(read)
    facts = converted.filter(right)
    if merchants:
        late = facts_frame(merchants, known.declarations)
        facts = pl.concat([facts, late], how="diagonal").sort(ROW)
    return Batch(source, size, facts, tuple(rejects), offset)


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame in which nested columns have dotted names."""
    while structs := [name for name, kind in frame.schema.items() if isinstance(kind, pl.Struct)]:
        columns: list[pl.Expr] = []
        for name, kind in frame.schema.items():
            if name in structs:
                assert isinstance(kind, pl.Struct)
                columns += [
                    pl.col(name).struct.field(field.name).alias(f"{name}.{field.name}")
                    for field in kind.fields
                ]
            else:
                columns.append(pl.col(name))
        names = [column.meta.output_name() for column in columns]
        if len(set(names)) < len(names):
            break  # the header check names what is there twice
        frame = frame.select(columns)
    return frame


def _expressions(
    schema: pl.Schema, known: MerchantSchema, plain: Mapping[str, pl.Expr]
) -> tuple[dict[str, pl.Expr], list[pl.Expr]]:
    """Return the columns of labels and plain facts, and what says that they are plainly right."""
    values: dict[str, pl.Expr] = {}
    rights: list[pl.Expr] = []

    name = pl.col(NAME).cast(pl.String)
    values[NAME] = name
    rights.append(name.str.contains(PLAIN_ID).fill_null(False))
    for label, allowed in zip(LABELS, (known.industries, known.shop_types), strict=True):
        value, right = _label(schema, label, allowed)
        values[label] = value
        rights.append(right)
        fact = known.declarations.get(label)
        if fact is not None:
            number, right = convert(value, pl.String(), fact)
            values[fact_column(label)] = number
            rights.append(right)
    for fact in known.declarations.values():
        if fact.id in schema and fact.type != "records" and fact.id not in LABELS:
            if fact.id in plain:
                values[fact.id] = plain[fact.id]
                continue
            value, right = convert(pl.col(fact.id), schema[fact.id], fact)
            values[fact.id] = value
            rights.append(right)
    return values, rights


def _numbers_as_texts(schema: pl.Schema, known: MerchantSchema) -> list[str]:
    return [
        fact.id
        for fact in known.declarations.values()
        if fact.type in ("int", "decimal") and isinstance(schema.get(fact.id), pl.String)
    ]


def _label(schema: pl.Schema, label: str, allowed: Collection[str]) -> tuple[pl.Expr, pl.Expr]:
    first = next(iter(allowed), None) if label == "shop_type" else None
    default = pl.lit(first, pl.String)
    if label not in schema or isinstance(schema[label], pl.Null):
        return default, pl.lit(label == "shop_type")
    value = (
        pl.col(label).cast(pl.String)
        if isinstance(schema[label], TEXTS)
        else pl.lit(None, pl.String)
    )
    right = value.is_in(list(allowed))
    if label == "shop_type":
        return value.fill_null(default), right.fill_null(pl.col(label).is_null())
    return value, right.fill_null(False)


def _at_most(facts: pl.DataFrame, known: MerchantSchema) -> list[pl.Series]:
    """Return where a fact exceeds the one that bounds it, of those that do anywhere."""
    pairs = {
        fact.id: _not_above(fact, known.declarations[fact.at_most])
        for fact in known.declarations.values()
        if fact.at_most in known.declarations
        and fact.id in facts.columns
        and fact.at_most in facts.columns
    }
    if not pairs:
        return []
    holds = facts.lazy().select(test.all().alias(name) for name, test in pairs.items()).collect()
    broken = [name for name, held in zip(pairs, holds.row(0), strict=True) if not held]
    return [facts.select(pairs[name].fill_null(True)).to_series() for name in broken]


def _not_above(fact: FactDeclaration, other: FactDeclaration) -> pl.Expr:
    part, whole = pl.col(fact.id), pl.col(other.id)
    if fact.decimals != other.decimals:
        shift = max(fact.decimals, other.decimals)
        part = part.cast(pl.Int128) * 10 ** (shift - fact.decimals)
        whole = whole.cast(pl.Int128) * 10 ** (shift - other.decimals)
    return part <= whole
