"""Conversion of a frame of raw merchants to facts in columns, after a check of its header.

Rows with only certain values stay in columns. The row reader reads every other row.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from steelyard.errors import InvalidInput, Place, Problem, Problems, suggest
from steelyard.evaluators.polars import LABELS, fact_column
from steelyard.merchants.columns.columns import (
    A_DAY,
    EPOCH,
    NAME,
    PLAIN_ID,
    TEXTS,
    as_doubles,
    convert,
    convert_records,
    fits,
    is_local_time,
    is_midnight,
)
from steelyard.merchants.columns.duplicates import Batch
from steelyard.merchants.columns.json_columns import cell_value, lists_of_records
from steelyard.merchants.columns.origins import Origin, origin_of
from steelyard.merchants.columns.rows import facts_frame, read_plain
from steelyard.merchants.rows import Merchant, MerchantSchema, Reject, describe_fact
from steelyard.model.facts import FactDeclaration
from steelyard.model.limits import MAX_FILE_PROBLEMS, MAX_NAME_FIXES

_LABEL_TYPES = {"merchant": "a text or a whole number", "industry": "a text", "shop_type": "a text"}

_FIRST_DAY, _LAST_DAY = 1 - EPOCH, 3_652_059 - EPOCH  # the range of Python's dates
_RANGES = {  # in days; a zone may move a time by a day
    pl.Datetime: (_FIRST_DAY + 1, _LAST_DAY - 1),
    pl.Duration: (-999_999_999, 999_999_999),
}
_MOST = 2**63 - 1
_TIME = "%Y-%m-%d %H:%M:%S%.f"
_NO_ZONE = "convert the times to days in the time zone that counts"
_NO_DAY = "a day outside of the years 1 to 9999"

ROW = "row"
_RIGHT = ":right"  # no name of a fact

ReadRows = Callable[[Sequence[int]], Iterator[Merchant | Reject]]


def check_columns(
    schema: Mapping[str, pl.DataType], known: MerchantSchema, place: Place, *, texts: bool
) -> list[Problem]:
    """Return the problems of a header, one for each column.

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
        if name in _LABEL_TYPES:
            if not _is_label(name, kind):
                what = f"the column {name} has values of the type {kind}"
                problems.add("SY604", what, place, expected=_LABEL_TYPES[name])
        elif isinstance(kind, pl.Struct):  # not made flat, since some name would be there twice
            problems.extend(_given_twice(name, kind, schema, place))
        elif name not in declarations and not (
            name in known.sections and isinstance(kind, pl.Null)
        ):
            shown = name[:80]
            what = f"column of the unknown fact {shown!r}"
            expected = "the names of declared facts"
            few = len(problems.found) < MAX_NAME_FIXES
            known_names = [*declarations, *_LABEL_TYPES, *(known.titles if texts else ())]
            fix = (few and suggest(shown, known_names)) or "remove the column"
            problems.add("SY602", what, place, expected=expected, fix=fix)
        elif name in declarations and not fits(kind, declarations[name], texts=texts):
            what = f"the column {name} has values of the type {kind}"
            expected = describe_fact(declarations[name])
            fix = _NO_ZONE if isinstance(kind, pl.Datetime) else None
            problems.add("SY604", what, place, expected=expected, fix=fix)
    found = problems.found
    if more := len(found[MAX_FILE_PROBLEMS:]):
        what = f"{more:,} more columns have problems"
        found[MAX_FILE_PROBLEMS:] = [Problem(found[-1].code, what, place)]
    return found


