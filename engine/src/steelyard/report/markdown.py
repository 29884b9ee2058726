"""Texts inside Markdown: whatever an author wrote shows as it is, and does nothing.

Markdown goes into pull requests, so a title must not become a heading, an image, a link, HTML or a
mention of somebody.
"""

import re

from steelyard.errors.printable import one_line

_MARKS = re.compile(r"[\\`*_\[\]<>|~$]|&(?=#?\w+;)")
# what makes a heading, a list or a rule at the start of a line
_START = re.compile(r"(?:#{1,6}|[-+=]+|\d{1,9}[.)])(?=\s|\Z)")
_END = re.compile(r"(?<![\\#])#+\Z")  # what ends a heading
# mentions, addresses and numbers of issues have no escape: code hosts look for them afterwards;
# the name of a ruleset, general@2026.2, is none of them
_FOUND_LATER = re.compile(
    r"(?<!\w)@(?=\w)|@(?=[\w.-]*\.[a-z])|#(?=\d)|\w(?=://)|\bwww(?=\.)", re.IGNORECASE
)
_BREAK = "\u200c"  # a joiner of no width, which ends a word for them
_CODE = re.compile(r"(`[^`\n]+`)")


def escape(text: str) -> str:
    """Return a text with all the markup of Markdown escaped, in one line."""
    text = one_line(text).strip()
    start = _START.match(text)
    text = _MARKS.sub(r"\\\g<0>", text)
    if start is not None:
        end = start.end() - 1
        text = f"{text[:end]}\\{text[end:]}" if text[0].isdigit() else f"\\{text}"
    text = _END.sub(r"\\\g<0>", text)
    return " ".join(_FOUND_LATER.sub(rf"\g<0>{_BREAK}", text).split())


def prose(text: str) -> str:
    """Return a text with its markup escaped, except code between backticks."""
    parts = _CODE.split(" ".join(text.split()))
    return "".join(code(part) if _CODE.fullmatch(part) else _spaced(part) for part in parts if part)


def _spaced(text: str) -> str:
    """Return an escaped text with the spaces at its ends."""
    inner = text.strip()
    before, _, after = text.partition(inner) if inner else (text, "", "")
    return f"{before}{escape(inner)}{after}"


def code(text: str) -> str:
    """Return a text as code in Markdown; in a table too."""
    inner = " ".join(one_line(text).split()).replace("`", "").replace("|", "\\|")
    return f"`{inner}`"


def fenced(text: str, language: str) -> str:
    """Return a block of code in a fence that is longer than any inside."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
