"""Blocks of JSON Lines: what can be read fast to columns, every other line to the row reader."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import orjson
import polars as pl

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.formats import MERCHANT_LIMITS, parse_json
from steelyard.merchants.columns.batches import Batch
from steelyard.merchants.columns.columns import NAME
from steelyard.merchants.columns.frames import read_columns
from steelyard.merchants.columns.json_columns import Table, long_numbers, parse_fast
from steelyard.merchants.columns.rows import read_located
from steelyard.merchants.rows import Merchant, MerchantSchema, Reject


def read_lines(lines: pl.Series, known: MerchantSchema, *, source: str, first_row: int) -> Batch:
    """Return the merchants of some lines; the row of a line is its number.

    Lines of nothing but spaces are not rows.
    """
    numbers = pl.int_range(first_row, first_row + len(lines), dtype=pl.Int64, eager=True)
    filled = lines.str.contains(r"\S")
    lines, numbers = lines.filter(filled), numbers.filter(filled)
    texts = lines.to_list()
    table = Table(known, len(texts), long_numbers(lines))
    for position, row in enumerate(parse_fast(lines)):
        if isinstance(row, dict):
            table.add(position, row)
        else:
            table.doubtful.add(position)

    def read_rows(positions: Sequence[int]) -> Iterator[Merchant | Reject]:
        for position in positions:
            yield _read_line(texts[position], numbers[position], source, known)

    return read_columns(
        table.frame(),
        known,
        read_rows,
        source=source,
        rows=numbers,
        doubtful=sorted(table.doubtful),
    )


def names_of(lines: pl.Series) -> pl.Series:
    """Return the merchants' names of some lines; null where a line has none that can be read."""
    found = lines.str.extract(r'"merchant"\s*:\s*"([^"\\]+)"')
    once = (lines.str.count_matches('"merchant"', literal=True) == 1) & found.is_not_null()
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


def _read_line(text: str, row: int, source: str, known: MerchantSchema) -> Merchant | Reject:
    place = Place(source, row)
    try:
        located = parse_json(text, source, MERCHANT_LIMITS)
    except InvalidInput as error:
        return Reject(None, row, _on_line(error.problems, row))
    if not isinstance(located.value, dict):
        problem = Problem(
            "SY601",
            "this is not a mapping",
            place,
            "an object with `merchant`, `industry` and facts",
        )
        return Reject(None, row, (problem,))
    read = read_located(located, row, known)
    if isinstance(read, Reject):
        return replace(read, problems=_on_line(read.problems, row))
    return replace(read, place=place)


def _on_line(problems: Iterable[Problem], row: int) -> tuple[Problem, ...]:
    return tuple(
        replace(one, place=replace(one.place, line=row)) if one.place else one for one in problems
    )
