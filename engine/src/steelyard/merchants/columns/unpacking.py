"""Compressed files, unpacked while they are read, up to a limit."""

import io
from typing import BinaryIO

import pyarrow as pa

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.model.limits import (
    MAX_ROWS_A_BYTE,
    MAX_UNPACKED_RATIO,
    MIN_ROWS_LIMIT,
    MIN_UNPACKED_LIMIT,
)

COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
_FIRST_BYTES = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
_READ_BYTES = 1 << 20
FIX = "see whether rows repeat; else write the file as plain CSV or JSON Lines"


def compression_of(start: bytes) -> str | None:
    """Return how a file is compressed, by its first bytes; None if it is not."""
    return next((name for name, mark in _FIRST_BYTES.items() if start.startswith(mark)), None)


def unpacked_limit(size: int) -> int:
    """Return how many bytes a file of some bytes may unpack to."""
    return max(MIN_UNPACKED_LIMIT, size * MAX_UNPACKED_RATIO)


def rows_limit(size: int) -> int:
    """Return how many rows a packed file of some bytes may have."""
    return max(MIN_ROWS_LIMIT, size * MAX_ROWS_A_BYTE)


def too_large(name: str, size: int) -> InvalidInput:
    """Return the error of a file of some bytes that unpacks to more than it may."""
    what = f"the file of {size:,} bytes unpacks to more than {unpacked_limit(size):,} bytes"
    return InvalidInput([Problem("SY102", what, Place(name), fix=FIX)])


def too_many_rows(name: str, size: int, what: str) -> InvalidInput:
    """Return the error of a packed file of some bytes with more rows than it may have."""
    what = f"the file of {size:,} bytes has {what}"
    expected = f"at most {rows_limit(size):,} rows, each with a merchant of its own"
    return InvalidInput([Problem("SY115", what, Place(name), expected, FIX)])


def unpacked(file: BinaryIO, compression: str, size: int, name: str) -> io.BufferedReader:
    """Return the content of a compressed file of `size` bytes.

    Reading raises `InvalidInput` past the limits, SY102 of bytes and SY115 of lines, and an Arrow
    error for a broken file.
    """
    stream = pa.CompressedInputStream(pa.PythonFile(file, "r"), compression)
    return io.BufferedReader(_Limited(stream, size, name), _READ_BYTES)


class _Limited(io.RawIOBase):
    def __init__(self, stream: pa.NativeFile, size: int, name: str) -> None:
        self._stream, self._size, self._name = stream, size, name
        self._left = unpacked_limit(size)
        self._lines = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer
        content = self._stream.read(len(buffer))
        self._left -= len(content)
        if self._left < 0:
            raise too_large(self._name, self._size)
        self._lines += max(content.count(b"\n"), content.count(b"\r"))
        if self._lines > (most := rows_limit(self._size)):
            raise too_many_rows(self._name, self._size, f"more than {most:,} lines")
        buffer[: len(content)] = content
        return len(content)
