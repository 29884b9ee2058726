"""Sources of a population: files, folders, globs and standard input; their rows as frames."""

import glob
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from steelyard.errors import InvalidInput, Place, Problem, Problems
from steelyard.merchants.columns.csv_files import csv_frames
from steelyard.merchants.columns.headers import column_problems

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


def frames(
    source: Source, rows: int, columns: Sequence[str] | None = None
) -> Iterator[pl.DataFrame]:
    """Iterate over the rows of a file in order; a file without rows gives one empty frame.

    Raises `InvalidInput` SY117 for a file of another format than its ending, and as `csv_frames`.
    """
    try:
        if source.format == "parquet":
            yield from _parquet(source, rows, columns)
        else:
            with source.path.open("rb") as file:
                yield from csv_frames(file, source.name, rows, columns)
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
    problems = column_problems(schema.names, place)
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
