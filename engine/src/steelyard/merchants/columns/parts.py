"""Rows as files have them, in parts: some of one file, or all of many small files at once.

Each part costs about as much as ten thousand rows, whatever its size. So small files that follow
each other and have the same columns make one part.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

import polars as pl
import pyarrow as pa

from steelyard.errors import InvalidInput, Problem
from steelyard.merchants.columns.csv_files import OFFSET, csv_frames, small_csv_files
from steelyard.merchants.columns.json_columns import cell_value
from steelyard.merchants.columns.json_lines import blocks
from steelyard.merchants.columns.origins import Origin, origin_of
from steelyard.merchants.columns.parquet import parquet_frames, size_problems
from steelyard.merchants.columns.sheets import sheet_frames
from steelyard.merchants.columns.sources import Source, unreadable
from steelyard.merchants.rows import MerchantSchema
from steelyard.model.limits import (
    MAX_CELL_BYTES,
    MAX_ROWS_A_BYTE,
    MIN_ROWS_LIMIT,
)

SMALL = 1 << 20  # bytes of a file that is read together with others
TOGETHER = 1 << 26  # bytes of the files that are read together

_TOGETHER = ("parquet", "csv", "jsonl")
_TEXTS = ("csv", "xlsx")  # formats whose values are texts, below a header in line 1
_THREADS = 2  # more wait for each other
_PATH = "\x00path"  # no name of a column
_SIMPLE = (pl.Boolean, pl.Int32, pl.Int64, pl.Float64, pl.String, pl.Date, pl.Decimal)

Rows = pl.DataFrame | pl.Series
Unit = tuple[Source, *tuple[Source, ...]]  # at least one


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows, the first with the number `first`: a frame of columns, or lines of JSON.

    `given` are the values that the names of folders give for each of the lines.
    """

    origins: tuple[Origin, ...]
    first: int
    rows: Rows
    texts: bool = False
    given: Mapping[str, Any] = field(default_factory=dict)

    def split(self, rows: int) -> Iterator["Part"]:
        """Iterate over parts of at most `rows` rows; a part without rows is one part."""
        for start in range(0, max(len(self.rows), 1), rows):
            own = self.rows[start : start + rows]
            yield replace(self, first=self.first + start, rows=own)


def units(sources: Sequence[Source]) -> list[Unit]:
    """Return the sources in their order; small ones of a format that follow each other together."""
    found: list[Unit] = []
    room = -1
    for source in sources:
        size = source.path.stat().st_size
        is_small = size <= SMALL and source.format in _TOGETHER and source.compression is None
        if is_small and room >= size and _is_alike(found[-1][0], source):
            found[-1] = (*found[-1], source)
        else:
            found.append((source,))
            room = TOGETHER if is_small else -1
        room -= size
    return found


def _is_alike(one: Source, other: Source) -> bool:
    return one.format == other.format and one.columns == other.columns


def parts(
    unit: Unit, known: MerchantSchema, rows: int, columns: Sequence[str] | None = None
) -> Iterator[Part]:
    """Iterate over the rows of a source, or of small ones together, at most `rows` at a time.

    With `columns`, a large source gives only those. Raises `InvalidInput` as the reader of its
    format.
    """
    given = {
        name: text if text is None or unit[0].format in _TEXTS else cell_value(name, text, known)
        for name, text in unit[0].columns
    }
    if len(unit) == 1:
        wanted = columns and [*columns, *given]
        found = _of_one(unit[0], known, rows, wanted)
    else:
        found = (piece for part in _of_several(unit, known) for piece in part.split(rows))
    yield from (_with_folders(part, unit[0], given) for part in found) if given else found


def _with_folders(part: Part, source: Source, given: Mapping[str, Any]) -> Part:
    """Return rows with the columns that the names of folders give.

    Raises `InvalidInput` SY609 for a file that has such a column with another value.
    """
    frame = part.rows
    if isinstance(frame, pl.Series):
        return replace(part, given=given)
    for name, text in source.columns:
        if name in frame.columns:
            values = frame[name]
            other = values.is_not_null()
            if text is not None and not values.dtype.is_nested():
                other &= values.cast(pl.String) != text
            if other.any():
                row = part.first + (other.arg_max() or 0)
                what = f"the column {name} has another value than the folder {name}={text}"
                fix = "remove the column from the file, or move the row to the folder of its value"
                place = origin_of(part.origins, row).place(row)
                raise InvalidInput([Problem("SY609", what, place, f"{text}, or no column", fix)])
        kind = pl.String() if part.texts else None
        frame = frame.with_columns(pl.lit(given[name], kind).alias(name))
    return replace(part, rows=frame)


