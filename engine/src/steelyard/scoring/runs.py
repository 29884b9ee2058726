"""A run that scores a population in a stream, from files to files.

Three batches are under way at a time: one is read, one is scored, one is written. Memory is
bounded by that, whatever the size of the population.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, TypeVar

import orjson

from steelyard.errors import InvalidInput, Problem, Problems
from steelyard.errors.output import problem_json
from steelyard.formats.files import AtomicFiles, files_or, format_of
from steelyard.formats.workbooks import SheetWriter, open_sheet
from steelyard.merchants.columns import open_population
from steelyard.merchants.columns.origins import Origin, origin_of
from steelyard.merchants.rows import Reject
from steelyard.model.limits import (
    MAX_REJECT_BYTES,
    MAX_ROW_PROBLEMS,
    MAX_SHOWN_REJECTS,
    MIN_REJECT_LIMIT,
)
from steelyard.plan.structure import Plan
from steelyard.scoring.batches import PopulationScorer, ScoredBatch
from steelyard.scoring.plans import PlanSet
from steelyard.scoring.results.tables import Scores
from steelyard.scoring.results.tally import Tally
from steelyard.scoring.results.writing import Sink, write_whole

STANDARD_OUTPUT = Path("-")
BATCH = 131_072

Progress = Callable[[int, int], None]
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files for results: one row per merchant, and the long form; each is optional.

    `spreadsheet` says that CSV is for a spreadsheet, where some texts would work as formulas.
    """

    scores: Path | None = None
    items: Path | None = None
    spreadsheet: bool = False

    def check(self) -> None:
        """Raise `InvalidInput` SY701 for endings that are not known, and for two results in one."""
        problems = Problems()
        paths = [path for path in (self.scores, self.items) if path is not None]
        if self.spreadsheet and not any(path.suffix.lower() == ".csv" for path in paths):
            what = "--spreadsheet is for CSV, and no result is written as CSV"
            problems.add("SY701", what, fix="name a file that ends in .csv")
        if self.scores == self.items == STANDARD_OUTPUT:
            problems.add("SY701", "two results cannot both go to standard output")
        for path in (self.scores, self.items):
            if path is not None and path != STANDARD_OUTPUT:
                try:
                    format_of(path)
                except InvalidInput as error:
                    problems.extend(error.problems)
        problems.raise_any()

    @property
    def rejects(self) -> Path | None:
        """The file of rejects: next to the scores, or else next to the items."""
        beside = next((score for score in (self.scores, self.items) if _is_file(score)), None)
        if beside is None:
            return None
        ending = ".xlsx" if beside.suffix.lower() == ".xlsx" else ".jsonl"
        return beside.with_suffix(f".rejects{ending}")


@dataclass(frozen=True, slots=True)
class Run:
    """The result of a run. `first_rejects` are a few rejects with the names of their sources."""

    tally: Tally
    plans: tuple[Plan, ...]
    outputs: Outputs
    first_rejects: tuple[tuple[str, Reject], ...]


def score_population(
    sources: Sequence[str | Path],
    plans: PlanSet,
    outputs: Outputs,
    *,
    text_format: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    progress: Progress | None = None,
    batch: int = BATCH,
    files: AtomicFiles | None = None,
) -> Run:
    """Score every merchant of some sources and write the results.

    `progress` is called with the rows done and all rows. The results get their names at the end, or
    when the context of `files` ends. Raises `InvalidInput` for unreadable or malformed sources,
    SY601 for sources without merchants, SY701 for outputs that are sources, and for files that
    cannot be written; then nothing is written.
    """
    scorer = PopulationScorer(plans)
    tally = Tally(scorer.layout)
    first: list[tuple[str, Reject]] = []
    outputs.check()
    with ExitStack() as stack:
        population = stack.enter_context(
            open_population(
                sources,
                plans.known,
                text_format=text_format,
                encoding=encoding,
                sheet=sheet,
            )
        )
        if population.rows == 0:
            raise InvalidInput([Problem("SY601", "the files hold no merchants")])
        files = stack.enter_context(files_or(files))
        files.protect(source.path for source in population.sources)
        size = sum(source.path.stat().st_size for source in population.sources)
        room = max(MIN_REJECT_LIMIT, MAX_REJECT_BYTES * size)
        writer = _Writer(outputs, files, scorer, room, stack)
        reading = stack.enter_context(ThreadPoolExecutor(1))
        writing = stack.enter_context(ThreadPoolExecutor(1))
        written: Future[None] | None = None
        for one in ahead(population.batches(batch), reading):
            scored = scorer.score(one)
            if written is not None:
                written.result()
            _count(tally, scored, first)
            if progress is not None:
                progress(tally.rows, population.rows)
            written = writing.submit(writer.write, scored)
        if written is not None:
            written.result()
        check_row_count(population.rows, tally.rows)
        if not tally.adds_up:
            raise AssertionError(f"rows were lost: {tally}")
        writer.close()
    return Run(tally, scorer.plans, outputs, tuple(first))


