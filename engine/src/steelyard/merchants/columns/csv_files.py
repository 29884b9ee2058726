"""CSV files as frames of texts, read block by block.

A block holds whole rows only, and Arrow parses it from memory while the caller waits. So no thread
is left that reads a file, or calls Python, when an error or an interruption ends the run.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO, Literal

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.merchants.columns.headers import column_problems
from steelyard.merchants.columns.origins import Origin, origin_of
from steelyard.model.limits import MAX_LINE_BYTES, MAX_RAGGED_ROWS

OFFSET = 1  # the header is line 1

_MARK = b"\xef\xbb\xbf"
_QUOTE, _COMMA, _LF, _CR = b'",\n\r'
# quotes count only where a cell begins with one, as Arrow reads them
_CELL = rb'(?:"(?:[^"]++|"")*+"|(?!"))[^,\r\n]*+'
_RECORD = re.compile(rb"%b(?:,%b)*+(?:\r\n|\r|\n)" % (_CELL, _CELL))


def csv_frames(
    file: BinaryIO, name: str, rows: int, columns: Sequence[str] | None
) -> Iterator[pl.DataFrame]:
    """Yield a file's rows as texts, in frames; an empty cell is null.

    Raises `InvalidInput`: SY103 unless it is UTF-8, SY606 for a duplicate column, SY102 for a row
    that is too long, SY115 for too many columns, SY117 for rows without a cell for each column.
    """
    blocks = _blocks(file, name)
    head, body = _split(next(blocks, b"\n"))
    names = _header(head, name)
    wanted = names if columns is None else [column for column in columns if column in names]
    table = _Table(names, wanted, [Origin(name, 0, OFFSET)])
    held, is_first = table.empty(), True
    for block in chain([body], blocks):
        frame = table.parse(block)
        # after a ragged row, the others are only counted
        held = held if table.ragged else held.vstack(frame)
        while held.height >= rows:
            yield held[:rows].rechunk()
            held, is_first = held[rows:], False
    table.raise_any()
    if is_first or held.height:
        yield held.rechunk()


def small_csv_files(
    files: Iterable[tuple[str, BinaryIO]],
) -> Iterator[tuple[tuple[Origin, ...], pl.DataFrame]]:
    """Yield the rows of small files; files that follow each other with one header make one frame.

    Raises `InvalidInput` as `csv_frames`.
    """
    header: bytes | None = None
    names: list[str] = []
    origins: list[Origin] = []
    bodies: list[bytes] = []
    before = 0
    for name, file in files:
        head, body = _split(b"".join(_blocks(file, name)) or b"\n")
        if head != header:
            if origins:
                yield _joined(names, origins, bodies)
            header, names, origins, bodies, before = head, _header(head, name), [], [], 0
        origins.append(Origin(name, before, OFFSET))
        bodies.append(body)
        before += _records(body)
    if origins:
        yield _joined(names, origins, bodies)


def _joined(
    names: Sequence[str], origins: list[Origin], bodies: Sequence[bytes]
) -> tuple[tuple[Origin, ...], pl.DataFrame]:
    table = _Table(names, names, origins)
    frame = table.parse(b"".join(bodies))
    table.raise_any()
    return tuple(origins), frame


def _split(block: bytes) -> tuple[bytes, bytes]:
    """Return the header and the rest of the first block of a file."""
    block = block.removeprefix(_MARK)
    head = _RECORD.match(block)
    assert head is not None  # a block has at least one whole record
    return head[0], block[head.end() :]


def _records(body: bytes) -> int:
    """Return the number of rows in whole records; blank lines are no rows."""
    if b'"' not in body:
        return sum(map(bool, body.splitlines()))
    return sum(bool(one[0].strip(b"\r\n")) for one in _RECORD.finditer(body))


def _blocks(file: BinaryIO, name: str) -> Iterator[bytes]:
    """Yield whole records, in blocks of UTF-8 text; the last one gets its end of line."""
    held, ready, line = b"", b"", 1
    while more := file.read(MAX_LINE_BYTES - len(held)):
        if ready:
            yield ready
        held, ready = held + more, b""
        end = _end_of_records(held)
        if end:
            ready = _checked(held[:end], name, line)
            line += _lines(ready)
            held = held[end:]
        elif len(held) >= MAX_LINE_BYTES:
            what = f"a row has more than {MAX_LINE_BYTES:,} bytes"
            fix = "see whether a quote is not closed"
            raise InvalidInput([Problem("SY102", what, Place(name, line), fix=fix)])
    if held:
        held = _checked(held, name, line) + b"\n"
        if _end_of_records(held) < len(held):
            what = "the file is not readable as csv: a quote is not closed"
            raise InvalidInput([Problem("SY117", what, Place(name, line))])
    if ready or held:
        yield ready + held


def _checked(block: bytes, name: str, line: int) -> bytes:
    if not block.isascii():
        try:
            block.decode()
        except UnicodeDecodeError as error:
            place = Place(name, line + _lines(block[: error.start]))
            raise InvalidInput([Problem("SY103", "the line is not UTF-8 text", place)]) from None
    return block


def _lines(block: bytes) -> int:
    return block.count(b"\n") + block.count(b"\r") - block.count(b"\r\n")


def _end_of_records(block: bytes) -> int:
    """Return where the last whole record ends of a block that begins with a record; 0 for none."""
    block = block.removesuffix(b"\r")  # a line feed may follow in the next block
    if b'"' not in block:
        return _end_of_line(block)
    data = np.frombuffer(block, np.uint8)
    quotes = np.flatnonzero(data == _QUOTE)
    before = data[quotes[::2] - 1]
    before[quotes[::2] == 0] = _LF
    if not np.isin(before, (_QUOTE, _COMMA, _LF, _CR)).all():
        return _end_by_records(block)
    # quotes open and close in turn; a line ends outside of them
    edges = [-1, *quotes.tolist(), len(block)]
    for opening in range(len(edges) - 1 - len(quotes) % 2, 0, -2):
        start = edges[opening - 1] + 1
        if end := _end_of_line(block[start : edges[opening]]):
            return start + end
    return 0


def _end_of_line(block: bytes) -> int:
    return max(block.rfind(b"\n"), block.rfind(b"\r")) + 1


def _end_by_records(block: bytes) -> int:
    """Return the same for a block with quotes inside cells, where they mean nothing."""
    end = 0
    while record := _RECORD.match(block, end):
        end = record.end()
    return end


def _header(record: bytes, name: str) -> list[str]:
    """Return the names of the columns."""
    place = Place(name)
    try:
        names = next(csv.reader(io.StringIO(record.decode(), newline="")), [])
    except csv.Error as error:
        what = f"the file is not readable as csv: {error}"
        raise InvalidInput([Problem("SY117", what, place)]) from None
    if not names:
        what = "the file is not readable as csv: its first line has no column names"
        raise InvalidInput([Problem("SY117", what, place)])
    if problems := column_problems(names, place, " in the header"):
        raise InvalidInput(problems)
    return names


@dataclass(slots=True)
class _Table:
    """The columns, those to read, and how many rows were parsed; `ragged` are the faulty ones."""

    names: Sequence[str]
    wanted: Sequence[str]
    origins: Sequence[Origin]
    rows: int = 0
    ragged: list[Problem] = field(default_factory=list)
    more: int = 0

    def empty(self) -> pl.DataFrame:
        """Return a frame without rows."""
        return pl.DataFrame(schema=dict.fromkeys(self.wanted, pl.String()))

    def parse(self, block: bytes) -> pl.DataFrame:
        """Return the rows of a block of records, without those that are ragged."""
        if not block.strip(b"\r\n"):  # Arrow refuses a block of nothing
            return self.empty()
        before, faulty = self.rows, self.more + len(self.ragged)
        table = pa_csv.read_csv(
            pa.py_buffer(block),
            read_options=pa_csv.ReadOptions(
                use_threads=False, block_size=len(block) + 1, column_names=list(self.names)
            ),
            parse_options=pa_csv.ParseOptions(
                newlines_in_values=True, invalid_row_handler=lambda row: self._note(before, row)
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(self.wanted, pa.string()),
                include_columns=list(self.wanted),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
        self.rows += table.num_rows + self.more + len(self.ragged) - faulty
        return pl.DataFrame(pl.from_arrow(table))

    def _note(self, before: int, row: pa_csv.InvalidRow) -> Literal["skip"]:
        if len(self.ragged) == MAX_RAGGED_ROWS:
            self.more += 1
            return "skip"
        number = before + (row.number or 1)
        origin = origin_of(self.origins, number)
        what = (
            f"row {number - origin.before} has {_cells(row.actual_columns)}, "
            f"the header has {_cells(row.expected_columns)}"
        )
        expected = "a cell for each column, empty if nothing is known"
        fix = "see whether the file was cut off, or a text with commas lacks its quotes"
        self.ragged.append(Problem("SY117", what, origin.place(number), expected, fix))
        return "skip"

    def raise_any(self) -> None:
        """Raise `InvalidInput` for ragged rows, if there are any."""
        if self.more:
            what = f"{self.more:,} more rows do not have {_cells(len(self.names))}"
            self.ragged.append(Problem("SY117", what, Place(self.origins[0].source)))
        if self.ragged:
            raise InvalidInput(self.ragged)


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"
