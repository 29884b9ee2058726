"""Where rules come from: a book's folder, a git revision of one, a ruleset file, a plan file."""

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from steelyard.errors import InvalidInput, Problem

GIT = "git:"
DEFAULT_BOOK = Path("rulesets")


@dataclass(frozen=True, slots=True)
class Source:
    """Rules that somebody named: `path` is a folder with a book, a ruleset file or a plan file."""

    name: str
    kind: str  # book, ruleset or plan
    path: Path


@contextmanager
def open_source(name: str, beside: str | None = None) -> Iterator[Source]:
    """Find the rules that a name stands for, for as long as the context lasts.

    `git:REVISION` is the book at a revision, at the path of the other side's book (`beside`), else
    ./rulesets; `git:REVISION:PATH` names another. Raises `InvalidInput`: SY704 for a revision that
    cannot be read, SY701 for what is neither a book, a ruleset nor a plan.
    """
    if name.startswith(GIT):
        with TemporaryDirectory(prefix="steelyard-") as folder:
            yield _from_git(name, beside, Path(folder))
        return
    yield _at(name, Path(name))


def _at(name: str, path: Path) -> Source:
    if (path / "book.yaml").is_file():
        return Source(name, "book", path)
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
        what = f"{name} is not rules"
    expected = "a book's folder, a ruleset (.yaml), a plan (.json), or git:REVISION[:PATH]"
    raise InvalidInput([Problem("SY701", what, expected=expected)])


def _from_git(name: str, beside: str | None, folder: Path) -> Source:
    revision, _, inner = name.removeprefix(GIT).partition(":")
    if not revision:
        raise _unreadable(f"{name} names no revision", "write git:main, or git:main:rulesets")
    asked = Path(inner) if inner else _book_beside(beside)
    start = next((one for one in (asked, *asked.parents) if one.is_dir()), Path())
    top = _git(start, name, "rev-parse", "--show-toplevel").decode().strip()
    commit = f"{revision}^{{commit}}"
    known = _git(start, name, "rev-parse", "--verify", "--quiet", "--end-of-options", commit)
    inside = _inside(asked, Path(top))
    archive = _git(
        Path(top), name, "archive", "--format=tar", known.decode().strip(), inside or "."
    )
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    found = folder / inside
    if not (found / "book.yaml").is_file() and not found.is_file():
        what = f"{inside or '.'} at the revision {revision} holds no book"
        raise _unreadable(what, f"name the book's folder: git:{revision}:PATH")
    return _at(name, found)


def _book_beside(beside: str | None) -> Path:
    if beside is None or beside.startswith(GIT):
        return DEFAULT_BOOK
    path = Path(beside)
    return path if path.is_dir() else DEFAULT_BOOK


def _inside(path: Path, top: Path) -> str:
    """Return a path as git names it: relative to the top of the repository."""
    try:
        inside = path.resolve().relative_to(top.resolve()).as_posix()
    except ValueError:
        what = f"{path} is not in the repository at {top}"
        raise _unreadable(what, "name a path inside it: git:REVISION:PATH") from None
    return "" if inside == "." else inside


def _git(folder: Path, name: str, *arguments: str) -> bytes:
    command = ["git", "-C", str(folder), *arguments]
    try:
        ran = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell; the revision follows --end-of-options
    except OSError as error:
        raise _unreadable(f"git cannot be run: {error.strerror}", "install git") from None
    if ran.returncode:
        said = " ".join(ran.stderr.decode(errors="replace").split()).removeprefix("fatal: ")
        what = f"{name} cannot be read: {said or 'there is no such revision'}"
        raise _unreadable(what, "name a branch, tag or commit of this repository")
    return ran.stdout


def _unreadable(what: str, fix: str) -> InvalidInput:
    return InvalidInput([Problem("SY704", what, fix=fix)])
