"""Text files as blocks of lines."""

from collections.abc import Iterator

import polars as pl

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.merchants.columns.sources import Source
from steelyard.model.limits import MAX_LINE_BYTES

_BLOCK = 1 << 26  # bytes of a block


def blocks(source: Source, rows: int) -> Iterator[tuple[int, pl.Series]]:
    """Iterate over a file's lines in order: the number of the first line, and at most so many.

    Memory is bounded by the block. Raises `InvalidInput` SY103 for what is not UTF-8.
    """
    first = 1
    with source.path.open("rb") as file:
        held: list[bytes] = []
        size = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            if len(line) > MAX_LINE_BYTES:
                place = Place(source.name, first + len(held))
                what = f"the line has more than {MAX_LINE_BYTES:,} bytes"
                raise InvalidInput([Problem("SY102", what, place)])
            held.append(line)
            size += len(line)
            if len(held) >= rows or size >= _BLOCK:
                yield first, _texts(held, source, first)
                first += len(held)
                held, size = [], 0
        if held:
            yield first, _texts(held, source, first)


def _texts(lines: list[bytes], source: Source, first: int) -> pl.Series:
    try:
        text = b"".join(lines).decode()
    except UnicodeDecodeError as error:
        before = error.object[: error.start].count(b"\n")
        place = Place(source.name, first + before)
        raise InvalidInput([Problem("SY103", "the line is not UTF-8 text", place)]) from None
    return pl.Series(text.removesuffix("\n").split("\n"), dtype=pl.String)
