"""What `steelyard score` does with populations: files to files, and a summary for people."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from steelyard.cli.inputs import find_book, read_day
from steelyard.cli.output import say, say_problems, write
from steelyard.cli.statuses import FINE, NO, WRONG
from steelyard.errors import InvalidInput, Problem
from steelyard.model.texts import Language

if TYPE_CHECKING:
    from steelyard.scoring.results.tally import Tally

STANDARD_INPUT = "-"
ONE_BY_ONE = (".yaml", ".yml", ".json")  # files of a few merchants, shown card by card
WORTH_A_BAR = 50_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for."""

    sources: Sequence[str]
    as_of: str
    book: Path | None
    scene: str | None
    out: Path | None
    items: Path | None
    text_format: str | None
    form: str
    language: Language


def is_population(sources: Sequence[str], *, out: Path | None, items: Path | None) -> bool:
    """Whether sources are a population: by their kind, or because results go to files."""
    return (
        out is not None
        or items is not None
        or any(Path(source).suffix.lower() not in ONE_BY_ONE for source in sources)
    )


def score_sources(asked: Asked) -> int:
    """Score a population, write what is asked for and a summary; return the exit status."""
    day, folder = read_day(asked.as_of), find_book(asked.book)
    from steelyard.scoring.plans import open_plans
    from steelyard.scoring.runs import Outputs, score_population

    outputs = Outputs(asked.out, asked.items)
    plans = open_plans(folder, as_of=day, scene=asked.scene)
    with show_progress("population.progress", asked.language) as progress:
        run = score_population(
            asked.sources, plans, outputs, text_format=asked.text_format, progress=progress
        )
    if run.tally.rows == 0:
        raise InvalidInput([Problem("SY601", "the files hold no merchants")])
    if outputs.rejects is None:
        for source, reject in run.first_rejects:
            say(f"rejected: {reject.name or f'row {reject.row} of {source}'}")
            say_problems(reject.problems)
    written = [str(path) for path in (asked.out, asked.items, outputs.rejects) if _named(path)]
    _write_summary(asked, run.tally, run.plans, written)
    if run.tally.rejected == run.tally.rows:
        return WRONG
    return NO if run.tally.rejected else FINE


def _named(path: Path | None) -> bool:
    return path is not None and str(path) != STANDARD_INPUT


def _write_summary(asked: Asked, tally: "Tally", plans: Sequence, written: Sequence[str]) -> None:
    from steelyard.report.json import to_text
    from steelyard.scoring.summary import summary_json, summary_text

    if asked.form == "json":
        text = to_text(summary_json(tally, plans))
    else:
        text = summary_text(tally, plans, asked.language, written)
    to_stdout = STANDARD_INPUT in (str(asked.out), str(asked.items))
    say(text) if to_stdout else write(text)


@contextmanager
def show_progress(key: str, language: Language) -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar on a terminal's stderr, for populations that take a while; `key` is its phrase."""
    if not sys.stderr.isatty():
        yield None
        return
    import typer

    from steelyard.report.wording import say as phrase

    bars: list = []

    def step(done: int, total: int) -> None:
        if total < WORTH_A_BAR:
            return
        if not bars:
            label = phrase(key, language)
            bar = typer.progressbar(length=total, label=label, file=sys.stderr)
            bars.append(bar.__enter__())
        bars[0].update(done - bars[0].pos)

    try:
        yield step
    finally:
        if bars:
            bars[0].render_finish()
