"""Errors of a text that does not parse, with fixes for habits from other languages."""

import tomllib
from collections.abc import Collection
from functools import cache
from importlib.resources import files


class SyntaxMistake(Exception):  # noqa: N818 - it becomes a problem of the user's file
    """A text that is no condition: code, what is wrong, offset, what was expected, fix."""

    def __init__(
        self, code: str, what: str, at: int, expected: str | None = None, fix: str | None = None
    ) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.at = at
        self.expected = expected
        self.fix = fix


_NAMES = {"COMMA": "','", "__ANON_0": "','", "RPAR": "')'", "RSQB": "']'", "COLON": "':'"}
_FULL_WIDTH = 0xFEE0  # from an ASCII character to the same one in full width
_PERCENT = "write a share as a decimal: 0.80 instead of 80%"
_VALUES = frozenset(("NAME", "NUMBER", "TEXT"))


@cache
def habits() -> dict[str, dict[str, str]]:
    """Return the fixes for habits from other languages: a table for each kind of text."""
    file = files("steelyard.language.conditions") / "habits.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def explain(text: str, at: int, found: str, accepts: Collection[str] | None) -> SyntaxMistake:
    """Return what is wrong at an offset, what was expected, and the fix.

    `found` is the token or character that does not fit, "" at the end of the text; `accepts`
    are the names of the terminals that would have fitted, None where that is not known.
    """
    if not text.strip():
        return SyntaxMistake("SY401", "the condition is empty", 0, fix="write one, or leave it out")
    if not found:
        fix = _PERCENT if text.rstrip().endswith("%") else None
        what = "the condition ends too early"
        return SyntaxMistake("SY401", what, at, _expected(accepts), fix)
    if found in ("'", '"'):
        what, fix = f"the text that starts with {found} has no end", f"close it with {found}"
        return SyntaxMistake("SY401", what, at, fix=fix)
    before = text[:at].rstrip()
    what = f"{_shown(found)} does not fit here"
    return SyntaxMistake("SY401", what, at, _expected(accepts), _fix(before, found, text[at:]))


def _shown(found: str) -> str:
    if found.isprintable() and not found.isspace():
        return found if len(found) <= 40 else f"{found[:40]}…"
    return f"the character U+{ord(found[0]):04X}"


def _expected(accepts: Collection[str] | None) -> str | None:
    if accepts is None:
        return None
    if _VALUES & set(accepts):
        return "a value"
    closing = [_NAMES[name] for name in sorted(accepts) if name in _NAMES]
    end = ["the end"] if "$END" in accepts else []
    return " or ".join(["an operator", *closing, *end]) if closing or end else None


def _fix(before: str, found: str, rest: str) -> str | None:
    word, last = _last_word(before), before[-1:]
    for habit in (found, word):  # `not x`: the word was taken for a name
        if habit in habits()["words"]:
            return habits()["words"][habit]
    narrow = habits()["wide"].get(found) or _narrow(found)
    if narrow is not None:
        return f"write {narrow}, in half width, instead of {found}"
    if word.isdigit() and found.startswith("_"):
        return "write the number without _"
    if last == "%":
        return _PERCENT
    if found.isspace() or not found.isprintable():
        return "write an ordinary space"
    pairs = habits()["pairs"]
    return pairs.get(last + found) or pairs.get(rest[:2]) or habits()["signs"].get(found)


def _narrow(found: str) -> str | None:
    """Return the ASCII character that a character of full width stands for."""
    point = ord(found) - _FULL_WIDTH if len(found) == 1 else 0
    return chr(point) if 0x21 <= point < 0x7F else None


def _last_word(before: str) -> str:
    start = len(before)
    while start and (before[start - 1].isalnum() or before[start - 1] == "_"):
        start -= 1
    return before[start:]
