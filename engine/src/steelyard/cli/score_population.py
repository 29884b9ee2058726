"""`steelyard score` for a population: results go to files, and people get a summary."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from steelyard.cli.exits import EXIT_FAILED, EXIT_OK
from steelyard.cli.inputs import files_of, read_day
from steelyard.cli.output import say, say_problems, write
from steelyard.cli.progress import show_progress
from steelyard.errors.printable import one_line
from steelyard.model.frozen import frozen
from steelyard.model.limits import MAX_ROW_PROBLEMS
from steelyard.model.texts import Language

if TYPE_CHECKING:
    from steelyard.plan.structure import Plan
    from steelyard.scoring.results.tally import Tally

STANDARD_INPUT = "-"
ONE_BY_ONE = (".yaml", ".yml", ".json")  # files of a few merchants, shown card by card


@frozen
class PopulationRequest:
    """The options of `steelyard score` that concern a population."""

    sources: Sequence[str]
    as_of: str
    rules: Path
    scene: str | None
    out: Path | None
    items: Path | None
    spreadsheet: bool
    text_format: str | None
    encoding: str | None
    sheet: str | None
    form: str
    language: Language


def is_population(sources: Sequence[str], *, out: Path | None, items: Path | None) -> bool:
    """Return True if `out` or `items` is given, or if a source is not a YAML or JSON file."""
    return (
        out is not None
        or items is not None
        or any(Path(source).suffix.lower() not in ONE_BY_ONE for source in sources)
    )


def score_population(request: PopulationRequest) -> int:
    """Score a population, write the results and a summary; return the exit code."""
    day = read_day(request.as_of)
    from steelyard.formats.files import AtomicFiles
    from steelyard.scoring.plans import open_plans
    from steelyard.scoring.runs import Outputs
    from steelyard.scoring.runs import score_population as score_to_files

    outputs = Outputs(request.out, request.items, request.spreadsheet)
    plans = open_plans(request.rules, as_of=day, scene=request.scene)
    with AtomicFiles(files_of(request.rules)) as files:
        with show_progress("population.progress", request.language) as progress:
            run = score_to_files(
                request.sources,
                plans,
                outputs,
                text_format=request.text_format,
                encoding=request.encoding,
                sheet=request.sheet,
                progress=progress,
                files=files,
            )
        if outputs.rejects is None:
            for source, reject in run.first_rejects:
                say(f"rejected: {reject.name or f'row {reject.row} of {source}'}")
                say_problems(reject.problems[:MAX_ROW_PROBLEMS])
                if more := len(reject.problems[MAX_ROW_PROBLEMS:]):
                    say(f"    and {more:,} more problems")
        paths = (request.out, request.items, outputs.rejects)
        written = [one_line(str(path)) for path in paths if _named(path)]
        # before the files get their names: with status 2, nothing is written
        return report_results(request, run.tally, run.plans, written)


def _named(path: Path | None) -> bool:
    return path is not None and str(path) != STANDARD_INPUT


def report_results(
    request: PopulationRequest, tally: "Tally", plans: "Sequence[Plan]", written: Sequence[str]
) -> int:
    """Write the summary of a population; return the exit code."""
    from steelyard.report.json import to_text
    from steelyard.scoring.summary import summary_json, summary_text

    if request.form == "json":
        text = to_text(summary_json(tally, plans))
    else:
        text = summary_text(tally, plans, request.language, written)
    to_stdout = STANDARD_INPUT in (str(request.out), str(request.items))
    say(text) if to_stdout else write(text)
    return EXIT_FAILED if tally.rejected else EXIT_OK
