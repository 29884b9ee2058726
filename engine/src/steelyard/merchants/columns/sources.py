"""Sources of a population: files, folders, globs and standard input."""

import glob
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from steelyard.errors import InvalidInput, Place, Problem, Problems

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
_BLOCK = 1 << 20


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

    Standard input is kept in `folder`, since it is read twice; without `text_format`, its first
    bytes tell what it holds. Raises `InvalidInput` with every
    name without a file (SY101) or with a file that is no population (SY701).
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


def _of_folder(folder: Path, problems: Problems) -> list[Source]:
    """Return the files of a folder; names with a dot or an underscore first are not data."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name[0] not in "._")
    data = [path for path in files if path.suffix.lower() in _IN_FOLDERS]
    kinds = sorted({FORMATS[path.suffix.lower()] for path in data})
    place = Place(str(folder))
    if not data:
        what = "the folder holds no population"
        problems.add("SY101", what, place, expected=f"files that end in {_ENDINGS}")
    elif len(kinds) > 1:
        what = f"the folder holds files of several formats: {', '.join(kinds)}"
        problems.add("SY701", what, place, fix="name the files, or a glob such as folder/*.parquet")
    elif len(data) < len(files):
        other = next(path for path in files if path not in data)
        what = f"the folder also holds {other.name}, which is no population"
        problems.add("SY701", what, place, fix="name the files, or a glob such as folder/*.parquet")
    return [Source(path, str(path), FORMATS[path.suffix.lower()]) for path in data]


def _of_file(path: Path, problems: Problems) -> list[Source]:
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        what = f"{path} has an ending that is not known"
        problems.add("SY701", what, Place(str(path)), expected=f"one of {', '.join(FORMATS)}")
        return []
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        problems.add("SY101", f"the file cannot be read: {error.strerror}", Place(str(path)))
        return []
    return [Source(path, str(path), form)]


def _standard_input(form: str | None, folder: Path) -> Source:
    path = folder / "standard-input"
    with path.open("wb") as file:
        while block := sys.stdin.buffer.read(_BLOCK):
            file.write(block)
    return Source(path, "standard input", form or _guessed_format(path))


def _guessed_format(path: Path) -> str:
    """Return the format of a file without an ending, by its first bytes."""
    with path.open("rb") as file:
        start = file.read(_BLOCK).removeprefix(b"\xef\xbb\xbf")
    if start.startswith(b"PAR1"):
        return "parquet"
    return "jsonl" if not start.strip() or start.lstrip()[:1] in b"{[" else "csv"


def unreadable(source: Source, error: Exception) -> InvalidInput:
    """Return the problem of a file of another format than its ending, in one line."""
    text = " ".join(str(error).split())[:200]
    what = f"the file is not readable as {source.format}: {text}"
    return InvalidInput([Problem("SY117", what, Place(source.name))])


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a temporary folder for the files of a run."""
    return tempfile.TemporaryDirectory(prefix="steelyard-")
