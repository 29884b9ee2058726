"""Writing of files, whole or not at all: one file, or several that belong together.

Every file is first written under a temporary name. When all are complete, they get their names in
one step that no signal interrupts. After an error or a signal the old files remain.
"""

import errno
import io
import os
import shutil
import signal
import stat
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from types import FrameType, TracebackType
from typing import BinaryIO, Self, TypeVar, cast
from unicodedata import normalize

from steelyard.errors import InvalidInput, Problem
from steelyard.model.addresses import network_address
from steelyard.model.frozen import frozen
from steelyard.model.signals import SIGNALS

FORMATS = {
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".xlsx": "xlsx",
}
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

_STREAMS = {0: "standard input", 1: "standard output", 2: "standard error"}
_Value = TypeVar("_Value")


class OutputFile(io.BufferedIOBase):
    """A file under its temporary name; it keeps the error that stopped its writing.

    Libraries that write to it raise errors of their own in place of that one.
    """

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path = path
        self.error: OSError | None = None
        self._file = file

    def writable(self) -> bool:
        """Return True, as for every file that is open for writing."""
        return True

    def write(self, data) -> int:  # noqa: ANN001 - whatever has bytes, as in io
        """Write bytes."""
        return self._keep(partial(self._file.write, data))

    def tell(self) -> int:
        """Return the number of bytes before the next one."""
        return self._file.tell()

    def flush(self) -> None:
        """Hand everything to the system."""
        if not self._file.closed:
            self._keep(self._file.flush)

    def sync(self) -> None:
        """Write everything to the disk."""
        self.flush()
        self._keep(lambda: os.fsync(self._file.fileno()))

    def copy_to(self, path: Path) -> None:
        """Write the content to a device or a pipe."""

        def copy() -> None:
            self._file.seek(0)
            with path.open("wb") as target:
                shutil.copyfileobj(self._file, target)

        self._keep(copy)

    def discard(self) -> None:
        """Close the file, with or without its last bytes."""
        with suppress(OSError):
            self._file.close()

    def _keep(self, step: Callable[[], _Value]) -> _Value:
        try:
            return step()
        except OSError as error:
            self.error = error
            raise


@frozen
class _Identity:
    """The identity of a file: paths with one identity are one file.

    `inode` is the file on its disk, None without a file. `place` is the innermost folder that
    exists, and the rest of the path in one case, since many disks do not tell `A` from `a`.
    """

    inode: tuple[int, int] | None
    place: tuple[tuple[int, int], str] | None = None

    @classmethod
    def of(cls, path: Path) -> "_Identity":
        real = Path(os.path.realpath(path))
        folder = nearest_folder(real)
        rest = normalize("NFC", str(real.relative_to(folder))).casefold()
        around = _inode(partial(os.stat, folder))
        return cls(_inode(partial(os.stat, real)), None if around is None else (around, rest))

    def is_same(self, other: "_Identity") -> bool:
        if self.inode is not None and other.inode is not None:
            return self.inode == other.inode
        return self.place is not None and self.place == other.place


@frozen
class _Written:
    """A file, or a folder, to be written: its temporary path and the path that it will have.

    A device or a pipe has no temporary path: the content is copied to it.
    """

    path: Path
    target: Path
    temporary: Path | None
    identity: _Identity
    file: OutputFile | None


