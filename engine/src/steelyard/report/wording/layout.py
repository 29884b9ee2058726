"""Text in columns by terminal cells: East Asian characters take two."""

from collections.abc import Sequence

from steelyard.errors.printable import visible

_SPACES = str.maketrans("\t\r\n", "   ")
_NARROW = str.maketrans("", "", "·✗✓—─│└├…★−×≥≤–“”’‘▲▼")  # our own marks, one cell each


def cell(text: str) -> str:
    """Return a visible text with spaces for tabs and line breaks, which part cells and rows."""
    return visible(text.translate(_SPACES), keep="")


def width(text: str) -> int:
    """Return the number of terminal cells of a text; a control character counts as one."""
    if text.translate(_NARROW).isascii():
        return len(text)
    from wcwidth import wcswidth  # slow to import, and few texts need it

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


def columns(
    rows: Sequence[Sequence[str]], aligned: str, *, gap: int = 3, head: int = 0
) -> list[str]:
    """Return rows as lines without trailing spaces.

    `aligned` has a letter per column: `l`, `r`, or `.` for numbers with their points aligned. The
    first `head` rows are headings, not numbers.
    """
    cells = list(map(list, rows))
    for column in (place for place, side in enumerate(aligned) if side == "."):
        numbers = [row for row in cells[head:] if column < len(row)]
        aligned_numbers = on_the_point([row[column] for row in numbers])
        for row, number in zip(numbers, aligned_numbers, strict=True):
            row[column] = number
    widths = [
        max((width(row[column]) for row in cells if column < len(row)), default=0)
        for column in range(len(aligned))
    ]
    lines: list[str] = []
    for row in cells:
        filled = [
            (left if side == "l" else right)(cell, size)
            for cell, side, size in zip(row, aligned, widths, strict=False)
        ]
        lines.append((" " * gap).join(filled).rstrip())
    return lines


def table(text: str, aligned: str, gap: int = 3, head: int = 0) -> str:
    """Return a text in which the lines with tabs are rows of a table, as aligned lines.

    The tabs separate the cells. Lines without tabs stay as they are, between the rows.
    """
    lines = text.split("\n")[:-1]  # every line ends with a newline
    cells = [line.split("\t") for line in lines if "\t" in line]
    rows = iter(columns(cells, aligned, gap=gap, head=head))
    return "".join((next(rows) if "\t" in line else line) + "\n" for line in lines)


def plain(text: str) -> str:
    """Return a text with control characters replaced, which could steer a terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)
