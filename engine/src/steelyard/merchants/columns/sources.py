"""Sources of a population: files, folders, globs, standard input. Nothing named is skipped."""

import glob
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

import pyarrow as pa

from steelyard.errors import InvalidInput, Place, Problem, Problems
from steelyard.errors.printable import one_line
from steelyard.merchants.columns.encodings import recoded
from steelyard.merchants.columns.unpacking import COMPRESSIONS, compression_of, unpacked
from steelyard.model.addresses import network_address

STANDARD_INPUT = "-"
FORMATS = {
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".yaml": "document",
    ".yml": "document",
    ".json": "document",
}
_TEXT_LINES = ("csv", "jsonl")  # formats that may be compressed as a whole
_IN_FOLDERS = ("parquet", "xlsx", *_TEXT_LINES, "document")
_DOCUMENTS = {"yaml": "document", "json": "document"}
_LISTED = re.compile(rb'\[|\{\s*"merchants"\s*:')  # a whole list, and no merchant
_YAML = re.compile(rb"---|%YAML|-(?:\s|\Z)|[^,;\t]+:(?:\s|\Z)")
_PACKED = "and of the compressed files only CSV and JSON Lines are read"
_ENDINGS = ", ".join(ending for ending, form in FORMATS.items() if form in _IN_FOLDERS)
_READ_BYTES = 1 << 20
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
_NAME_FILES = "name the files, or a glob such as folder/*.parquet"


FolderColumns = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One file of merchants, its name in messages, its format, and how it is compressed.

    `encoding` is that of a text file without a byte order mark; None is UTF-8. `columns` are the
    columns, each of one value, that the names of its folders give.
    `sheet` is the sheet of a workbook that is named, if any.
    """

    path: Path
    name: str
    format: str
    compression: str | None = None
    encoding: str | None = None
    columns: FolderColumns = ()
    sheet: str | None = None

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open a text file as UTF-8, unpacked; both are done while it is read.

        Raises `InvalidInput` SY102 for a file that unpacks to too much, SY103 for an encoding that
        is not known or does not fit.
        """
        with self.path.open("rb") as file:
            if self.compression is not None:
                size = os.fstat(file.fileno()).st_size
                file = unpacked(file, self.compression, size, self.name)  # noqa: PLW2901 - closed by the other
            yield recoded(file, self.encoding, self.name)

    def read(self) -> bytes:
        """Return the content of a small text file as UTF-8."""
        with self.open() as file:
            return file.read()


def printable(path: str | Path) -> str:
    """Return a path as text in one line; bytes that are not UTF-8 are escaped."""
    return one_line(os.fsencode(path).decode("utf-8", "backslashreplace"))


def find_sources(
    named: Sequence[str | Path],
    text_format: str | None,
    folder: Path,
    encoding: str | None = None,
) -> list[Source]:
    """Return every file that is named, in order; folders and globs in alphabetical order.

    Standard input is kept in `folder`, since it is read twice; without `text_format`, its
    format is known by its first bytes. `encoding` is that of CSV and JSON Lines without a byte
    order mark. Raises `InvalidInput` with a problem for every name without a file (SY101) or with
    something that is not read (SY701).
    """
    problems = Problems()
    sources: list[Source] = []
    given = [str(name) for name in named]
    if given.count(STANDARD_INPUT) > 1:
        what = "standard input is named several times, and can be read once"
        problems.add("SY701", what, fix="name `-` once")
        given = [name for name in given if name != STANDARD_INPUT]
    for text in given:
        if text == STANDARD_INPUT:
            sources.append(_standard_input(text_format, folder, encoding))
        else:
            sources += _named(text, problems)
    if encoding and sources and not any(source.format in _TEXT_LINES for source in sources):
        what = "an encoding is given, and no file is CSV or JSON Lines"
        problems.add("SY701", what, fix="save the files as UTF-8, and leave the encoding out")
    problems.raise_any()
    return [replace(source, encoding=encoding) for source in sources]


def named_files(named: Sequence[str | Path]) -> Iterator[Path]:
    """Iterate over the files that the names of sources stand for, whether they can be read or not.

    Nothing is opened, and standard input is left out.
    """
    for text in map(str, named):
        for match in glob.glob(text, recursive=True) or [text]:  # noqa: PTH207 - absolute too
            path = Path(match)
            yield path
            if path.is_dir():
                yield from path.rglob("*")


def _named(text: str, problems: Problems) -> list[Source]:
    shown = printable(text)
    place = Place(shown)
    if os.path.isdir(text):  # noqa: PTH112 - it accepts any text and is false where not allowed
        return _of_folder(Path(text), problems)
    if os.path.lexists(text):
        return _of_file(Path(text), problems)
    if network_address(text):
        what = f"{shown} is an address of a network, and only files are read"
        fix = "copy the file, or send it to standard input: `… | steelyard score -`"
        problems.add("SY701", what, place, fix=fix)
        return []
    if not glob.has_magic(text):
        return _of_file(Path(text), problems)
    matches = sorted(glob.glob(text, recursive=True))  # noqa: PTH207 - absolute too
    if not matches:
        problems.add("SY101", f"no file matches {shown}", place)
    return [source for match in matches for source in _of_file(Path(match), problems)]


