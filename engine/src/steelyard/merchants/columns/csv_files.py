"""CSV files as frames of texts, read block by block.

A block holds whole rows only, and Arrow parses it from memory while the caller waits. So no thread
is left that reads a file, or calls Python, when an error or an interruption ends the run.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO, Literal

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.merchants.columns.encodings import not_utf8
from steelyard.merchants.columns.headers import named_columns
from steelyard.merchants.columns.origins import Origin, origin_of
from steelyard.merchants.rows import MerchantSchema
from steelyard.model.limits import MAX_EMPTY_BYTES, MAX_LINE_BYTES, MAX_RAGGED_ROWS

OFFSET = 1  # the header is line 1

_MARK = b"\xef\xbb\xbf"
_QUOTE, _LF, _CR = b'"\n\r'
_END = rb"(?:\r\n|\r|\n)"
_MISREAD = "|，；"  # what other files have between their columns


class _Form:
    """The separator of a file's columns, and patterns of a whole record and of a record's end."""

    def __init__(self, separator: str) -> None:
        self.separator = separator
        self.byte = separator.encode()
        # quotes count only where a cell begins with one, as Arrow reads them
        cell = rb'(?:"(?:[^"]++|"")*+"|(?!"))[^%b\r\n]*+' % self.byte
        self.record = re.compile(rb"%b(?:%b%b)*+%b" % (cell, self.byte, cell, _END))
        self.record_end = re.compile(rb"%b*+%b" % (self.byte, _END))

    def columns(self, text: str) -> list[str]:
        """Return the cells of a header. Raises `csv.Error`."""
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=self.separator)
        return next(lines, [])


_FORMS = _COMMA, *_OTHERS = tuple(map(_Form, ",;\t"))


def csv_frames(
    file: BinaryIO, name: str, known: MerchantSchema, rows: int, columns: Sequence[str] | None
) -> Iterator[pl.DataFrame]:
    """Yield a file's rows as texts, in frames; an empty cell is null.

    Raises `InvalidInput`: SY103 unless it is UTF-8, SY606 for a duplicate column, SY610 for a title
    of several facts, SY102 for a row that is too long, SY115 for too many columns, SY117 for rows
    without a cell for each column and for unclear separators.
    """
    form, blocks = _opened(file, name, known)
    head, body = _split(next(blocks, b"\n"), form)
    names = _header(head, name, form, known)
    wanted = names if columns is None else [column for column in columns if column in names]
    table = _Table(form, names, wanted, [Origin(name, 0, OFFSET)])
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
    files: Iterable[tuple[str, BinaryIO]], known: MerchantSchema
) -> Iterator[tuple[tuple[Origin, ...], pl.DataFrame]]:
    """Yield the rows of small files; files that follow each other with one header make one frame.

    Raises `InvalidInput` as `csv_frames`.
    """
    header: bytes | None = None
    form = _COMMA
    names: list[str] = []
    origins: list[Origin] = []
    bodies: list[bytes] = []
    before = 0
    for name, file in files:
        own_form, blocks = _opened(file, name, known)
        head, body = _split(b"".join(blocks) or b"\n", own_form)
        if head != header:
            if origins:
                yield _joined(form, names, origins, bodies)
            header, form, origins, bodies, before = head, own_form, [], [], 0
            names = _header(head, name, form, known)
        origins.append(Origin(name, before, OFFSET))
        bodies.append(body)
        before += _records(body, form)
    if origins:
        yield _joined(form, names, origins, bodies)


def _joined(
    form: _Form, names: Sequence[str], origins: list[Origin], bodies: Sequence[bytes]
) -> tuple[tuple[Origin, ...], pl.DataFrame]:
    table = _Table(form, names, names, origins)
    frame = table.parse(b"".join(bodies))
    table.raise_any()
    return tuple(origins), frame


def _opened(file: BinaryIO, name: str, known: MerchantSchema) -> tuple[_Form, Iterator[bytes]]:
    """Return the form of a file and its blocks, without the empty records at its end."""
    start = b""
    while len(start) < MAX_LINE_BYTES and (more := file.read(MAX_LINE_BYTES - len(start))):
        start += more
        if all(form.record.match(start) for form in _FORMS):
            break
    form = _form_of(start.removeprefix(_MARK), name, known)
    return form, _without_empty_end(_blocks(file, name, start, form), name, form)


def _form_of(start: bytes, name: str, known: MerchantSchema) -> _Form:
    """Return the form in which the header has the columns that every file has.

    If there is none, it is the form of the only separator, else commas. Raises `InvalidInput` SY117
    for a header of several or of other separators.
    """
    heads = [(form, form.record.match(start + b"\n")) for form in _FORMS]
    texts = [(form, head[0].decode(errors="replace")) for form, head in heads if head]
    for form, text in texts:
        with suppress(csv.Error):
            if known.has_labels(form.columns(text)):
                return form
    line = texts[0][1].strip("\r\n") if texts else ""
    separators = [one for one in (*(form.separator for form in _FORMS), *_MISREAD) if one in line]
    if known.has_labels(re.split("[,;\t|，；]", line)):
        shown = " and ".join(map(_shown, separators))
        what = f"the columns are separated by {shown}"
        expected = "one separator between all columns: `,`, `;` or tab"
        fix = "write a comma between all columns, and in every row"
        raise InvalidInput([Problem("SY117", what, Place(name), expected, fix)])
    fitting = (form for form in _OTHERS if separators == [form.separator])
    return next(fitting, _COMMA)


def _without_empty_end(blocks: Iterator[bytes], name: str, form: _Form) -> Iterator[bytes]:
    """Yield the blocks of a file without the records at its end that are nothing but separators.

    A spreadsheet writes them for rows that were cleared. Before other records, they stay.
    """
    held = b""
    is_first = True
    for block in blocks:
        end = len(block.rstrip(form.byte + b"\r\n"))
        if end and (rest := form.record_end.match(block, end)):
            end = rest.end()
        elif is_first and (head := form.record.match(block)):
            end = head.end()
        if end:
            yield held + block[:end] if held else block[:end]
            held = b""
        held += block[end:]
        if len(held) > MAX_EMPTY_BYTES:
            what = f"the file has rows of nothing but separators, of {MAX_EMPTY_BYTES:,} bytes"
            fix = "delete the empty rows"
            raise InvalidInput([Problem("SY102", what, Place(name), fix=fix)])
        is_first = False


def _split(block: bytes, form: _Form) -> tuple[bytes, bytes]:
    """Return the header and the rest of the first block of a file."""
    block = block.removeprefix(_MARK)
    head = form.record.match(block)
    assert head is not None  # a block has at least one whole record
    return head[0], block[head.end() :]


def _records(body: bytes, form: _Form) -> int:
    """Return the number of rows in whole records; blank lines are no rows."""
    if b'"' not in body:
        return sum(map(bool, body.splitlines()))
    return sum(bool(one[0].strip(b"\r\n")) for one in form.record.finditer(body))


def _blocks(file: BinaryIO, name: str, start: bytes, form: _Form) -> Iterator[bytes]:
    """Yield whole records, in blocks of UTF-8 text; the last one gets its end of line.

    `start` are the bytes that were read already.
    """
    held, ready, line = b"", b"", 1
    while more := start or file.read(MAX_LINE_BYTES - len(held)):
        start = b""
        if ready:
            yield ready
        held, ready = held + more, b""
        end = _end_of_records(held, form)
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
        if _end_of_records(held, form) < len(held):
            what = "the file is not readable as csv: a quote is not closed"
            raise InvalidInput([Problem("SY117", what, Place(name, line))])
    if ready or held:
        yield ready + held


def _checked(block: bytes, name: str, line: int) -> bytes:
    if not block.isascii():
        try:
            block.decode()
        except UnicodeDecodeError as error:
            raise not_utf8(block, Place(name, line + _lines(block[: error.start]))) from None
    return block


def _lines(block: bytes) -> int:
    return block.count(b"\n") + block.count(b"\r") - block.count(b"\r\n")


def _end_of_records(block: bytes, form: _Form) -> int:
    """Return where the last whole record ends of a block that begins with a record; 0 for none."""
    block = block.removesuffix(b"\r")  # a line feed may follow in the next block
    if b'"' not in block:
        return _end_of_line(block)
    data = np.frombuffer(block, np.uint8)
    quotes = np.flatnonzero(data == _QUOTE)
    before = data[quotes[::2] - 1]
    before[quotes[::2] == 0] = _LF
    if not np.isin(before, (_QUOTE, form.byte[0], _LF, _CR)).all():
        return _end_by_records(block, form)
    # quotes open and close in turn; a line ends outside of them
    edges = [-1, *quotes.tolist(), len(block)]
    for opening in range(len(edges) - 1 - len(quotes) % 2, 0, -2):
        start = edges[opening - 1] + 1
        if end := _end_of_line(block[start : edges[opening]]):
            return start + end
    return 0


def _end_of_line(block: bytes) -> int:
    return max(block.rfind(b"\n"), block.rfind(b"\r")) + 1


def _end_by_records(block: bytes, form: _Form) -> int:
    """Return the same for a block with quotes inside cells, where they mean nothing."""
    end = 0
    while record := form.record.match(block, end):
        end = record.end()
    return end


def _header(record: bytes, name: str, form: _Form, known: MerchantSchema) -> list[str]:
    """Return the names of the columns, also where the header has their titles."""
    place = Place(name)
    try:
        names = form.columns(record.decode())
    except csv.Error as error:
        what = f"the file is not readable as csv: {error}"
        raise InvalidInput([Problem("SY117", what, place)]) from None
    if not names:
        what = "the file is not readable as csv: its first line has no column names"
        raise InvalidInput([Problem("SY117", what, place)])
    return named_columns(names, known, place)


@dataclass(slots=True)
class _Table:
    """The columns, those to read, and how many rows were parsed; `ragged` are the faulty ones."""

    form: _Form
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
                delimiter=self.form.separator,
                newlines_in_values=True,
                invalid_row_handler=lambda row: self._note(before, row),
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
        separator = _shown(self.form.separator)
        fix = f"see whether the file was cut off, or a text with {separator} lacks its quotes"
        with suppress(csv.Error):
            if any(len(form.columns(row.text)) == row.expected_columns for form in _FORMS):
                fix = f"separate the cells as in the header, by {separator}"
        self.ragged.append(Problem("SY117", what, origin.place(number), expected, fix))
        return "skip"

    def raise_any(self) -> None:
        """Raise `InvalidInput` for ragged rows, if there are any."""
        if self.more:
            what = f"{self.more:,} more rows do not have {_cells(len(self.names))}"
            self.ragged.append(Problem("SY117", what, Place(self.origins[0].source)))
        if self.ragged:
            raise InvalidInput(self.ragged)


def _shown(separator: str) -> str:
    return "a tab" if separator == "\t" else f"`{separator}`"


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"
