"""Sources of a population: files, folders, globs and standard input; their rows as frames."""

import codecs
import csv
import glob
import io
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from steelyard.errors import InvalidInput, Place, Problem, Problems
from steelyard.model.limits import MAX_LINE_BYTES, MAX_RAGGED_ROWS

STANDARD_INPUT = "-"
FORMATS = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".yaml": "document",
    ".yml": "document",
    ".json": "document",
}
_IN_FOLDERS = (".parquet", ".csv", ".jsonl", ".ndjson")
_ENDINGS = ", ".join(_IN_FOLDERS)
_READ_BYTES = 1 << 20

_TOO_LONG = "straddl"  # part of Arrow's error for a row longer than a block


@dataclass(frozen=True, slots=True)
class Source:
    """One file of merchants, its name in messages, and its format."""

    path: Path
    name: str
    format: str


def find_sources(
    named: Sequence[str | Path], text_format: str | None, folder: Path
) -> list[Source]:
    """Return every file that is named, in order; folders and globs in alphabetical order.

    Standard input is kept in `folder`, since it is read twice; without `text_format`, its
    format is known by its first bytes. Raises `InvalidInput` with a problem for every name without
    a file (SY101) or with a file that is no population (SY701).
    """
    problems = Problems()
    sources: list[Source] = []
    for text in map(str, named):
        if text == STANDARD_INPUT:
            sources.append(_standard_input(text_format, folder))
        elif Path(text).is_dir():
            sources += _of_folder(Path(text), problems)
        elif Path(text).exists() or not glob.has_magic(text):
            sources += _of_file(Path(text), problems)
        else:
            matches = sorted(glob.glob(text, recursive=True))  # noqa: PTH207 - absolute too
            if not matches:
                problems.add("SY101", f"no file matches {text}", Place(text))
            for match in matches:
                sources += _of_file(Path(match), problems)
    problems.raise_any()
    return sources


def named_files(named: Sequence[str | Path]) -> Iterator[Path]:
    """Iterate over the files that the names of sources stand for, whether they can be read or not.

    Nothing is opened, and standard input is left out.
    """
    for text in map(str, named):
        for match in glob.glob(text, recursive=True) or [text]:  # noqa: PTH207 - absolute too
            path = Path(match)
            yield path
            if path.is_dir():
                yield from path.iterdir()


def _of_folder(folder: Path, problems: Problems) -> list[Source]:
    """Return the files of a folder; names with a dot or an underscore first are not data."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name[0] not in "._")
    data = [path for path in files if path.suffix.lower() in _IN_FOLDERS]
    kinds = sorted({FORMATS[path.suffix.lower()] for path in data})
    place = Place(str(folder))
    if not data:
        what = "the folder has no population file"
        problems.add("SY101", what, place, expected=f"files that end in {_ENDINGS}")
    elif len(kinds) > 1:
        what = f"the folder has files of several formats: {', '.join(kinds)}"
        problems.add("SY701", what, place, fix="name the files, or a glob such as folder/*.parquet")
    elif len(data) < len(files):
        other = next(path for path in files if path not in data)
        what = f"the folder also has {other.name}, which is not a population file"
        problems.add("SY701", what, place, fix="name the files, or a glob such as folder/*.parquet")
    return [_source(path, FORMATS[path.suffix.lower()]) for path in data]


def _of_file(path: Path, problems: Problems) -> list[Source]:
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        what = f"{path} has an unknown extension"
        problems.add("SY701", what, Place(str(path)), expected=f"one of {', '.join(FORMATS)}")
        return []
    try:
        with path.open("rb"):
            pass
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        reason = getattr(error, "strerror", None) or error
        problems.add("SY101", f"the file cannot be read: {reason}", Place(str(path)))
        return []
    return [_source(path, form)]


def _source(path: Path, form: str) -> Source:
    """Return a source; its name is text, also if the file's name is not UTF-8."""
    return Source(path, os.fsencode(path).decode("utf-8", "replace"), form)