def _count(tally: Tally, scored: ScoredBatch, first: list[tuple[str, Reject]]) -> None:
    tally.rows += scored.rows
    tally.add(scored.scores)
    for reject in scored.rejects:
        tally.reject(problem.code for problem in reject.problems)
        if len(first) < MAX_SHOWN_REJECTS:
            origin = origin_of(scored.origins, reject.row)
            first.append((origin.source, replace(reject, row=reject.row - origin.before)))


def check_row_count(before: int, now: int) -> None:
    """Raise `InvalidInput` SY119 if a population has other rows than when the run began."""
    if before != now:
        what = f"the population changed during the run: {before:,} rows before, {now:,} now"
        raise InvalidInput([Problem("SY119", what, fix="use files that nobody writes to")])


def ahead(values: Iterator[_Value], pool: ThreadPoolExecutor) -> Iterator[_Value]:
    """Iterate over values; another thread already makes the next value. No value is None."""
    coming = pool.submit(next, values, None)
    while (value := coming.result()) is not None:
        coming = pool.submit(next, values, None)
        yield value


class _Writer:
    """A writer of scores, items and rejects of one batch after another.

    Past `room` bytes of rejects, they are written with the number of their problems only. The
    temporary files of sheets are deleted when `stack` ends.
    """

    def __init__(
        self,
        outputs: Outputs,
        files: AtomicFiles,
        scorer: PopulationScorer,
        room: int,
        stack: ExitStack,
    ) -> None:
        self._room = room
        self._layout = scorer.layout
        self._nothing = scorer.nothing()
        self._sinks: list[Sink] = []
        self._stream: Sink | None = None  # the one of them that goes to standard output
        self._any = False
        for path, items in ((outputs.scores, False), (outputs.items, True)):
            if path == STANDARD_OUTPUT:
                file = files.stream("standard output", sys.stdout.buffer)
                self._stream = Sink(file, "jsonl", items=items)
                self._sinks.append(self._stream)
            elif path is not None:
                sink = Sink(
                    files.open(path),
                    format_of(path),
                    items=items,
                    spreadsheet=outputs.spreadsheet,
                    sheet=_sheet(path, stack),
                )
                self._sinks.append(sink)
        self._rejects: BinaryIO | None = None
        self._reject_sheet: SheetWriter | None = None
        if outputs.rejects is not None:
            self._rejects = files.open(outputs.rejects)
            self._reject_sheet = _sheet(outputs.rejects, stack)
        if self._reject_sheet is not None:
            self._reject_sheet.write([_REJECT_COLUMNS])

    def write(self, scored: ScoredBatch) -> None:
        if scored.scores.height:
            self._write(scored.scores)
        if self._rejects is not None:
            for reject in scored.rejects:
                most = MAX_ROW_PROBLEMS if self._room > 0 else 0
                if self._reject_sheet is not None:
                    origin = origin_of(scored.origins, reject.row)
                    self._reject_sheet.write(_reject_rows(origin, reject))
                    continue
                line = _reject_line(origin_of(scored.origins, reject.row), reject, most)
                self._room -= len(line)
                self._rejects.write(line)

    def close(self) -> None:
        """Finish every file; a file of no merchants still has its columns."""
        if not self._any:
            self._write(self._nothing)
        self._each(Sink.close)
        if self._reject_sheet is not None and self._rejects is not None:
            write_whole(self._rejects, self._reject_sheet.close())

    def _write(self, scores: Scores) -> None:
        self._any = True
        self._each(lambda sink: sink.add(scores, self._layout))

    def _each(self, step: Callable[[Sink], None]) -> None:
        """Take a step for every file; raise `BrokenPipeError` if nobody reads the only one."""
        for sink in tuple(self._sinks):
            try:
                step(sink)
            except BrokenPipeError:
                if sink is not self._stream or len(self._sinks) == 1:
                    raise
                self._sinks.remove(sink)  # the other file is still to be written


_OF_PROBLEM = ("code", "name", "what", "expected", "fix", "line", "column")
_REJECT_COLUMNS = ("source", "row", "merchant", *_OF_PROBLEM)


def _sheet(path: Path, stack: ExitStack) -> SheetWriter | None:
    """Return a writer of the sheet of a workbook; None for other files."""
    if path.suffix.lower() != ".xlsx":
        return None
    return stack.enter_context(open_sheet(str(path)))


def _reject_rows(origin: Origin, reject: Reject) -> Iterator[tuple[object, ...]]:
    """Yield a row of a sheet for each problem of a reject, up to `MAX_ROW_PROBLEMS`."""
    for problem in reject.problems[:MAX_ROW_PROBLEMS]:
        data = problem_json(problem)
        head = (origin.source, reject.row - origin.before, reject.name)
        yield (*head, *(data[name] for name in _OF_PROBLEM))


def _reject_line(origin: Origin, reject: Reject, most: int) -> bytes:
    """Return the line of a reject, with `most` of its problems and how many more it has."""
    data = {
        "source": origin.source,
        "row": reject.row - origin.before,
        "merchant": reject.name,
        "problems": [problem_json(problem) for problem in reject.problems[:most]],
    }
    if more := len(reject.problems[most:]):
        data["more_problems"] = more
    return orjson.dumps(data, option=orjson.OPT_APPEND_NEWLINE)


def _is_file(path: Path | None) -> bool:
    return path is not None and path != STANDARD_OUTPUT
