"""Sheets of workbooks (.xlsx) as frames of texts: what each cell holds, as CSV would write it.

A number of a sheet is a double, and becomes its shortest decimal. Fastexcel reads the values. The
XML of a sheet is scanned before, because a small file can stand for a huge one, and because a
reader of values shows neither merged cells nor cells without a value.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import IO
from xml.etree import ElementTree as ET
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

import polars as pl

from steelyard.errors import InvalidInput, Place, Problem, suggest
from steelyard.formats.workbooks import need_excel
from steelyard.merchants.columns.columns import NAME
from steelyard.merchants.columns.headers import named_columns
from steelyard.merchants.columns.json_columns import BROKEN
from steelyard.merchants.columns.unpacking import (
    rows_limit,
    too_large,
    too_many_rows,
    unpacked_limit,
)
from steelyard.merchants.rows import MerchantSchema
from steelyard.model.limits import (
    MAX_AREA_A_CELL,
    MAX_FILE_PROBLEMS,
    MAX_LISTED_VALUES,
    MAX_SHOWN_NAME,
    MIN_AREA_LIMIT,
)

_BLOCK = 1 << 20
_SHORT = 10  # characters of a number that Fastexcel gives as it is
_MIDNIGHT = r"^(\d{4}-\d{2}-\d{2})[T ]00:00:00$"
_NUMBER = r"^-?[0-9]+(?:\.[0-9]+)?$"
_HEADER_ROWS = 50  # in which a header is looked for, to say where it is
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RELATIONS = "xl/_rels/workbook.xml.rels"

_LAYOUT, _FIX_FILE = "SY125", "open the file in a spreadsheet and save it as .xlsx"


def sheet_frame(path: Path, name: str, sheet: str | None, known: MerchantSchema) -> pl.DataFrame:
    """Return the rows of a sheet as texts, below the header in row 1; an empty cell is null.

    The header has names of facts, or their titles.

    Blank rows at the end are left out. `sheet` is needed if several visible sheets hold values. A
    cell with an error, or a formula without a value, begins with `BROKEN`; its row is rejected.

    Raises `InvalidInput`: SY125 for a layout that is no table, SY703 for an unknown sheet, SY606
    for a duplicate column, SY610 for a title of several facts, SY102 and SY115 for more than the
    limits, SY117 for a damaged file, SY714 without the extra.
    """
    fastexcel = need_excel("fastexcel")
    try:
        with ZipFile(path) as archive:
            _check_size(archive, path, name)
            chosen, scan = _chosen(archive, name, sheet, path.stat().st_size)
        scan.check(Place(name), path.stat().st_size)
        loaded = fastexcel.read_excel(path)
        texts = loaded.load_sheet(chosen, header_row=None, dtypes="string")
        left = texts.available_columns()[0].absolute_index + 1
        cells = [column.str.replace(_MIDNIGHT, "$1") for column in texts.to_polars()]
    except (BadZipFile, ET.ParseError, expat.ExpatError, KeyError, ValueError) as error:
        raise _damaged(name, error) from None
    except fastexcel.FastExcelError as error:
        raise _damaged(name, error) from None
    return _table(_completed(cells, left, scan), name, known)


def _damaged(name: str, error: Exception) -> InvalidInput:
    text = " ".join(str(error).split())[:200]
    what = f"the file is not readable as xlsx: {text}"
    return InvalidInput([Problem("SY117", what, Place(name), fix=_FIX_FILE)])


def _check_size(archive: ZipFile, path: Path, name: str) -> None:
    """Raise `InvalidInput` SY102 for a file too large unpacked, `BadZipFile` for a false size."""
    size = path.stat().st_size
    if sum(member.file_size for member in archive.infolist()) > unpacked_limit(size):
        raise too_large(name, size)
    if damaged := archive.testzip():
        raise BadZipFile(f"{damaged} is damaged")


@dataclass
class _Scan:
    """The layout of a sheet: its filled area, and cells that are merged or without a value.

    Rows and columns count from 1. `characters` is the length of all values together. `exact` has
    by column and row the decimals of numbers that Fastexcel shortens to nine, and of large ones.
    """

    cells: int = 0
    characters: int = 0
    top: int = 1 << 20
    left: int = 1 << 20
    bottom: int = 0
    right: int = 0
    merged: list[str] = field(default_factory=list)
    broken: list[tuple[int, int, str]] = field(default_factory=list)
    exact: dict[int, dict[int, str]] = field(default_factory=dict)

    def add(self, row: int, column: int, length: int) -> None:
        """Note a filled cell."""
        self.cells += 1
        self.characters += length
        self.top, self.bottom = min(self.top, row), max(self.bottom, row)
        self.left, self.right = min(self.left, column), max(self.right, column)

    def check(self, place: Place, size: int) -> None:
        """Raise `InvalidInput` for merged cells, a header below row 1, and a sheet too large."""
        problems: list[Problem] = []
        height, width = self.bottom - self.top + 1, self.right - self.left + 1
        if height > rows_limit(size):
            raise too_many_rows(place.file, size, f"{height:,} rows")
        if self.characters > unpacked_limit(size):
            raise too_large(place.file, size)
        if height * width > max(MIN_AREA_LIMIT, self.cells * MAX_AREA_A_CELL):
            what = f"the sheet has {self.cells:,} cells in {height:,} rows and {width:,} columns"
            fix = "see whether there are cells far from the table"
            raise InvalidInput([Problem("SY115", what, place, fix=fix)])
        for reference in self.merged:
            row, column = _position(reference.partition(":")[0])
            what, fix = f"the cells {reference} are merged", "unmerge them, and fill each cell"
            where = Place(place.file, row, column)
            problems.append(Problem(_LAYOUT, what, where, "a cell for each value", fix))
        if self.top > 1:
            problems.append(_header_in(self.top, place.file))
        if problems:
            raise InvalidInput(problems)


def _header_in(row: int, name: str) -> Problem:
    expected = "the names of the facts in row 1, and a merchant in each row below"
    fix = f"delete the rows above row {row}"
    return Problem(_LAYOUT, f"the header is in row {row}", Place(name, row), expected, fix)


def _position(reference: str) -> tuple[int, int]:
    """Return row and column of `B7`. Raises `ValueError`."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(f"{reference[:20]!r} is not a cell")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