def _standard_input(form: str | None, folder: Path) -> Source:
    path = folder / "standard-input"
    with path.open("wb") as file:
        while block := _read_input():
            file.write(block)
    return Source(path, "standard input", form or _guessed_format(path))


def _read_input() -> bytes:
    try:
        # not read, which waits for a whole block, and meanwhile for no signal
        return sys.stdin.buffer.read1(_READ_BYTES)  # type: ignore[attr-defined]  # it is buffered
    except OSError as error:
        what = f"standard input cannot be read: {error.strerror}"
        raise InvalidInput([Problem("SY101", what)]) from None


def _guessed_format(path: Path) -> str:
    """Return the format of a file without an ending, by its first bytes."""
    with path.open("rb") as file:
        start = file.read(_READ_BYTES).removeprefix(b"\xef\xbb\xbf")
    if start.startswith(b"PAR1"):
        return "parquet"
    return "jsonl" if not start.strip() or start.lstrip()[:1] in b"{[" else "csv"


def unreadable(source: Source, error: Exception) -> InvalidInput:
    """Return the problem of a file whose content does not fit its extension."""
    text = " ".join(str(error).split())[:200]
    what = f"the file is not readable as {source.format}: {text}"
    return InvalidInput([Problem("SY117", what, Place(source.name))])


def csv_frames(source: Source, rows: int, columns: Sequence[str] | None) -> Iterator[pl.DataFrame]:
    """Yield a file's rows as texts, in frames; an empty cell is null.

    Raises `InvalidInput`: SY103 unless it is UTF-8, SY606 for a duplicate column, SY102
    for a row that is too long, SY117 for rows without a cell for each column.
    """
    names, is_all = _header(source)
    wanted = names if columns is None else [name for name in columns if name in names]
    held, is_first = pl.DataFrame(schema=dict.fromkeys(wanted, pl.String())), True
    for frame in () if is_all else _blocks(source, names, wanted):
        held = held.vstack(frame)
        while held.height >= rows:
            yield held[:rows].rechunk()
            held, is_first = held[rows:], False
    if is_first or held.height:
        yield held.rechunk()


def _header(source: Source) -> tuple[list[str], bool]:
    """Return the names of the columns, and whether the file ends right after them."""
    place = Place(source.name)
    with source.path.open("rb") as file:
        line = file.readline(MAX_LINE_BYTES)
        is_all = not file.read(1) and not line.endswith((b"\n", b"\r"))
    try:
        text = line.decode("utf-8-sig")
        names = next(csv.reader(io.StringIO(text, newline="")), [])
    except UnicodeDecodeError:
        what = "the line is not UTF-8 text"
        raise InvalidInput([Problem("SY103", what, place)]) from None
    except csv.Error as error:
        what = f"the file is not readable as csv: {error}"
        raise InvalidInput([Problem("SY117", what, place)]) from None
    if not names:
        what = "the file is not readable as csv: its first line has no column names"
        raise InvalidInput([Problem("SY117", what, place)])
    problems = _repeated(names, place, " in the header")
    if problems:
        raise InvalidInput(problems)
    return names, is_all


def _repeated(names: Sequence[str], place: Place, where: str = "") -> list[Problem]:
    """Return a problem for every name that several columns have."""
    return [
        Problem(
            "SY606",
            f"duplicate column {name[:80]!r}{where}",
            place,
            expected="every fact once",
            fix="remove all but one",
        )
        for name in sorted({name for name in names if names.count(name) > 1})
    ]


