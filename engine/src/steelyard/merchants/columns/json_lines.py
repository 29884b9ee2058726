"""JSON Lines: fast lines become columns, and the row reader reads every other line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

import orjson
import polars as pl

from steelyard.errors import InvalidInput, Place, Problem, Problems
from steelyard.formats import MERCHANT_LIMITS, Located
from steelyard.formats.json_text import parse_json
from steelyard.merchants.columns.columns import NAME
from steelyard.merchants.columns.duplicates import Batch
from steelyard.merchants.columns.encodings import not_utf8
from steelyard.merchants.columns.frames import read_columns
from steelyard.merchants.columns.json_columns import Table, long_numbers, parse_fast
from steelyard.merchants.columns.origins import Origin, origin_of
from steelyard.merchants.columns.rows import located_value
from steelyard.merchants.rows import Merchant, MerchantSchema, Reject
from steelyard.merchants.rows.reading import read_row
from steelyard.model.limits import MAX_LINE_BYTES

_BLOCK = 1 << 26  # bytes of a block


def blocks(file: BinaryIO, name: str, rows: int) -> Iterator[pl.Series]:
    """Yield the lines of a file in blocks of at most `rows` lines and of a bounded size.

    Raises `InvalidInput` SY102 for a line that is too long, SY103 for bytes that are not UTF-8.
    """
    first = 1
    held: list[bytes] = []
    size = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        if len(line) > MAX_LINE_BYTES:
            what = f"the line has more than {MAX_LINE_BYTES:,} bytes"
            raise InvalidInput([Problem("SY102", what, Place(name, first + len(held)))])
        held.append(line)
        size += len(line)
        if len(held) >= rows or size >= _BLOCK:
            yield _texts(held, name, first)
            first += len(held)
            held, size = [], 0
    if held:
        yield _texts(held, name, first)


def is_filled(lines: pl.Series) -> pl.Series:
    """Return which lines hold more than the blanks that JSON allows between values."""
    return lines.str.contains(r"[^ \t\r]")


def _texts(lines: list[bytes], name: str, first: int) -> pl.Series:
    try:
        text = b"".join(lines).decode()
    except UnicodeDecodeError as error:
        before = error.object[: error.start].count(b"\n")
        raise not_utf8(error.object, Place(name, first + before)) from None
    return pl.Series(text.removesuffix("\n").split("\n"), dtype=pl.String)


def read_lines(
    lines: pl.Series,
    known: MerchantSchema,
    *,
    origins: tuple[Origin, ...],
    first_row: int,
    given: Mapping[str, Any],
) -> Batch:
    """Return the merchants of lines; rows are numbered as lines are. Blank lines are not rows.

    `given` are values of every line; a line that has another one is rejected.
    """
    numbers = pl.int_range(first_row, first_row + len(lines), dtype=pl.Int64, eager=True)
    filled = is_filled(lines)
    lines, numbers = lines.filter(filled), numbers.filter(filled)
    texts = lines.to_list()
    table = Table(known, len(texts), long_numbers(lines))
    for position, row in enumerate(parse_fast(lines)):
        if isinstance(row, dict) and (not given or _takes(row, given)):
            table.add(position, row)
        else:
            table.doubtful.add(position)

    def read_rows(positions: Sequence[int]) -> Iterator[Merchant | Reject]:
        for position in positions:
            yield _read_line(texts[position], numbers[position], origins, known, given)

    return read_columns(
        table.frame(),
        known,
        read_rows,
        origins=origins,
        rows=numbers,
        doubtful=sorted(table.doubtful),
    )


def names_of(lines: pl.Series) -> pl.Series:
    """Return the merchants' names of some lines; null where a line has none that can be read."""
    found = lines.str.extract(r'"merchant"\s*:\s*"([^"\\]+)"')
    once = (lines.str.count_matches('"merchant"', literal=True) == 1) & found.is_not_null()
    # the key of a nested mapping is no name
    once &= lines.str.contains(r'^\s*\{\s*"merchant"') | (
        lines.str.count_matches("{", literal=True) == 1
    )
    # a key or a name may be written with escapes
    once &= ~lines.str.contains("\\", literal=True)
    if once.all():
        return found
    names = found.to_list()
    for position in (~once).arg_true():
        names[position] = _name(lines[position])
    return pl.Series(names, dtype=pl.String)


def _name(text: str) -> str | None:
    try:
        row = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    name = row.get(NAME) if isinstance(row, dict) else None
    return name if isinstance(name, str) else None


def _read_line(
    text: str,
    row: int,
    origins: Sequence[Origin],
    known: MerchantSchema,
    given: Mapping[str, Any],
) -> Merchant | Reject:
    place = origin_of(origins, row).place(row)
    try:
        located = parse_json(text, place.file, MERCHANT_LIMITS)
    except InvalidInput as error:
        return Reject(None, row, _on_line(error.problems, place))
    problems = Problems()
    if isinstance(located.value, dict):
        _add_given(located.value, given, place, problems)
    read = read_row(row, located, known)
    after = read.problems if isinstance(read, Reject) else ()
    if problems.found or after:
        return Reject(read.name, row, _on_line((*problems.found, *after), place))
    return replace(read, place=place)


def _takes(row: dict[str, Any], given: Mapping[str, Any]) -> bool:
    """Add values to a row and return True, unless it has other values."""
    if any(row.get(name) not in (None, value) for name, value in given.items()):
        return False
    row |= given
    return True


def _add_given(
    row: dict[str, Located], given: Mapping[str, Any], place: Place, problems: Problems
) -> None:
    for name, value in given.items():
        own = row.get(name)
        if own is None or own.value is None:
            row[name] = located_value(value, place, problems)
        elif own.value != value:
            what = f"{name} has another value than the folder {name}={value}"
            problems.add("SY609", what, own.place, expected=f"{value}, or no {name}")


def _on_line(problems: Iterable[Problem], place: Place) -> tuple[Problem, ...]:
    return tuple(
        replace(problem, place=replace(problem.place, line=place.line))
        if problem.place
        else problem
        for problem in problems
    )
