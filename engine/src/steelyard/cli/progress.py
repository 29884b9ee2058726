"""The progress bar of long work, on stderr, if it is a terminal."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from steelyard.cli.speech import quiet
from steelyard.model.texts import Language

MIN_ROWS = 50_000  # populations with fewer rows show no bar

Progress = Callable[[int, int], None]  # is called with the work done and all work


@contextmanager
def progress_bar(label: str, *, min_total: int = 1) -> Iterator[Progress | None]:
    """Yield a function that shows the progress of work; None if standard error is no terminal.

    Nor is there a bar if the terminal cannot draw it, or the user wants quiet.
    Work of less than `min_total` shows no bar.
    """
    if quiet() or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    import typer

    bar: Any = None

    def show(done: int, total: int) -> None:
        nonlocal bar
        if total < min_total:
            return
        if bar is None:
            bar = typer.progressbar(length=total, label=label, file=sys.stderr).__enter__()
        bar.update(done - bar.pos)

    try:
        yield show
    finally:
        if bar is not None:
            bar.render_finish()


@contextmanager
def show_progress(key: str, language: Language) -> Iterator[Progress | None]:
    """Show the progress of work on a population; `key` names the phrase of the label."""
    from steelyard.report.wording import say

    with progress_bar(say(key, language), min_total=MIN_ROWS) as progress:
        yield progress