def _chosen(archive: ZipFile, name: str, sheet: str | None, size: int) -> tuple[str, _Scan]:
    """Return the name of the sheet to read, and its layout."""
    sheets = _sheets(archive)
    if sheet is not None and sheet not in sheets:
        what = f"the file has no sheet called {sheet[:MAX_SHOWN_NAME]!r}"
        expected = f"one of {', '.join([*sheets][:MAX_LISTED_VALUES])}"
        fix = suggest(sheet[:MAX_SHOWN_NAME], sheets)
        raise InvalidInput([Problem("SY703", what, Place(name), expected, fix)])
    lengths = _lengths(archive)
    wanted = [one for one, (_, shown) in sheets.items() if one == sheet or (shown and not sheet)]
    scans = {one: _scan(archive, sheets[one][0], lengths, name, size) for one in wanted}
    filled = [one for one, scan in scans.items() if scan.cells]
    if not filled:
        raise InvalidInput([Problem("SY104", "the file has no values", Place(name))])
    if len(filled) > 1:
        shown = ", ".join(filled[:MAX_LISTED_VALUES])
        what = f"{len(filled)} sheets have values: {shown}"
        fix = f"name the sheet of the merchants: --sheet {filled[0]!r}"
        raise InvalidInput([Problem(_LAYOUT, what, Place(name), "one sheet", fix)])
    return filled[0], scans[filled[0]]


def _sheets(archive: ZipFile) -> dict[str, tuple[str, bool]]:
    """Return for each sheet its part of the file, and whether people see it."""
    targets = {one.get("Id"): str(one.get("Target")) for one in _tree(archive, _RELATIONS)}
    found: dict[str, tuple[str, bool]] = {}
    for one in _tree(archive, "xl/workbook.xml").iterfind(".//{*}sheet"):
        target = targets[one.get(_RELATION)]
        part = target.removeprefix("/") if target[:1] == "/" else str(PurePosixPath("xl") / target)
        found[str(one.get("name"))] = (part, one.get("state", "visible") == "visible")
    return found


def _tree(archive: ZipFile, part: str) -> ET.Element:
    return ET.fromstring(archive.read(part))  # noqa: S314 - expat bounds what entities give


