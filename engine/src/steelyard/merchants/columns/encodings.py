"""Encodings of texts: files in another one than UTF-8 become UTF-8 while they are read.

Only a byte order mark or `--encoding` says how a file is read. Bytes alone never do: most bytes are
text in several encodings.
"""

import io
from codecs import getincrementaldecoder
from typing import BinaryIO, cast

from steelyard.errors import InvalidInput, Place, Problem

ENCODINGS = ("utf-8", "gb18030", "gbk", "utf-16-le", "utf-16-be")

_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_NAMES = {"gb18030": "GB18030 (GBK)", "gbk": "GBK"}
_READ_BYTES = 1 << 20
_SAVE = "save the file as UTF-8"
_EXPECTED = "UTF-8 text"


def recoded(file: io.BufferedReader, encoding: str | None, name: str) -> BinaryIO:
    """Return a text file as UTF-8; a byte order mark counts more than `encoding`.

    Raises `InvalidInput` SY103 for UTF-32 and for UTF-16 that nothing declares. Reading raises it
    for bytes that are not in the encoding.
    """
    start = file.peek(4)[:4]
    if start in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        what = "the file begins with the byte order mark of UTF-32"
        raise InvalidInput([Problem("SY103", what, Place(name), _EXPECTED, _SAVE)])
    marked = (mark_encoding for mark, mark_encoding in _MARKS.items() if start.startswith(mark))
    encoding = next(marked, encoding)
    if encoding is None and (fitting := _wide(start)):
        what = f"the file is {_shown(fitting)} text without a byte order mark"
        raise InvalidInput([Problem("SY103", what, Place(name), _EXPECTED, _fix(fitting))])
    if encoding in (None, "utf-8"):
        return file
    return cast("BinaryIO", io.BufferedReader(_Recoded(file, encoding, name), _READ_BYTES))


def not_utf8(lines: bytes, place: Place) -> InvalidInput:
    """Return the error of lines that are not UTF-8; it names the encoding that fits all of them."""
    what, fix = "the line is not UTF-8 text", _SAVE
    if fitting := _fitting(lines):
        what += f", but {_shown(fitting)} fits"
        fix = _fix(fitting)
    return InvalidInput([Problem("SY103", what, place, _EXPECTED, fix)])


def _fitting(lines: bytes) -> str | None:
    if fitting := _wide(lines[: lines.find(b"\n")]):
        return fitting
    try:
        text = lines.decode("gb18030")
    except UnicodeDecodeError:
        return None
    return "gb18030" if "\0" not in text else None


def _wide(start: bytes) -> str | None:
    """Return the form of UTF-16 in which every second byte of ASCII is zero; None for others."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if not even and not odd:
        return None
    return "utf-16-le" if odd > even else "utf-16-be" if even > odd else None


def _shown(encoding: str) -> str:
    return _NAMES.get(encoding, encoding.upper())


def _fix(encoding: str) -> str:
    return f"say --encoding {encoding}, or {_SAVE}"


class _Recoded(io.RawIOBase):
    """The text of a file as UTF-8, one block of the file at a time."""

    def __init__(self, file: BinaryIO, encoding: str, name: str) -> None:
        self._file, self._encoding, self._name = file, encoding, name
        self._decoder = getincrementaldecoder(encoding)()
        self._ready = b""
        self._breaks = {"\n": 0, "\r": 0}

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer
        content = b"more"
        while content and not self._ready:
            content = self._file.read(_READ_BYTES)
            self._ready = self._as_utf8(content)
        part, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)

    def _as_utf8(self, content: bytes) -> bytes:
        try:
            text = self._decoder.decode(content, final=not content)
            self._count(text)
            return text.encode()
        except UnicodeDecodeError as error:
            self._count(error.object[: error.start].decode(self._encoding, "replace"))
            place = Place(self._name, 1 + max(self._breaks.values()))
        except UnicodeEncodeError:  # half of a surrogate pair
            place = Place(self._name, 1 + max(self._breaks.values()))
        what = f"the line is not {_shown(self._encoding)} text"
        expected = f"{_shown(self._encoding)} text, as --encoding or the byte order mark says"
        raise InvalidInput([Problem("SY103", what, place, expected, _SAVE)])

    def _count(self, text: str) -> None:
        for line_break in self._breaks:
            self._breaks[line_break] += text.count(line_break)
