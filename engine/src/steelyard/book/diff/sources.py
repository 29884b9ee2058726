"""Sources of rules: a book's folder, a book at a git revision, a ruleset file or a plan file."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from steelyard.book.lock import FILE as LOCK
from steelyard.book.reading import is_book_file
from steelyard.errors import InvalidInput, Problem
from steelyard.formats.files import temporary_folder
from steelyard.model.addresses import address_fix
from steelyard.model.limits import MAX_REVISION_BYTES
from steelyard.plan.bundle import is_bundle

GIT = "git:"
_SETTINGS = (
    "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.sshCommand=false",
    "core.alternateRefsCommand=true", "core.pager=cat", "protocol.allow=never",
)  # fmt: skip
_SURROUNDINGS = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # versions of git before 2.45 know no GIT_NO_LAZY_FETCH
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
DEFAULT_BOOK = Path("rulesets")


@dataclass(frozen=True, slots=True)
class Source:
    """Rules named on the command line; `path` is a book's folder, or a file of another kind."""

    name: str
    kind: str  # book, bundle, ruleset or plan
    path: Path


@contextmanager
def open_source(name: str, beside: str | None = None) -> Iterator[Source]:
    """Open the rules that `name` refers to; the source is readable until the context ends.

    `name` is a path, `git:REVISION` or `git:REVISION:PATH`. Without PATH, the book is searched at
    the path of the other source (`beside`) or ./rulesets, then in `rulesets` at the root of the
    repository, then at the root. Raises `InvalidInput`: SY704 if the revision cannot be read or has
    no book there, SY701 if the path is not a book, a ruleset or a plan.
    """
    if name.startswith(GIT):
        with temporary_folder() as folder:
            yield _from_git(name, beside, folder)
        return
    yield _at(name, Path(name))


def _at(name: str, path: Path) -> Source:
    if (path / "book.yaml").is_file():
        return Source(name, "book", path)
    if path.is_file() and is_bundle(path):
        return Source(name, "bundle", path)
    if path.is_file() and path.suffix == ".json":
        return Source(name, "plan", path)
    if path.is_file() and path.suffix in (".yaml", ".yml"):
        if path.name == "book.yaml":
            return Source(name, "book", path.parent)
        return Source(name, "ruleset", path)
    what = f"{name} does not exist"
    if path.is_dir():
        what = f"{name} is a folder without a book.yaml"
    elif path.exists():
        what = f"{name} is not a book, a bundle, a ruleset or a plan"
    expected = "a book's folder, a bundle, a ruleset (.yaml), a plan (.json), or "
    expected += "git:REVISION[:PATH]"
    raise InvalidInput([Problem("SY701", what, expected=expected, fix=address_fix(name))])


def _from_git(name: str, beside: str | None, folder: Path) -> Source:
    revision, _, inner = name.removeprefix(GIT).partition(":")
    if not revision:
        raise _unreadable(f"{name} names no revision", "write git:main, or git:main:rulesets")
    book = Path(inner) if inner else _book_beside(beside)
    start = next((parent for parent in (book, *book.parents) if parent.is_dir()), Path())
    top = Path(_git(start, name, "rev-parse", "--show-toplevel").decode().strip())
    commit = f"{revision}^{{commit}}"
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", commit)
    files = _files(top, name, _git(start, name, *arguments).decode().strip())
    for place in [Path(inner), book] if inner else [book, top / DEFAULT_BOOK, top]:
        inside = _inside(place, top)
        if inside is None:
            continue
        if inside in files or Path(inside, "book.yaml").as_posix() in files:
            _write(top, name, files, inside, folder)
            return _at(name, folder / inside)
    what = f"the revision {revision} holds no book at {_inside(book, top) or book}"
    raise _unreadable(what, f"name the book's folder in it: git:{revision}:PATH")


def _files(top: Path, name: str, commit: str) -> dict[str, str]:
    """Return the git object id of each regular file at a commit, by path, without links."""
    entries = _git(top, name, "ls-tree", "-r", "-z", "--full-tree", commit)
    files: dict[str, str] = {}
    for entry in entries.decode(errors="surrogateescape").split("\0")[:-1]:
        about, _, path = entry.partition("\t")
        mode, _, blob = about.split()
        if mode.startswith("100"):
            files[path] = blob
    return files