def _lengths(archive: ZipFile) -> list[int]:
    """Return the lengths of the texts that cells share."""
    part = "xl/sharedStrings.xml"
    if part not in archive.namelist():
        return []
    lengths: list[int] = []

    def start(tag: str, _: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "si":
            lengths.append(0)

    def text(data: str) -> None:
        if lengths:
            lengths[-1] += len(data)

    with archive.open(part) as file:
        _parse(file, start, None, text)
    return lengths


def _parse(
    file: IO[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None,
    text: Callable[[str], None],
) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    while block := file.read(_BLOCK):
        parser.Parse(block, False)
    parser.Parse(b"", True)


def _scan(archive: ZipFile, part: str, lengths: list[int], name: str, size: int) -> _Scan:
    """Return the layout of the sheet in a part of a file. Raises `InvalidInput` SY115."""
    reader = _CellReader(lengths, rows_limit(size))
    try:
        with archive.open(part) as file:
            _parse(file, reader.start, reader.end, reader.text)
    except IndexError:
        raise ValueError("a cell has a text that the file does not have") from None
    if len(reader.scan.broken) > reader.most:
        raise too_many_rows(name, size, f"more than {reader.most:,} cells without a value")
    return reader.scan


class _CellReader:
    """A reader of the cells in the XML of a sheet, up to `most` without a value and one more."""

    def __init__(self, lengths: list[int], most: int) -> None:
        self.scan = _Scan()
        self.most = most
        self._lengths = lengths
        self._row = self._column = 0
        self._kind = ""
        self._parts: dict[str, str] = {}  # of a cell: its formula `f`, its value `v` or `is`
        self._part = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._kind, self._parts = attributes.get("t", "n"), {}
            self._column += 1
            if "r" in attributes:
                self._row, self._column = _position(attributes["r"])
        elif tag in ("f", "v", "is"):
            self._part = tag
            self._parts[tag] = ""
        elif tag == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
        elif tag == "mergeCell" and len(self.scan.merged) < MAX_FILE_PROBLEMS:
            self.scan.merged.append(attributes.get("ref", ""))

    def text(self, data: str) -> None:
        """Add text to a part of a cell."""
        if self._part:
            self._parts[self._part] += data

    def end(self, tag: str) -> None:
        """End an element; a cell is then complete."""
        tag = tag.rpartition(":")[2]
        if tag == self._part:
            self._part = ""
        if tag != "c" or not self._parts:
            return
        value = self._parts.get("v", self._parts.get("is", ""))
        if self._kind == "e":
            self._add_broken(value or "#N/A")
        elif value:
            length = self._lengths[int(value)] if self._kind == "s" else len(value)
            self.scan.add(self._row, self._column, length)
            if self._kind == "n" and (len(value) > _SHORT or "E" in value.upper()):
                text = format(Decimal(repr(float(value))), "f").removesuffix(".0")
                self.scan.exact.setdefault(self._column, {})[self._row] = text
        elif "f" in self._parts and self._kind != "str":  # a formula may give an empty text
            self._add_broken("")

    def _add_broken(self, error: str) -> None:
        if len(self.scan.broken) <= self.most:
            self.scan.broken.append((self._row, self._column, error))
        if error:
            self.scan.add(self._row, self._column, len(error))


def _completed(cells: list[pl.Series], left: int, scan: _Scan) -> pl.DataFrame:
    """Return columns, the first of them `left`, with exact numbers and marks in broken cells."""
    height = max(scan.bottom, *(row for row, _, _ in scan.broken), *map(len, cells), 1)
    width = max(left + len(cells), *(column + 1 for _, column, _ in scan.broken), 1) - left
    marks: dict[int, dict[int, str]] = {}
    for row, column, text in scan.broken:
        marks.setdefault(column, {})[row] = f"{BROKEN}{column}:{text}"
    columns: list[pl.Series] = []
    for at in range(width):
        texts = cells[at] if at < len(cells) else pl.Series([], dtype=pl.String)
        texts = texts.extend_constant(None, height - len(texts))
        exact = _sparse(scan.exact.get(left + at, {}), height)
        marked = _sparse(marks.get(left + at, {}), height)
        is_number = texts.str.contains(_NUMBER).fill_null(False)  # not a day
        texts = exact.zip_with(is_number & exact.is_not_null(), texts)
        texts = texts.set(texts == "", None)  # as a formula may give
        columns.append(marked.zip_with(marked.is_not_null(), texts).alias(str(at)))
    return pl.DataFrame(columns)


def _sparse(texts: dict[int, str], height: int) -> pl.Series:
    """Return a column with texts in some rows, counted from 1, and null elsewhere."""
    column = pl.repeat(None, height, dtype=pl.String, eager=True)
    return column.scatter([row - 1 for row in texts], list(texts.values())) if texts else column


def _table(cells: pl.DataFrame, name: str, known: MerchantSchema) -> pl.DataFrame:
    """Return the rows below the header, under its names, without blank rows at the end."""
    is_filled = pl.any_horizontal(pl.all().str.strip_chars() != "").fill_null(False)
    filled = cells.select(is_filled).to_series().arg_true()
    cells = cells[: int(filled.max() or 0) + 1]  # type: ignore[arg-type]  # the position is a number
    for row in range(min(_HEADER_ROWS, cells.height)):
        if any(known.names_of(cell or "")[0] == NAME for cell in cells.row(row)):
            if row:
                raise InvalidInput([_header_in(row + 1, name)])
            break
    columns = [column for column in cells if column.null_count() < len(column)]
    names = named_columns([column[0] or "" for column in columns], known, Place(name))
    return pl.DataFrame([column[1:].alias(one) for one, column in zip(names, columns, strict=True)])


def sheet_frames(
    path: Path, name: str, sheet: str | None, known: MerchantSchema, rows: int
) -> Iterator[pl.DataFrame]:
    """Yield the frame of `sheet_frame` in frames of at most `rows` rows."""
    frame = sheet_frame(path, name, sheet, known)
    for start in range(0, max(frame.height, 1), rows):
        yield frame[start : start + rows]