def _of_one(
    source: Source, known: MerchantSchema, rows: int, columns: Sequence[str] | None
) -> Iterator[Part]:
    texts = source.format in _TEXTS
    origins = (Origin(source.name, 0, OFFSET if texts else 0),)
    first = 1
    for found in _read(source, known, rows, columns):
        yield Part(origins, first, found, texts)
        first += len(found)


def _read(
    source: Source, known: MerchantSchema, rows: int, columns: Sequence[str] | None
) -> Iterator[Rows]:
    """Iterate over the rows of a source. Raises `InvalidInput` SY117 for another format."""
    try:
        if source.format == "parquet":
            yield from parquet_frames(source.path, source.name, rows, columns)
            return
        if source.format == "xlsx":
            yield from sheet_frames(source.path, source.name, source.sheet, known, rows)
            return
        with source.open() as file:
            if source.format == "csv":
                yield from csv_frames(file, source.name, known, rows, columns)
            else:
                yield from blocks(file, source.name, rows)
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError) as error:
        raise unreadable(source, error) from None


def _of_several(unit: Unit, known: MerchantSchema) -> Iterator[Part]:
    """Iterate over the rows of small sources, in one part while their columns are the same."""
    form = unit[0].format
    if form == "csv":
        files = ((source.name, BytesIO(source.read())) for source in unit)
        for origins, frame in small_csv_files(files, known):
            yield Part(origins, 1, frame, texts=True)
    elif form == "parquet":
        part = _parquet_at_once(unit)
        for one in unit if part is None else ():
            yield from _of_one(one, known, SMALL, None)
        if part is not None:
            yield part
    else:
        yield _lines(unit)


def _lines(unit: Unit) -> Part:
    origins: list[Origin] = []
    held: list[pl.Series] = []
    before = 0
    for source in unit:
        origins.append(Origin(source.name, before))
        for lines in blocks(BytesIO(source.read()), source.name, SMALL):
            held.append(lines)
            before += len(lines)
    lines = pl.concat(held) if held else pl.Series([], dtype=pl.String)
    return Part(tuple(origins), 1, lines)


def _parquet_at_once(unit: Unit) -> Part | None:
    """Return the rows of Parquet files of one schema of simple types; None for any others."""
    names = {str(source.path): source.name for source in unit}
    scan = pl.scan_parquet(
        list(names), include_file_paths=_PATH, glob=False, hive_partitioning=False
    )
    try:
        if len(names) < len(unit) or not _is_safe(scan, unit):
            return None
        frame = scan.collect(engine="in-memory").rechunk()
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError, InvalidInput):
        return None
    longest = frame.select(pl.col(pl.String).exclude(_PATH).str.len_bytes().max()).row(0)
    runs = frame[_PATH].rle().struct.unnest()
    heights = dict(zip(runs["value"], runs["len"], strict=True))
    if (
        max((one or 0 for one in longest), default=0) > MAX_CELL_BYTES
        or not heights.keys() <= names.keys()
    ):
        return None
    origins: list[Origin] = []
    before = 0
    for path, name in names.items():
        origins.append(Origin(name, before))
        before += heights.get(path, 0)
    return Part(tuple(origins), 1, frame.drop(_PATH))


def _is_safe(scan: pl.LazyFrame, unit: Unit) -> bool:
    """Return whether files can be read as a whole: their types are simple, their rows not many."""
    kinds = scan.collect_schema().values()
    if not all(map(_is_simple, kinds)):
        return False
    if pl.List in kinds:  # a few bytes may hold millions of empty lists
        with ThreadPoolExecutor(_THREADS) as pool:
            return not any(pool.map(_has_problems, unit))
    most = MIN_ROWS_LIMIT + MAX_ROWS_A_BYTE * sum(one.path.stat().st_size for one in unit)
    return scan.select(pl.len()).collect().item() <= most


def _is_simple(kind: object) -> bool:
    if isinstance(kind, pl.List) and isinstance(kind.inner, pl.Struct):
        return all(_is_simple(one) for one in kind.inner.to_schema().values())
    return isinstance(kind, _SIMPLE)


def _has_problems(source: Source) -> bool:
    return bool(size_problems(source.path, source.name))