class AtomicFiles:
    """A context that opens files and gives them their names if it ends without an error.

    The file opened first always stands under its name, the old one or the new one. Whenever the
    process is killed, old and new files are never mixed. No file is written that the command reads
    (`reads`, `protect`) or writes otherwise, by whatever path.
    """

    def __init__(self, reads: Iterable[Path] = ()) -> None:
        self._written: list[_Written] = []
        self._opened: list[OutputFile] = []
        self._removed: list[Path] = []
        self._read: list[tuple[str, _Identity]] = []
        self._streams = list(_redirected())
        self.protect(reads)

    def protect(self, reads: Iterable[Path]) -> None:
        """Note files that are read. Raises `InvalidInput` SY701 if one of them is written."""
        for path in reads:
            identity = _Identity.of(path)
            for written in self._written:
                if identity.is_same(written.identity):
                    raise _overwritten(written.path, str(path))
            for stream, other in self._streams:
                if stream != _STREAMS[0] and identity.is_same(other):
                    raise _usage(f"{stream} is the file {path}, which is read", "another file")
            self._read.append((str(path), identity))

    def open(self, path: Path, *, folder: Path | None = None, make: bool = False) -> BinaryIO:
        """Open a file for writing, inside `folder` if one is given; `make` makes missing folders.

        Links are followed, and devices and pipes written to. Raises `InvalidInput`: SY116 if the
        file cannot be created, SY701 if it is read or written otherwise.
        """
        try:
            return cast("BinaryIO", self._open(path, folder, make=make))
        except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
            raise unwritable(path, error) from None

    def _open(self, path: Path, folder: Path | None, *, make: bool) -> OutputFile:
        info = _existing(path)
        if info is not None and stat.S_ISDIR(info.st_mode):
            raise IsADirectoryError(errno.EISDIR, "it is a directory")
        if info is not None and not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        target = Path(os.path.realpath(path))
        if folder is not None and not target.is_relative_to(os.path.realpath(folder)):
            raise PermissionError(errno.EPERM, f"it is a link out of {folder}")
        identity = self._claim(path)
        if info is not None and not stat.S_ISREG(info.st_mode):
            file = OutputFile(path, TemporaryFile())  # noqa: SIM115 - closed when the context ends
            self._opened.append(file)
            self._written.append(_Written(path, path, None, identity, file))
            return file
        parent = nearest_folder(target) if make else target.parent
        with _uninterrupted():
            temporary = _beside(parent)
            file = OutputFile(path, temporary.open("xb"))
            self._opened.append(file)
            self._written.append(_Written(path, target, temporary, identity, file))
        if info is not None:
            temporary.chmod(stat.S_IMODE(info.st_mode))
        return file

    def stream(self, name: str, file: BinaryIO) -> BinaryIO:
        """Return a file that is open already, under a name for messages; it stays open."""
        output = OutputFile(Path(name), file)
        self._opened.append(output)
        return cast("BinaryIO", output)

    def place(self, temporary: Path, path: Path) -> None:
        """Give a folder that is ready the name `path` when the context ends."""
        self._written.append(_Written(path, path, temporary, self._claim(path), None))

    def remove(self, path: Path) -> None:
        """Remove an old file when the context ends, since the new files do not go with it.

        Raises `InvalidInput` SY701 if it is read or written.
        """
        self._claim(path)
        self._removed.append(path)

    def _claim(self, path: Path) -> _Identity:
        """Return the identity of a file to write.

        Raises SY701 if it is used otherwise, and for the address of a network.
        """
        if address := network_address(path):
            raise InvalidInput([not_local(address)])
        identity = _Identity.of(path)
        for written in self._written:
            if identity.is_same(written.identity):
                raise _usage(
                    f"two results cannot go to one file: {written.path} and {path}",
                    "a file for each, whose names differ by more than case",
                )
        for name, other in self._read:
            if identity.is_same(other):
                raise _overwritten(path, name)
        for stream, other in self._streams:
            if identity.is_same(other):
                raise _usage(f"{path} is also {stream}", "another file for one of the two")
        return identity

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._commit()
        except OSError as failed:
            path = failed.filename2 or failed.filename
            raise self._failure() or unwritable(path, failed) from None
        finally:
            self._discard()
        if isinstance(error, BrokenPipeError):
            return  # the reader of standard output has enough
        if isinstance(error, Exception) and (failure := self._failure()) is not None:
            raise failure from None

    def _failure(self) -> InvalidInput | None:
        for file in self._opened:
            if file.error is not None:
                return unwritable(file.path, file.error)
        return None

    def _commit(self) -> None:
        ready: list[_Written] = []
        for written in self._written:
            if written.file is not None and written.temporary is not None:
                written.file.sync()
            if written.temporary is not None:
                ready.append(written)
        for written in self._written:
            if written.file is not None and written.temporary is None:
                written.file.copy_to(written.path)
            elif written.file is not None:
                written.file.discard()
        with _uninterrupted():
            _Renaming().rename(ready, self._removed)

    def _discard(self) -> None:
        with _uninterrupted():
            for written in self._written:
                if written.file is not None:
                    written.file.discard()
                if written.temporary is not None:
                    _delete(written.temporary)


def files_or(given: AtomicFiles | None) -> AbstractContextManager[AtomicFiles]:
    """Return the context of some files: a new one, or one that the caller ends later."""
    return AtomicFiles() if given is None else nullcontext(given)


class _Renaming:
    """Files that get their names together; a failure puts everything back.

    Between the first rename and the last, old files are away but for the first one.
    """

    def __init__(self) -> None:
        self._undo: list[Callable[[], object]] = []
        self._old: list[Path] = []

    def rename(self, ready: list[_Written], removed: list[Path]) -> None:
        """Rename the temporary files, and put away those to remove. Raises `OSError`."""
        try:
            for written in ready:
                for folder in reversed(_missing_folders(written.target)):
                    folder.mkdir()
                    self._undo.append(folder.rmdir)
            for written in ready[1:]:
                self._put_away(written.target, folder=written.file is None)
            for path in removed:
                self._put_away(path, folder=False)
            if ready and (len(ready) > 1 or removed or ready[0].file is None):
                self._keep(ready[0].target, folder=ready[0].file is None)
            for written in ready:
                assert written.temporary is not None
                written.temporary.replace(written.target)
        except OSError:
            for step in reversed(self._undo):
                with suppress(OSError):
                    step()
            raise
        for path in self._old:
            _delete(path)

    def _put_away(self, path: Path, *, folder: bool) -> None:
        """Move an old file away, or an old folder in whose place a folder comes."""
        if not os.path.lexists(path):
            self._undo.append(partial(_delete, path))
            return
        if path.is_dir() and not folder:
            raise IsADirectoryError(errno.EISDIR, "it is a directory", str(path))
        kept = _beside(path.parent)
        path.rename(kept)
        self._old.append(kept)
        self._undo.append(partial(_put_back, kept, path))

    def _keep(self, path: Path, *, folder: bool) -> None:
        """Keep an old file under a second name."""
        kept = _beside(path.parent)
        try:
            os.link(path, kept)
        except OSError:  # there is no file, it is a folder, or the disk knows no links
            self._put_away(path, folder=folder)
        else:
            self._old.append(kept)
            self._undo.append(partial(_put_back, kept, path))


