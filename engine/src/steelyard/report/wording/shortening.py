"""Shorter forms of two versions of a text that always show what differs."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from steelyard.model.limits import MAX_COMPARED_WORDS, MAX_EDIT_VALUE
from steelyard.report.wording.layout import width

_WORDS = re.compile(r"[\w.-]{1,20}|&&|\|\||[<>=!]=|\s+|.", re.DOTALL)
_CONTEXT = MAX_EDIT_VALUE // 3  # characters kept on each side of a difference
_CUT = "…"


def shorten(text: str, limit: int = MAX_EDIT_VALUE) -> str:
    """Return the beginning of a text that is longer than a limit."""
    return text if len(text) <= limit else f"{text[: limit - 1]}{_CUT}"


def shorten_middle(text: str, cells: int) -> str:
    """Return the beginning and the end of a text that is wider than a number of cells."""
    if width(text) <= cells:
        return text
    room = [(cells - 1) // 2, cells - 1 - (cells - 1) // 2]
    ends = ["", ""]
    for end, characters in enumerate((text, reversed(text))):
        for character in characters:
            room[end] -= width(character)
            if room[end] < 0:
                break
            ends[end] += character
    return f"{ends[0]}{_CUT}{ends[1][::-1]}"


def shorten_both(before: str, after: str) -> tuple[str, str]:
    """Return two texts with `…` in place of long parts that are equal in both.

    Every difference is shown, until the texts are too long for a line. Then the first differences
    are shown, and differences that are long themselves are cut at their end. Two texts that differ
    never get the same short form. Texts of at most `MAX_EDIT_VALUE` characters stay as they are.
    """
    if max(len(before), len(after)) <= MAX_EDIT_VALUE:
        return before, after
    parts: tuple[list[str], list[str]] = ([], [])
    runs = _runs(_WORDS.findall(before), _WORDS.findall(after))
    for number, (is_equal, one, other) in enumerate(runs):
        if is_equal:
            common = _kept(one, is_first=number == 0, is_last=number == len(runs) - 1)
            texts = (common, common)
        elif max(sum(map(len, side)) for side in parts) > 2 * MAX_EDIT_VALUE:
            texts = (_CUT, _CUT)
        else:
            texts = (shorten(one), shorten(other))
        for side, text in zip(parts, texts, strict=True):
            side.append(text)
        if texts == (_CUT, _CUT):
            break
    short = ("".join(parts[0]), "".join(parts[1]))
    return (before, after) if short[0] == short[1] else short


def _runs(one: Sequence[str], other: Sequence[str]) -> list[tuple[bool, str, str]]:
    """Return two lists of words as runs: whether both sides are equal, and the text of each."""
    shorter = min(len(one), len(other))
    start = next((n for n in range(shorter) if one[n] != other[n]), shorter)
    rest = shorter - start
    end = next((n for n in range(rest) if one[-1 - n] != other[-1 - n]), rest)
    first, last = "".join(one[:start]), "".join(one[len(one) - end :])
    inner = one[start : len(one) - end], other[start : len(other) - end]
    runs = [(True, first, first)]
    if max(map(len, inner)) > MAX_COMPARED_WORDS:  # a comparison takes quadratic time
        runs.append((False, "".join(inner[0]), "".join(inner[1])))
    else:
        for tag, a, b, c, d in SequenceMatcher(None, *inner, autojunk=False).get_opcodes():
            runs.append((tag == "equal", "".join(inner[0][a:b]), "".join(inner[1][c:d])))
    runs.append((True, last, last))
    return [run for run in runs if run[1] or run[2]]


def _kept(text: str, *, is_first: bool, is_last: bool) -> str:
    """Return a common part, cut to the words beside a difference."""
    words = _WORDS.findall(text)
    left = "" if is_first else _beginning(words)
    right = "" if is_last else "".join(reversed(_beginning([w[::-1] for w in reversed(words)])))
    if len(left) + len(right) + 1 >= len(text):
        return text
    return f"{left}{_CUT}{right}"


def _beginning(words: Sequence[str]) -> str:
    text = ""
    for word in words:
        if len(text) + len(word) > _CONTEXT:
            break
        text += word
    return text
