"""Text in columns, as wide as a terminal shows it: East Asian characters take two cells."""

from collections.abc import Sequence
from functools import lru_cache
from unicodedata import combining, east_asian_width

_WIDE = ("W", "F")


@lru_cache(maxsize=4096)
def width(text: str) -> int:
    """Return how many cells a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if combining(character) else 2 if east_asian_width(character) in _WIDE else 1
        for character in text
    )


def left(text: str, cells: int) -> str:
    """Return a text filled with spaces on its right."""
    return text + " " * (cells - width(text))


def right(text: str, cells: int) -> str:
    """Return a text filled with spaces on its left."""
    return " " * (cells - width(text)) + text


def on_the_point(numbers: Sequence[str]) -> list[str]:
    """Return numbers filled with spaces on the right so that their decimal points align."""
    parts = [len(number.partition(".")[2]) for number in numbers]
    most = max(parts, default=0)
    return [
        number + " " * ((most - part) + (1 if most and "." not in number else 0))
        for number, part in zip(numbers, parts, strict=True)
    ]


def columns(rows: Sequence[Sequence[str]], aligned: str, *, gap: int = 3) -> list[str]:
    """Return rows as lines. `aligned` has one letter a column: `l` or `r`.

    An empty cell at the end of a row takes no room; lines end without spaces.
    """
    count = len(aligned)
    widest = [
        max((width(row[at]) for row in rows if at < len(row)), default=0) for at in range(count)
    ]
    lines: list[str] = []
    for row in rows:
        cells = [
            (left if aligned[at] == "l" else right)(cell, widest[at]) for at, cell in enumerate(row)
        ]
        lines.append((" " * gap).join(cells).rstrip())
    return lines


def plain(text: str) -> str:
    """Return a text without characters that could steer a terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)