def _of_folder(folder: Path, problems: Problems, columns: FolderColumns = ()) -> list[Source]:
    """Return the files of a folder; names with a dot or an underscore first are not data.

    Folders inside are read if all of them are named `column=value`, and no file is beside them.
    """
    place = Place(printable(folder))
    try:
        found = sorted(path for path in folder.iterdir() if path.name[0] not in "._")
    except OSError as error:
        problems.add("SY101", f"the folder cannot be read: {error.strerror}", place)
        return []
    if inner := [path for path in found if path.is_dir()]:
        other = next((path for path in found if path not in inner or "=" not in path.name), None)
        if other is None:
            parts = [(path, _folder_column(path)) for path in inner]
            repeated = [path for path, (name, _) in parts if name in dict(columns)]
            if not repeated:
                return [
                    source
                    for path, column in parts
                    for source in _of_folder(path, problems, (*columns, column))
                ]
            what = f"the folder {printable(repeated[0])} gives the column of a folder around it"
            problems.add("SY606", what, place, expected="every fact once", fix=_NAME_FILES)
            return []
        what = f"the folder has folders inside, and {printable(other.name)}"
        expected = "a folder of files, or of folders such as industry=toys"
        fix = "name every folder, or write the merchants to files in one folder"
        problems.add("SY701", what, place, expected=expected, fix=fix)
        return []
    data = [path for path in found if _format(path)[0] in _IN_FOLDERS]
    kinds = sorted({_format(path)[0] or "" for path in data})
    other = next((path for path in found if _format(path)[0] not in _IN_FOLDERS), None)
    if len(kinds) > 1:
        what = f"the folder has files of several formats: {', '.join(kinds)}"
        problems.add("SY701", what, place, fix=_NAME_FILES)
    elif not data:
        also = "" if other is None else f", but {printable(other.name)}"
        what = f"the folder has no population file{also}"
        problems.add("SY101", what, place, expected=f"files that end in {_ENDINGS}")
    elif other is not None:
        what = f"the folder also has {printable(other.name)}, which is not a population file"
        problems.add("SY701", what, place, fix=_NAME_FILES)
    elif columns and "document" in kinds:
        what = f"the merchant file {printable(data[0].name)} is in a folder that gives a column"
        fix = "name the folder itself, and write the column into each merchant"
        problems.add("SY701", what, place, fix=fix)
    else:
        return [
            replace(source, columns=columns) for path in data for source in _of_file(path, problems)
        ]
    return []


def _folder_column(folder: Path) -> tuple[str, str | None]:
    """Return the column and the value that a folder's name gives, as Hive and Spark write it."""
    name, _, value = folder.name.partition("=")
    return unquote(name), None if value == _NO_VALUE else unquote(value)


def _format(path: Path) -> tuple[str | None, str | None]:
    """Return the format that a file's name ends in, if any, and the compression, if any."""
    compression = COMPRESSIONS.get(path.suffix.lower())
    inner = Path(path.stem) if compression else path
    return FORMATS.get(inner.suffix.lower()), compression


def _of_file(path: Path, problems: Problems) -> list[Source]:
    name = printable(path)
    place = Place(name)
    form, compression = _format(path)
    if form is None:
        what = f"{name} has an unknown extension"
        problems.add("SY701", what, place, expected=f"one of {', '.join(FORMATS)}")
        return []
    if compression and form not in _TEXT_LINES:
        what = f"{name} is compressed, {_PACKED}"
        problems.add("SY701", what, place, fix="unpack the file")
        return []
    try:
        if path.exists() and not path.is_file():  # it could be read once only
            what = f"{name} is not a file"
            fix = f"send it to standard input: `… | steelyard score - --input-format {form}`"
            problems.add("SY701", what, place, fix=fix)
            return []
        with path.open("rb"):
            pass
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        cause = getattr(error, "strerror", None) or error
        problems.add("SY101", f"the file cannot be read: {cause}", place)
        return []
    return [Source(path, name, form, compression)]


def _standard_input(form: str | None, folder: Path, encoding: str | None) -> Source:
    path = folder / "standard-input"
    with path.open("wb") as file:
        while block := _read_input():
            file.write(block)
    with path.open("rb") as file:
        compression = compression_of(file.read(4))
    source = Source(path, "standard input", form or "", compression, encoding)
    try:
        guessed = _DOCUMENTS.get(form, form) if form else _guessed_format(source)
    except (pa.ArrowException, OSError) as error:
        raise unreadable(source, error) from None
    if guessed == "document" and compression:
        what = f"standard input is compressed, {_PACKED}"
        raise InvalidInput([Problem("SY701", what, fix="unpack it")])
    return replace(source, format=guessed)


def _read_input() -> bytes:
    try:
        # not read, which waits for a whole block, and meanwhile for no signal
        return sys.stdin.buffer.read1(_READ_BYTES)  # type: ignore[attr-defined]  # it is buffered
    except OSError as error:
        what = f"standard input cannot be read: {error.strerror}"
        raise InvalidInput([Problem("SY101", what)]) from None


def _guessed_format(source: Source) -> str:
    """Return the format of a file without an ending, by its first bytes."""
    with source.open() as file:
        start = file.read(_READ_BYTES).removeprefix(b"\xef\xbb\xbf")
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"PK\x03\x04"):
        return "xlsx"
    lines = [line for line in start.splitlines() if line.strip() and not line.startswith(b"#")]
    first = lines[0].strip() if lines else b""
    if first[:1] in (b"{", b"["):
        is_line = first.endswith(b"}") or len(start) == _READ_BYTES
        return "jsonl" if is_line and not _LISTED.match(first) else "document"
    return "document" if _YAML.match(first) else "csv" if first else "jsonl"


def unreadable(source: Source, error: Exception) -> InvalidInput:
    """Return the problem of a file whose content does not fit its extension."""
    text = " ".join(str(error).split())[:200]
    what = f"the file is not readable as {source.format or source.compression}: {text}"
    return InvalidInput([Problem("SY117", what, Place(source.name))])
