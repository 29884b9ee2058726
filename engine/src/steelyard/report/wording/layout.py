"""Text in columns by terminal cells: East Asian characters take two."""

from collections.abc import Sequence


def width(text: str) -> int:
    """Return the number of terminal cells of a text; a control character counts as one."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth  # slow to import, and many texts are ASCII

    return wcswidth(plain(text))


def left(text: str, cells: int) -> str:
    """Return a text filled with spaces on its right."""
    return text + " " * (cells - width(text))


def right(text: str, cells: int) -> str:
    """Return a text filled with spaces on its left."""
    return " " * (cells - width(text)) + text


def on_the_point(numbers: Sequence[str]) -> list[str]:
    """Return numbers filled with spaces on the right so that their decimal points align."""
    parts = [len(number.partition(".")[2]) for number in numbers]
    longest = max(parts, default=0)
    return [
        number + " " * ((longest - part) + (1 if longest and "." not in number else 0))
        for number, part in zip(numbers, parts, strict=True)
    ]


def columns(rows: Sequence[Sequence[str]], aligned: str, *, gap: int = 3) -> list[str]:
    """Return rows as lines without trailing spaces. `aligned` has a letter per column: `l`, `r`."""
    widths = [
        max((width(row[column]) for row in rows if column < len(row)), default=0)
        for column in range(len(aligned))
    ]
    lines: list[str] = []
    for row in rows:
        cells = [
            (left if side == "l" else right)(cell, size)
            for cell, side, size in zip(row, aligned, widths, strict=False)
        ]
        lines.append((" " * gap).join(cells).rstrip())
    return lines


def plain(text: str) -> str:
    """Return a text with control characters replaced, which could steer a terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)
