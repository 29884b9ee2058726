"""Writing: results to stdout or a file, diagnostics to stderr."""

import sys
from collections.abc import Sequence
from pathlib import Path

from steelyard.errors import Problem


def write(text: str) -> None:
    """Write a result; on a terminal, headings and marks have colour."""
    sys.stdout.write(_coloured(text) if sys.stdout.isatty() else text)


def say(text: str) -> None:
    """Write a diagnostic, one line or several."""
    sys.stderr.write(text if text.endswith("\n") else f"{text}\n")


def say_problems(problems: Sequence[Problem]) -> None:
    """Write problems as diagnostics."""
    from steelyard.errors.output import problems_text

    say(problems_text(problems))


def write_to(path: Path | None, content: str | bytes) -> None:
    """Write a result to a file, completely or not at all; to stdout if there is no path.

    Raises `InvalidInput` SY116 if the file cannot be written.
    """
    if path is None:
        if isinstance(content, bytes):
            sys.stdout.flush()
            sys.stdout.buffer.write(content)
        else:
            write(content)
        return
    from steelyard.formats.files import AtomicFiles

    with AtomicFiles() as files:
        files.open(path).write(content.encode() if isinstance(content, str) else content)


_BOLD, _GREEN, _RED, _YELLOW, _END = "\x1b[1m", "\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[0m"
_COLOURS = {"✓": _GREEN, "✗": _RED, "!": _RED, "?": _YELLOW, "★": _YELLOW}


def _coloured(text: str) -> str:
    """Return a page with bold headings (lines without indentation) and coloured marks."""
    lines = []
    for line in text.split("\n"):
        mark = line.lstrip()[:1]
        if line and not line.startswith((" ", "├", "└", "│")) and mark not in "{[":
            lines.append(f"{_BOLD}{line}{_END}")
        elif mark in _COLOURS and line.lstrip()[1:2] == " ":
            lines.append(line.replace(mark, f"{_COLOURS[mark]}{mark}{_END}", 1))
        else:
            lines.append(line)
    return "\n".join(lines)