def _blocks(source: Source, names: list[str], wanted: list[str]) -> Iterator[pl.DataFrame]:
    ragged: list[Problem] = []

    def note(row: pa_csv.InvalidRow) -> Literal["skip", "error"]:
        place = Place(source.name, row.number or 1)
        what = (
            f"row {place.line - 1} has {_cells(row.actual_columns)}, "
            f"the header has {_cells(row.expected_columns)}"
        )
        expected = "a cell for each column, empty if nothing is known"
        fix = "see whether the file was cut off, or a text with commas lacks its quotes"
        ragged.append(Problem("SY117", what, place, expected, fix))
        return "skip" if len(ragged) < MAX_RAGGED_ROWS else "error"

    with source.path.open("rb") as file:
        try:
            reader = pa_csv.open_csv(
                pa.PythonFile(_Checked(file, source), "r"),
                # one thread, so that rows have numbers
                read_options=pa_csv.ReadOptions(use_threads=False, block_size=MAX_LINE_BYTES),
                parse_options=pa_csv.ParseOptions(
                    newlines_in_values=True, invalid_row_handler=note
                ),
                convert_options=pa_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    include_columns=wanted,
                    null_values=[""],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                ),
            )
            for batch in reader:
                if ragged:
                    break
                if batch.num_rows:
                    yield pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch])))
        except pa.ArrowInvalid as error:
            if _TOO_LONG in str(error):
                what = f"a row has more than {MAX_LINE_BYTES:,} bytes"
                fix = "see whether a quote is not closed"
                raise InvalidInput([Problem("SY102", what, Place(source.name), fix=fix)]) from None
            if not ragged:
                raise
    if ragged:
        raise InvalidInput(ragged)


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


class _Checked(io.RawIOBase):
    """The bytes of a CSV file as they are read; it rejects invalid UTF-8 and open quotes."""

    def __init__(self, file: BinaryIO, source: Source) -> None:
        self._file = file
        self._source = source
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._line = 1
        self._quotes = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        if not (block.isascii() and block) or self._decoder.getstate()[0]:
            self._check_text(block)
        self._line += block.count(b"\n")
        self._quotes += block.count(b'"')
        if not block and self._quotes % 2:
            what = "the file is not readable as csv: a quote is not closed"
            raise InvalidInput([Problem("SY117", what, Place(self._source.name))])
        return block

    def _check_text(self, block: bytes) -> None:
        try:
            self._decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            line = self._line + error.object[: error.start].count(b"\n")
            what = "the line is not UTF-8 text"
            raise InvalidInput([Problem("SY103", what, Place(self._source.name, line))]) from None


def frames(
    source: Source, rows: int, columns: Sequence[str] | None = None
) -> Iterator[pl.DataFrame]:
    """Iterate over the rows of a file in order; a file without rows gives one empty frame.

    Raises `InvalidInput` SY117 for a file of another format than its ending, and as `csv_frames`.
    """
    read = _parquet if source.format == "parquet" else csv_frames
    try:
        yield from read(source, rows, columns)
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError) as error:
        raise unreadable(source, error) from None


def _parquet(source: Source, rows: int, columns: Sequence[str] | None) -> Iterator[pl.DataFrame]:
    with (
        pa.OSFile(os.fsencode(source.path)) as content,
        pq.ParquetFile(content, pre_buffer=False, buffer_size=1 << 20) as file,
    ):
        names = file.schema_arrow.names
        _check_schema(source, file.schema_arrow)
        wanted = None if columns is None else [name for name in columns if name in names]
        any_rows = False
        for batch in file.iter_batches(rows, columns=wanted):
            if batch.num_rows:
                any_rows = True
                yield pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch])))
        if not any_rows:
            yield pl.DataFrame(pl.from_arrow(file.schema_arrow.empty_table()))


def _check_schema(source: Source, schema: pa.Schema) -> None:
    """Raise `InvalidInput` for duplicate columns and for types that no frame can hold."""
    place = Place(source.name)
    problems = _repeated(schema.names, place)
    for field in schema:
        if _has_long_decimals(field.type):
            what = f"the column {field.name[:80]} has values of the type {field.type}"
            expected = "decimals of at most 38 digits"
            problems.append(Problem("SY604", what, place, expected))
    if problems:
        raise InvalidInput(problems)


def _has_long_decimals(kind: pa.DataType) -> bool:
    inner = [kind.field(number).type for number in range(kind.num_fields)]
    return pa.types.is_decimal256(kind) or any(map(_has_long_decimals, inner))
