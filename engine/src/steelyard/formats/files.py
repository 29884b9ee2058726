"""Atomic writing of one or several files.

Each file is first written under a temporary name in its folder. When all files are complete, they
are renamed.
"""

import os
import tempfile
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from steelyard.errors import InvalidInput, Problem

FORMATS = {".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}


class AtomicFiles:
    """A context that opens files and renames them into place if it ends without an error.

    The file opened first is renamed last: if it is in place, so are all the others. After an error
    or an interruption the old files remain.
    """

    def __init__(self) -> None:
        self._files: list[tuple[BinaryIO, Path, Path]] = []

    def open(self, path: Path) -> BinaryIO:
        """Open a file for writing. Raises `InvalidInput` SY116 if it cannot be created."""
        try:
            if path.is_dir():
                raise IsADirectoryError(21, "it is a directory")
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        except OSError as error:
            raise unwritable(path, error) from None
        file = os.fdopen(handle, "wb")
        self._files.append((file, Path(name), path))
        return file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            try:
                self._finish()
            except OSError as failed:
                self._discard()
                raise unwritable(self._files[0][2], failed) from None
        else:
            self._discard()
            if isinstance(error, OSError):  # such as a full disk
                raise unwritable(self._files[0][2], error) from None

    def _finish(self) -> None:
        mask = os.umask(0)
        os.umask(mask)
        for file, temporary, _ in self._files:
            file.flush()
            os.fsync(file.fileno())
            file.close()
            temporary.chmod(0o666 & ~mask)  # mkstemp allows only the owner
        for _, temporary, path in reversed(self._files):
            temporary.replace(path)

    def _discard(self) -> None:
        for file, temporary, _ in self._files:
            file.close()
            temporary.unlink(missing_ok=True)


def unwritable(path: Path | str, error: OSError) -> InvalidInput:
    """Return the error for a file that cannot be written (SY116)."""
    return InvalidInput([Problem("SY116", f"{path} cannot be written: {error.strerror}")])


def format_of(path: Path) -> str:
    """Return the format for a file's suffix. Raises `InvalidInput` SY701 for an unknown suffix."""
    name = FORMATS.get(path.suffix.lower())
    if name is None:
        what = f"{path} has an unknown extension"
        expected = f"one of {', '.join(FORMATS)}"
        raise InvalidInput([Problem("SY701", what, expected=expected)])
    return name
