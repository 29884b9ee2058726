"""Conversion of a frame of raw merchants to facts in columns.

Rows of which every value is certain stay in columns. The row reader reads every other row.
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
from steelyard.merchants.columns.readable import read_values
from steelyard.merchants.columns.records import convert_records
from steelyard.merchants.columns.rows import facts_frame, read_row
from steelyard.merchants.columns.texts import cell_value, lists_of_records
from steelyard.merchants.rows import Merchant, MerchantSchema, Reject
from steelyard.model.facts import FactDeclaration

ROW = "row"
_RIGHT = ":right"  # no name of a fact

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
    merchants = [row for row in read if isinstance(row, Merchant)]
    rejects = tuple(row for row in read if isinstance(row, Reject))
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
    values, rights = _expressions(frame.schema, known)
    texts = [name for name in _numbers(known) if isinstance(frame.schema.get(name), pl.String)]
    converted = (
        frame.lazy()
        .with_columns(expression for name in texts for expression in as_doubles(name))
        # in one query, so that Polars computes the common parts of values and checks once
        .select(
            rows.alias(ROW),
            *(value.alias(name) for name, value in values.items()),
            pl.all_horizontal(rights).alias(_RIGHT),
        )
        .with_columns(pl.all_horizontal(_RIGHT, *_at_most(values, known)))
        .collect()
    )
    right = converted[_RIGHT]
    converted = converted.drop(_RIGHT)
    for name, fact in known.declarations.items():
        if fact.type == "records" and name in frame.columns:
            column, is_right = convert_records(frame[name], fact)
            converted = converted.with_columns(column.alias(fact_column(name)))
            right &= is_right
    if doubtful:
        right = right.scatter(list(doubtful), False)
    if right.all():
        return Batch(source, frame.height, converted, (), offset)
    read = list(read_rows((~right).arg_true().to_list()))
    merchants = [row for row in read if isinstance(row, Merchant)]
    rejects = tuple(row for row in read if isinstance(row, Reject))
    facts = converted.filter(right)
    if merchants:
        late = facts_frame(merchants, known.declarations)
        facts = pl.concat([facts, late], how="diagonal").sort(ROW)
    return Batch(source, frame.height, facts, rejects, offset)


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
    kinds: pl.Schema, known: MerchantSchema
) -> tuple[dict[str, pl.Expr], list[pl.Expr]]:
    """Return the columns of labels and facts (not records), and the masks of certain values."""
    name = pl.col(NAME).cast(pl.String)
    values: dict[str, pl.Expr] = {NAME: name}
    rights: list[pl.Expr] = [name.str.contains(PLAIN_ID).fill_null(False)]
    for label, allowed in zip(LABELS, (known.industries, known.shop_types), strict=True):
        values[label], right = _label(kinds, label, allowed)
        rights.append(right)
        fact = known.declarations.get(label)
        if fact is not None:
            values[fact_column(label)], right = convert(values[label], pl.String(), fact)
            rights.append(right)
    for fact in known.declarations.values():
        if fact.id in kinds and fact.type != "records" and fact.id not in LABELS:
            values[fact.id], right = convert(pl.col(fact.id), kinds[fact.id], fact)
            rights.append(right)
    return values, rights


def _numbers(known: MerchantSchema) -> list[str]:
    return [fact.id for fact in known.facts if fact.type in ("int", "decimal")]


def _label(kinds: pl.Schema, label: str, allowed: Collection[str]) -> tuple[pl.Expr, pl.Expr]:
    first = next(iter(allowed), None) if label == "shop_type" else None
    default = pl.lit(first, pl.String)
    if label not in kinds or isinstance(kinds[label], pl.Null):
        return default, pl.lit(label == "shop_type")
    value = (
        pl.col(label).cast(pl.String)
        if isinstance(kinds[label], TEXTS)
        else pl.lit(None, pl.String)
    )
    right = value.is_in(list(allowed))
    if label == "shop_type":
        return value.fill_null(default), right.fill_null(pl.col(label).is_null())
    return value, right.fill_null(False)


def _at_most(columns: Collection[str], known: MerchantSchema) -> list[pl.Expr]:
    """Return for each fact that may not exceed another one whether it does not."""
    facts = [fact for fact in known.facts if fact.id in columns]
    wholes = {fact.id: fact for fact in facts}
    pairs = [(fact, wholes.get(fact.at_most or "")) for fact in facts]
    return [_not_above(part, whole).fill_null(True) for part, whole in pairs if whole is not None]


def _not_above(fact: FactDeclaration, other: FactDeclaration) -> pl.Expr:
    part, whole = pl.col(fact.id), pl.col(other.id)
    if fact.decimals != other.decimals:
        shift = max(fact.decimals, other.decimals)
        part = part.cast(pl.Int128) * 10 ** (shift - fact.decimals)
        whole = whole.cast(pl.Int128) * 10 ** (shift - other.decimals)
    return part <= whole
