"""Files to texts within limits, and offsets in a text to lines and columns."""

import re
from bisect import bisect_right
from pathlib import Path

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.model.addresses import address_fix
from steelyard.model.frozen import frozen
from steelyard.model.limits import (
    MAX_ALIASED_CHARACTERS,
    MAX_ALIASED_VALUES,
    MAX_FILE_PROBLEMS,
    MAX_MERCHANT_BYTES,
    MAX_MERCHANT_VALUES,
    MAX_NESTING,
    MAX_RULES_BYTES,
    MAX_RULES_VALUES,
)

_BREAK = re.compile(r"\r\n|\r|\n")
_SURROGATE = re.compile("[\ud800-\udfff]")
_OTHER_ENCODINGS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_MARK = "\ufeff"
_UNREADABLE: dict[type[Exception], str] = {
    FileNotFoundError: "there is no such file",
    IsADirectoryError: "this is a directory",
    PermissionError: "the file may not be read",
}


@frozen
class Limits:
    """Limits on one document.

    `bytes` of the file; `depth` of nesting (a scalar alone has depth 0); `values` including keys;
    `aliased` values that aliases repeat, in all, with `aliased_characters`; `problems` reported
    before reading stops. If `reordering`, text may have characters that change the order in which
    it is shown (Unicode's bidirectional controls).
    """

    bytes: int
    depth: int
    values: int
    aliased: int
    problems: int = MAX_FILE_PROBLEMS
    aliased_characters: int = MAX_ALIASED_CHARACTERS
    reordering: bool = False


RULESET_LIMITS = Limits(MAX_RULES_BYTES, MAX_NESTING, MAX_RULES_VALUES, MAX_ALIASED_VALUES)
# the names of merchants are checked with the other texts of merchants
MERCHANT_LIMITS = Limits(
    MAX_MERCHANT_BYTES, MAX_NESTING, MAX_MERCHANT_VALUES, MAX_ALIASED_VALUES, reordering=True
)


class Lines:
    """The starts of the lines of one text; a line ends with LF, CR or CR LF."""

    __slots__ = ("_name", "_starts")

    def __init__(self, text: str, name: str) -> None:
        self._name = name
        self._starts = [0, *(match.end() for match in _BREAK.finditer(text))]

    def place(self, offset: int) -> Place:
        """Return the place of a character by its offset."""
        line = bisect_right(self._starts, offset)
        return Place(self._name, line, offset - self._starts[line - 1] + 1)


def read_text(path: Path, name: str, limits: Limits) -> str:
    """Return the text of a UTF-8 file without its byte order mark.

    Raises `InvalidInput`: SY101 unreadable, SY102 too large, SY103 not UTF-8, SY104 empty.
    """
    return check_text(_decode(_read_bytes(path, name, limits), name), name, limits)


def check_text(text: str, name: str, limits: Limits) -> str:
    """Return a text without its byte order mark. Raises `InvalidInput` as `read_text` does."""
    if len(text) > limits.bytes:  # characters, so a lower bound on the bytes
        raise _too_large(name, limits)
    text = text.removeprefix(_MARK)
    found = _SURROGATE.search(text)
    if found:
        what = f"half of a surrogate pair (U+{ord(found[0]):04X}) is not text"
        place = Lines(text, name).place(found.start())
        raise _refused("SY103", what, place, "UTF-8 text")
    nul = text.find("\0")
    if nul >= 0:
        place = Lines(text, name).place(nul)
        raise _refused("SY103", "the file contains a NUL byte", place, "UTF-8 text")
    if not text.strip():
        raise _refused("SY104", "the file is empty", Place(name), "one document")
    return text


def _read_bytes(path: Path, name: str, limits: Limits) -> bytes:
    try:
        if path.stat().st_size > limits.bytes:
            raise _too_large(name, limits)
        with path.open("rb") as file:
            data = file.read(limits.bytes + 1)  # a pipe or a device tells no size beforehand
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        what = _UNREADABLE.get(type(error), "the file cannot be read")
        raise _refused("SY101", what, Place(name), "a file", address_fix(path)) from None
    if len(data) > limits.bytes:
        raise _too_large(name, limits)
    return data


def _decode(data: bytes, name: str) -> str:
    for mark, encoding in _OTHER_ENCODINGS:
        if data.startswith(mark):
            what = f"the file begins with the byte order mark of {encoding}"
            raise _refused("SY103", what, Place(name), "UTF-8 text", "save the file as UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8").removeprefix(_MARK)
        place = Lines(before, name).place(len(before))
        what = f"the byte 0x{data[error.start]:02X} is not UTF-8"
        raise _refused("SY103", what, place, "UTF-8 text", "save the file as UTF-8") from None


def _too_large(name: str, limits: Limits) -> InvalidInput:
    size = f"{limits.bytes // 1_000_000} MB" if limits.bytes >= 1_000_000 else f"{limits.bytes} B"
    return _refused(
        "SY102",
        "the file is too large",
        Place(name),
        f"at most {size}",
        "split the file into several",
    )


def _refused(
    code: str, what: str, place: Place, expected: str, fix: str | None = None
) -> InvalidInput:
    return InvalidInput([Problem(code, what, place, expected, fix)])
