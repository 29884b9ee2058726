"""Writing: results to stdout or a file, diagnostics to stderr."""

import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from steelyard.cli.speech import language, quiet, translated
from steelyard.errors import InvalidInput, Problem
from steelyard.errors.printable import visible


def write(text: str) -> None:
    """Write a result; on a terminal, headings and marks have colour.

    If its reader has enough, the rest is left out. Raises `InvalidInput` SY116 if standard output
    cannot be written.
    """
    text = visible(text)
    send(_coloured(text) if sys.stdout.isatty() and _has_colours() else text)


def _has_colours() -> bool:
    """Return False if the user or the terminal wants no colours (no-color.org, terminfo)."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def send(content: str | bytes) -> None:
    """Write to standard output and flush it, as `write` does."""
    try:
        if isinstance(content, str):
            sys.stdout.write(content)
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(content)
        sys.stdout.flush()
    except BrokenPipeError:
        abandon(sys.stdout)
    except OSError as error:
        raise lost_output(error) from None


def lost_output(error: OSError) -> InvalidInput:
    """Return the problem of a standard output that cannot be written (SY116)."""
    abandon(sys.stdout)
    what = f"standard output cannot be written: {error.strerror}"
    return InvalidInput([Problem("SY116", what)])


def abandon(stream: TextIO) -> None:
    """Drop what a stream holds and what is written to it, so that nothing fails at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        stream.flush()


def say(text: str) -> None:
    """Write a note, one line or several, in the user's language, unless the user wants none."""
    if not quiet():
        _tell("\n".join(map(translated, text.split("\n"))))


def _tell(text: str) -> None:
    """Write a diagnostic; where nobody reads it, it is lost."""
    text = visible(text)
    try:
        sys.stderr.write(text if text.endswith("\n") else f"{text}\n")
        sys.stderr.flush()
    except OSError:
        abandon(sys.stderr)


def say_problems(problems: Sequence[Problem]) -> None:
    """Write problems as diagnostics."""
    from steelyard.errors.output import problems_text

    _tell(problems_text(problems, language()))


def write_to(path: Path | None, content: str | bytes, reads: Iterable[Path] = ()) -> None:
    """Write a result to a file, completely or not at all; to stdout if there is no path.

    `reads` are the files that the result was made from. Raises `InvalidInput`: SY116 if the file
    cannot be written, SY701 if it is one of them.
    """
    if path is None:
        if isinstance(content, bytes) and not sys.stdout.isatty():
            send(content)
        elif isinstance(content, bytes):
            write(content.decode())
        else:
            write(content)
        return
    from steelyard.formats.files import AtomicFiles

    data = visible(content).encode() if isinstance(content, str) else content
    with AtomicFiles(reads) as files:
        files.open(path).write(data)


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


def counted(number: int, word: str) -> str:
    """Return a number with its noun: `1 plan`, `2 plans`."""
    return f"{number} {word}{'' if number == 1 else 's'}"