def _given_twice(
    name: str, kind: pl.Struct, schema: Mapping[str, pl.DataType], place: Place
) -> list[Problem]:
    inner = [f"{name}.{field.name}" for field in kind.fields]
    return [
        Problem(
            "SY606",
            f"duplicate fact {one}, also in the column {name}",
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


def read_values(frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Iterate over the rows: the given values by name, without nulls.

    A merchant number becomes a text, a single-precision number its shortest decimal, a date or a
    midnight the ISO text of its day.
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
    return _plain(value, kind)


def _plain(value: pl.Expr, kind: Any) -> pl.Expr:  # noqa: ANN401, PLR0911 - one for each kind
    if kind == pl.Float32:
        return value.cast(pl.String).cast(pl.Float64)
    if kind == pl.Date:
        inside = value.to_physical().is_between(_FIRST_DAY, _LAST_DAY)
        text = pl.when(inside).then(value).dt.to_string("iso")
        return pl.when(value.is_not_null()).then(text.fill_null(pl.lit(_NO_DAY)))
    if is_local_time(kind):
        per_day = A_DAY[kind.time_unit]
        inside = (value.to_physical() // per_day).is_between(_FIRST_DAY, _LAST_DAY)
        time = pl.when(inside).then(value)
        day = pl.when(is_midnight(value, kind)).then(time).dt.date().dt.to_string("iso")
        text = pl.coalesce(day, time.dt.to_string(_TIME), pl.lit(_NO_DAY))
        return pl.when(value.is_not_null()).then(text)
    if isinstance(kind, (pl.Datetime, pl.Duration)):  # of no fact; Python holds fewer than Polars
        low, high = _RANGES[type(kind)]
        per_day = A_DAY[kind.time_unit or "us"]
        limits = [pl.lit(max(-_MOST, min(day * per_day, _MOST))).cast(kind) for day in (low, high)]
        return value.clip(*limits)
    if isinstance(kind, pl.Array):
        value, kind = value.arr.to_list(), pl.List(kind.inner)
    if isinstance(kind, pl.List):
        return value.list.eval(_plain(pl.element(), kind.inner))
    if isinstance(kind, pl.Struct) and kind.fields:
        parts = kind.to_schema().items()
        return value.struct.with_fields(
            [_plain(pl.field(name), part).alias(name) for name, part in parts]
        )
    if isinstance(kind, pl.Map):  # of no fact; whatever it holds, a mapping is refused
        return pl.when(value.is_not_null()).then(pl.struct(pl.lit(None).alias("map")))
    return value


def read_frame(
    frame: pl.DataFrame,
    known: MerchantSchema,
    *,
    origins: tuple[Origin, ...],
    first_row: int = 1,
    texts: bool = False,
) -> Batch:
    """Return the merchants of a frame whose columns hold values as people write them.

    If `texts`, every value is a text, as in CSV. Raises `InvalidInput` if a column is
    unknown, missing, or of a type that can never hold its fact.
    """
    frame = flat(frame)
    problems = check_columns(frame.schema, known, Place(origins[0].source), texts=texts)
    if problems:
        raise InvalidInput(problems)

    def read_rows(positions: Sequence[int]) -> Iterator[Merchant | Reject]:
        for position, given in zip(positions, read_values(frame[list(positions)]), strict=True):
            row = first_row + position
            data = given
            if texts:
                data = {name: cell_value(name, text, known) for name, text in given.items()}
            yield read_plain(data, row, origin_of(origins, row).place(row), known)

    rows = pl.int_range(first_row, first_row + frame.height, dtype=pl.Int64, eager=True)
    columns, doubtful = lists_of_records(frame, known) if texts else (frame, [])
    return read_columns(columns, known, read_rows, origins=origins, rows=rows, doubtful=doubtful)


def read_mappings(
    rows: Sequence[Mapping[str, Any]], known: MerchantSchema, *, source: str
) -> Batch:
    """Return the merchants of some mappings of plain values, each read by the row reader."""
    read = [read_plain(data, row, Place(source, row), known) for row, data in enumerate(rows, 1)]
    merchants = [row for row in read if isinstance(row, Merchant)]
    rejects = tuple(row for row in read if isinstance(row, Reject))
    facts = facts_frame(merchants, known.declarations)
    return Batch((Origin(source),), len(rows), facts, rejects)


def read_columns(
    frame: pl.DataFrame,
    known: MerchantSchema,
    read_rows: ReadRows,
    *,
    origins: tuple[Origin, ...],
    rows: pl.Series,
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
        return Batch(origins, frame.height, converted, ())
    read = list(read_rows((~right).arg_true().to_list()))
    merchants = [row for row in read if isinstance(row, Merchant)]
    rejects = tuple(row for row in read if isinstance(row, Reject))
    facts = converted.filter(right)
    if merchants:
        late = facts_frame(merchants, known.declarations)
        facts = pl.concat([facts, late], how="diagonal").sort(ROW)
    return Batch(origins, frame.height, facts, rejects)


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame in which nested columns have dotted names.

    Nested columns stay if a dotted name would occur twice: the check of the header reports it.
    """
    while structs := [name for name, kind in frame.schema.items() if isinstance(kind, pl.Struct)]:
        try:
            frame = frame.unnest(structs, separator=".")
        except pl.exceptions.DuplicateError:
            break
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
    """Return whether each fact with `at_most` is at most the other fact, for every row."""
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