def _put_back(kept: Path, path: Path) -> None:
    if path.is_dir():
        _delete(path)
    kept.replace(path)


def _delete(path: Path) -> None:
    """Delete a file or a folder, if it is there and if that is allowed."""
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _missing_folders(path: Path) -> list[Path]:
    """Return the folders around a path that do not exist, the innermost first."""
    nearest = nearest_folder(path)
    return [parent for parent in path.parents if parent.is_relative_to(nearest)][:-1]


def nearest_folder(path: Path) -> Path:
    """Return the innermost folder around a path that exists."""
    parents = path.absolute().parents
    # Path.is_dir raises errors of names that are too long
    return next((parent for parent in parents if os.path.isdir(parent)), path)  # noqa: PTH112


def _beside(folder: Path) -> Path:
    """Return a new temporary path in a folder."""
    return folder / f".steelyard-{os.urandom(8).hex()}"


def _existing(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _inode(status: Callable[[], os.stat_result]) -> tuple[int, int] | None:
    try:
        info = status()
    except (OSError, ValueError):
        return None
    return info.st_dev, info.st_ino


def _redirected() -> Iterator[tuple[str, _Identity]]:
    """Iterate over the standard streams that are files, and not a terminal or a pipe."""
    for number, name in _STREAMS.items():
        with suppress(OSError):
            if stat.S_ISREG(os.fstat(number).st_mode):
                yield name, _Identity(_inode(partial(os.fstat, number)))


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold back the signals that end a process until the context ends."""
    arrived: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        arrived.append(number)

    held = {}
    try:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                if signal.getsignal(number) not in (signal.SIG_IGN, None):
                    held[number] = signal.signal(number, note)
        yield
    finally:
        for number, handler in held.items():
            signal.signal(number, handler)
        for number in arrived:
            signal.raise_signal(number)


@contextmanager
def temporary_folder(beside: Path | None = None) -> Iterator[Path]:
    """Make a folder, beside a file if one is given, that is deleted when the context ends.

    Raises `InvalidInput` SY116 if there is no place for it, or if that place is full.
    """
    try:
        parent = Path(gettempdir()) if beside is None else beside.parent
    except OSError as error:
        raise _no_temporary_folder(error) from None
    made = _beside(parent)
    try:
        made.mkdir(mode=0o700)
        yield made
    except OSError as error:
        if error.errno in NO_ROOM or not made.exists():
            raise _no_temporary_folder(error) from None
        raise
    finally:
        with _uninterrupted():
            _delete(made)


def _no_temporary_folder(error: OSError) -> InvalidInput:
    what = f"temporary files cannot be written: {error.strerror or error}"
    fix = "make room there, or name another folder in the variable TMPDIR"
    return InvalidInput([Problem("SY116", what, fix=fix)])


def unwritable(path: Path | str, error: OSError | ValueError) -> InvalidInput:
    """Return the error for a file that cannot be written (SY116)."""
    reason = getattr(error, "strerror", None) or error
    return InvalidInput([Problem("SY116", f"{path} cannot be written: {reason}")])


def not_local(address: str) -> Problem:
    """Return the problem of an output that is the address of a network (SY701)."""
    what = f"{address} is an address of a network, and only files are written"
    return Problem("SY701", what, fix="write a file, and copy it there")


def _overwritten(path: Path, read: str) -> InvalidInput:
    what = f"{path} would overwrite {read}, which this command reads"
    return _usage(what, "a file that is not read, and whose name differs by more than case")


def _usage(what: str, expected: str) -> InvalidInput:
    return InvalidInput([Problem("SY701", what, expected=expected)])


def format_of(path: Path) -> str:
    """Return the format for a file's suffix. Raises `InvalidInput` SY701 for an unknown suffix."""
    name = FORMATS.get(path.suffix.lower())
    if name is None:
        what = f"{path} has an unknown extension"
        expected = f"one of {', '.join(FORMATS)}"
        raise InvalidInput([Problem("SY701", what, expected=expected)])
    return name
