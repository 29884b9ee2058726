"""A reader of the results of a run: Parquet, CSV or JSON Lines, frame by frame, in exact numbers.

A numeric column becomes a decimal with `SCALE` decimals, whatever the file. Rejected merchants are
those of `NAME.rejects.jsonl` beside a file of results, and those rows of a Spark frame that have
problems.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import polars as pl
import pyarrow as pa

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.merchants.columns.csv_files import csv_frames
from steelyard.merchants.columns.duplicates import Names, find_duplicates
from steelyard.merchants.columns.json_columns import long_numbers, parse_fast
from steelyard.merchants.columns.json_lines import blocks, is_filled
from steelyard.merchants.columns.origins import Origin
from steelyard.merchants.columns.parquet import parquet_frames
from steelyard.merchants.columns.sources import Source, find_sources, unreadable
from steelyard.merchants.rows import MerchantSchema
from steelyard.model.boards import DIMENSION, TEXT_COLUMNS, is_number
from steelyard.model.limits import MAX_DECIMALS, MAX_NAME_FIXES

SCALE = MAX_DECIMALS
NUMBER = pl.Decimal(38, SCALE)
ROWS = 131_072  # of a frame
PROBLEMS = "problems"  # a column of Spark frames; null for merchants that were not rejected
_FORMS = ("parquet", "csv", "jsonl")
_REJECTS = ".rejects.jsonl"
_EXACT = rf"^-?[0-9]{{1,20}}(\.[0-9]{{1,{SCALE}}})?$"
_NOBODY = MerchantSchema((), (), ())
_FIX = "name a file that `steelyard score --out` wrote"


@dataclass(frozen=True, slots=True)
class Results:
    """The files of a run: results, and the rejects beside them."""

    sources: tuple[Source, ...]
    rejects: tuple[Path, ...]

    @property
    def paths(self) -> list[Path]:
        """Every file that is read."""
        return [*(source.path for source in self.sources), *self.rejects]


@dataclass(slots=True)
class Rejected:
    """The number of rejected rows, and those of them that somebody asked for by name."""

    rows: int = 0
    names: set[str] = field(default_factory=set)


def find_results(named: Sequence[str]) -> Results:
    """Return the files that names of files, folders and globs stand for.

    Raises `InvalidInput` SY101 or SY701 for a name without files, SY810 for files of other formats.
    """
    given: list[str] = []
    rejects: dict[Path, None] = {}
    for text in named:
        path = Path(text)
        inside = [] if not path.is_dir() else sorted(path.iterdir())
        beside = [one for one in inside if one.name.endswith(_REJECTS)]
        if beside:
            rejects |= dict.fromkeys(beside)
            given += [str(one) for one in inside if one not in beside and one.name[0] not in "._"]
        else:
            given.append(text)
    with TemporaryDirectory(prefix="steelyard-") as folder:
        sources = find_sources(given, None, Path(folder)) if given else []
    # Spark names its JSON Lines so
    sources = [
        replace(one, format="jsonl") if one.path.suffix.lower() == ".json" else one
        for one in sources
    ]
    for source in sources:
        if source.format not in _FORMS:
            what = f"{source.name} is not a file of results"
            expected = "Parquet, CSV or JSON Lines"
            raise InvalidInput([Problem("SY810", what, Place(source.name), expected, _FIX)])
    for path in (*map(Path, given), *(source.path for source in sources)):
        beside_it = path.with_suffix(_REJECTS)
        if beside_it.exists():
            rejects.setdefault(beside_it)
    return Results(tuple(sources), tuple(rejects))


def read_results(
    results: Results, columns: Sequence[str], rows: int = ROWS
) -> Iterator[tuple[Source, int, pl.DataFrame]]:
    """Yield frames of the columns, each with its source and the number of rows before it there.

    Numbers are decimals of `SCALE`, days are dates, all others are texts; `problems` is true for a
    rejected row. Raises `InvalidInput` SY810 for a column that is missing, or a value that results
    never have.
    """
    seen: set[str] = set()
    for source in results.sources:
        before = 0
        try:
            for frame in _frames(source, columns, rows, seen):
                yield source, before, _typed(frame, source, columns, before)
                before += frame.height
        except (pa.ArrowException, OSError) as error:
            raise unreadable(source, error) from None
    lines = [source for source in results.sources if source.format == "jsonl"]
    missing = [name for name in columns if name not in seen | set(TEXT_COLUMNS)]
    if missing and len(lines) == len(results.sources):
        raise _lacking(missing, lines[0])


def read_rejected(results: Results, wanted: frozenset[str]) -> Rejected:
    """Return the rejected rows of the files beside the results; names only of `wanted` merchants.

    Raises `InvalidInput` SY810 for a line that is not a reject.
    """
    rejected = Rejected()
    for path in results.rejects:
        files = [path] if path.is_file() else sorted(path.glob("[!._]*"))
        for file in files:
            with file.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    name = _rejected_name(line, Place(str(file), number))
                    rejected.rows += 1
                    if name in wanted:
                        rejected.names.add(str(name))
    return rejected


def check_duplicates(results: Results, apart: str | None = None) -> None:
    """Raise `InvalidInput` SY812 if a merchant has several rows; rejected rows do not count.

    With `apart`, merchants may have a row for each value of that column.
    """
    columns = ["merchant", *([apart] if apart else [])]

    def names() -> Iterator[Names]:
        for source, before, frame in read_results(results, columns):
            shown = frame["merchant"]
            if apart is not None:
                shown = frame.select(
                    pl.concat_str("merchant", pl.col(apart).fill_null(""), separator=" · ")
                ).to_series()
            shown = shown.set(frame[PROBLEMS], None)
            offset = 1 if source.format == "csv" else 0
            first = before + 1
            rows = pl.int_range(first, first + frame.height, dtype=pl.Int64, eager=True)
            yield Names((Origin(source.name, 0, offset),), rows, shown)

    with TemporaryDirectory(prefix="steelyard-") as folder:
        duplicates, _ = find_duplicates(names, Path(folder))
    if duplicates:
        fix = "name each file of the run once, and the files of one run only"
        raise InvalidInput(
            Problem(
                "SY812",
                f"the merchant {name!r} has {duplicate.count} rows",
                _place_in(results, *duplicate.places[-1]),
                "one row for each merchant",
                fix,
            )
            for name, duplicate in sorted(duplicates.items())[:MAX_NAME_FIXES]
        )


def _place_in(results: Results, name: str, row: int) -> Place:
    """Return the place of a row, counted from 1."""
    source = next(one for one in results.sources if one.name == name)
    return _row(source, row - 1)


# --- frames of each format


def _frames(
    source: Source, columns: Sequence[str], rows: int, seen: set[str]
) -> Iterator[pl.DataFrame]:
    """Yield frames of a file; add the keys of JSON Lines to `seen`, since lines leave out nulls."""
    nested = any(column.startswith(DIMENSION) for column in columns)
    if source.format == "parquet":
        wanted = [*columns, PROBLEMS, *(["dimensions"] if nested else [])]
        frames = parquet_frames(source.path, source.name, rows, wanted)
    elif source.format == "csv":
        frames = _csv_frames(source, columns, rows)
    else:
        frames = _line_frames(source, columns, rows, seen)
    for frame in frames:
        given = dict(source.columns)
        missing = [pl.lit(given[name]).alias(name) for name in columns if name in given]
        full = frame.with_columns(missing)
        if nested and "dimensions" in full.columns:
            dimensions = [name for name in columns if name.startswith(DIMENSION)]
            full = full.with_columns(map(_dimension, dimensions)).drop("dimensions")
        yield full


def _csv_frames(source: Source, columns: Sequence[str], rows: int) -> Iterator[pl.DataFrame]:
    with source.open() as file:
        yield from csv_frames(file, source.name, _NOBODY, rows, [*columns, PROBLEMS])


def _line_frames(
    source: Source, columns: Sequence[str], rows: int, seen: set[str]
) -> Iterator[pl.DataFrame]:
    """Yield JSON Lines as frames of texts; a number is the text that the line has."""
    with source.open() as file:
        first = 1
        for lines in blocks(file, source.name, rows):
            yield _line_frame(lines, source.name, first, columns, seen)
            first += len(lines)


def _line_frame(
    lines: pl.Series, name: str, first: int, columns: Sequence[str], seen: set[str]
) -> pl.DataFrame:
    if not is_filled(lines).all():
        at = first + int((~is_filled(lines)).arg_true()[0])
        raise InvalidInput([Problem("SY810", "the line is empty", Place(name, at), fix=_FIX)])
    long = long_numbers(lines)
    table: dict[str, list[str | None]] = {column: [] for column in (*columns, PROBLEMS)}
    for position, row in enumerate(parse_fast(lines)):
        # a double shows all digits of a number that is not long
        exact = _parsed(lines[position]) if row is None or position in long else row
        if not isinstance(exact, dict):
            what = "the line is not a merchant's result"
            raise InvalidInput([Problem("SY810", what, Place(name, first + position), fix=_FIX)])
        seen.update(exact)
        scores = _dimension_scores(exact.get("dimensions"))
        for column, values in table.items():
            values.append(_text(scores.get(column) if "." in column else exact.get(column)))
    if "dimensions" in seen:
        seen.update(column for column in columns if column.startswith(DIMENSION))
    return pl.DataFrame({name: pl.Series(texts, dtype=pl.String) for name, texts in table.items()})


def _parsed(line: str) -> object:
    """Return a line with exact numbers; None if it is not JSON."""
    with suppress(ValueError, RecursionError):
        return json.loads(line, parse_float=Decimal, parse_constant=lambda _: None)
    return None


def _dimension_scores(listed: object) -> dict[str, Any]:
    if not isinstance(listed, list):
        return {}
    return {
        f"{DIMENSION}{one['dimension']}": one.get("score")
        for one in listed
        if isinstance(one, dict) and "dimension" in one
    }


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _dimension(column: str) -> pl.Expr:
    """Return the score of a dimension from the nested column; null if there is no such one."""
    part = pl.element().struct
    wanted = part.field("dimension") == column.removeprefix(DIMENSION)
    inner = pl.element().filter(wanted).struct.field("score")
    return pl.col("dimensions").list.eval(inner).list.first().alias(column)


# --- types


def _typed(
    frame: pl.DataFrame, source: Source, columns: Sequence[str], before: int
) -> pl.DataFrame:
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise _lacking(missing, source)
    if PROBLEMS in frame.columns:
        rejected = frame[PROBLEMS].is_not_null()
    else:
        rejected = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    series = [_column(frame[name], source, before) for name in columns]
    typed = pl.DataFrame([*series, rejected.alias(PROBLEMS)])
    if typed["merchant"].null_count():
        row = before + int(typed["merchant"].is_null().arg_true()[0])
        what = "a row has no merchant"
        raise InvalidInput([Problem("SY810", what, _row(source, row), fix=_FIX)])
    return typed


def _lacking(missing: Sequence[str], source: Source) -> InvalidInput:
    what = f"the results lack {', '.join(missing)}"
    expected = "the columns of `steelyard score --out` that the board uses"
    return InvalidInput([Problem("SY810", what, Place(source.name), expected, _FIX)])


def _column(values: pl.Series, source: Source, before: int) -> pl.Series:
    name, kind = values.name, values.dtype
    if is_number(name):
        if isinstance(kind, pl.Decimal) or kind.is_integer() or kind == pl.Null:
            return values.cast(NUMBER)
        if kind == pl.String:
            return _decimals(values, source, before)
        raise _wrong_type(values, source, "exact decimals; doubles are not exact")
    if name == "as_of":
        if kind == pl.Date:
            return values
        if kind == pl.String:
            days = values.str.to_date("%Y-%m-%d", strict=False)
            return _checked(values, days, source, before, "a day YYYY-MM-DD")
        raise _wrong_type(values, source, "days")
    if kind in (pl.String, pl.Null):
        return values.cast(pl.String)
    raise _wrong_type(values, source, "texts")


def _decimals(values: pl.Series, source: Source, before: int) -> pl.Series:
    fits = values.str.contains(_EXACT)
    exact = values.set(~fits.fill_null(value=True), None).cast(NUMBER, strict=False)
    return _checked(values, exact, source, before, f"a number with at most {SCALE} decimals")


def _checked(
    texts: pl.Series, values: pl.Series, source: Source, before: int, expected: str
) -> pl.Series:
    """Return values. Raises `InvalidInput` SY810 for a text that has become null."""
    wrong = (values.is_null() & texts.is_not_null()).arg_true()
    if not len(wrong):
        return values
    what = f"{texts.name} is {texts[int(wrong[0])][:60]!r}"
    place = _row(source, before + int(wrong[0]))
    raise InvalidInput([Problem("SY810", what, place, expected, _FIX)])


def _wrong_type(values: pl.Series, source: Source, expected: str) -> InvalidInput:
    what = f"the column {values.name} has the type {values.dtype}"
    return InvalidInput([Problem("SY810", what, Place(source.name), expected, _FIX)])


def _row(source: Source, row: int) -> Place:
    """Return the place of a row, counted from 0; in CSV the header is line 1."""
    return Place(source.name, row + (2 if source.format == "csv" else 1))


def _rejected_name(line: bytes, place: Place) -> str | None:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        row = None
    if not isinstance(row, dict):
        raise InvalidInput([Problem("SY810", "the line is not a reject", place, fix=_FIX)])
    name = row.get("merchant")
    return name if isinstance(name, str) else None