def _write(top: Path, name: str, files: Mapping[str, str], inside: str, folder: Path) -> None:
    """Write the files of a book's folder (or one file) exactly as the repository stores them.

    `git archive` would apply attributes from `.gitattributes`, such as `export-ignore`. Raises
    `InvalidInput` SY704 for a path that leads out of the folder, and for what git does not give.
    """
    prefix = f"{inside}/" if inside else ""
    below = {path: blob for path, blob in files.items() if f"{path}/".startswith(prefix)}
    for path in below:
        if not _is_safe(path):
            what = f"{name} holds a file with a path that is not safe: {_shown(path)}"
            raise _unreadable(what, "do not use this revision; somebody made it by hand")
    chosen = {
        path: blob
        for path, blob in below.items()
        if path == inside or _is_read(path.removeprefix(prefix))
    }
    blobs = "\n".join(chosen.values())
    about = _git(top, name, "cat-file", "--batch-check", sent=blobs).decode().splitlines()
    sizes: dict[str, int] = {}
    for path, line in zip(chosen, about, strict=True):
        if len(line.split()) != 3:  # an object, its type and its size, or that it is missing
            what = f"{name} cannot be read: the repository lacks the content of {_shown(path)}"
            raise _unreadable(what, "fetch it: a partial clone lacks files of old revisions")
        sizes[path] = int(line.split()[2])
    if sum(sizes.values()) > MAX_REVISION_BYTES:
        what = f"the book at {name} has more than {MAX_REVISION_BYTES} bytes"
        raise _unreadable(what, "name the folder of the book: git:REVISION:PATH")
    output = BytesIO(_git(top, name, "cat-file", "--batch", sent=blobs))
    for path, size in sizes.items():
        output.readline()
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(output.read(size))
        except OSError as error:
            what = f"{name} cannot be written to a temporary folder: {error.strerror}: "
            raise _unreadable(f"{what}{_shown(path)}", "make room, or rename the file") from None
        output.readline()


def _is_read(path: str) -> bool:
    return is_book_file(path) or path == LOCK


def _shown(path: str) -> str:
    return repr(path.encode(errors="surrogateescape").decode(errors="replace"))[:80]


def _is_safe(path: str) -> bool:
    """Return whether a path of a tree names a file below the folder that it is written to."""
    parts = path.split("/")
    return not ({"", ".", ".."} & set(parts)) and not any(set(part) & set("\\:") for part in parts)


def _book_beside(beside: str | None) -> Path:
    if beside is None or beside.startswith(GIT):
        return DEFAULT_BOOK
    path = Path(beside)
    return path if path.is_dir() else DEFAULT_BOOK


def _inside(path: Path, top: Path) -> str | None:
    """Return a path relative to the root of the repository; None if it is outside."""
    try:
        inside = path.resolve().relative_to(top.resolve()).as_posix()
    except ValueError:
        return None
    return "" if inside == "." else inside


def _git(folder: Path, name: str, *arguments: str, sent: str = "") -> bytes:
    """Return the output of git. Raises `InvalidInput` SY704 if it fails.

    The repository may be somebody else's: none of its settings may run a command, and nothing is
    fetched from anywhere.
    """
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    command = ["git", *settings, "-C", str(folder), *arguments]
    surroundings = {**os.environ, **_SURROUNDINGS}
    try:
        ran = subprocess.run(  # noqa: S603 - no shell; the revision follows --end-of-options
            command, input=sent.encode(), env=surroundings, capture_output=True, check=False
        )
    except OSError as error:
        raise _unreadable(f"git cannot be run: {error.strerror}", "install git") from None
    if ran.returncode:
        reason = " ".join(ran.stderr.decode(errors="replace").split()).removeprefix("fatal: ")
        what = f"{name} cannot be read: {reason or 'there is no such revision'}"
        raise _unreadable(what, "name a branch, tag or commit of this repository")
    return ran.stdout


def _unreadable(what: str, fix: str) -> InvalidInput:
    return InvalidInput([Problem("SY704", what, fix=fix)])
