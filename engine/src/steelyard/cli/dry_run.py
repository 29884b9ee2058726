"""`steelyard dry-run`: the impact of a change of rules on a population."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from steelyard.cli.diff import RULES
from steelyard.cli.exits import EXIT_FAILED, EXIT_OK
from steelyard.cli.inputs import read_day
from steelyard.cli.options import EncodingOption, Lang, SheetName
from steelyard.cli.output import write
from steelyard.cli.progress import show_progress
from steelyard.errors import InvalidInput, Problem
from steelyard.errors.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steelyard.dry_run.cases import Case
    from steelyard.dry_run.guardrails import RunVerdict
    from steelyard.dry_run.impact.model import DryRun
    from steelyard.model.texts import Language


ImpactFormat = Literal["table", "json", "markdown"]
SUMMARIES = ("report.md", "impact.json")  # of all days and scenes


def dry_run(
    live: Annotated[str, typer.Option("--live", metavar="RULES", help=f"{RULES}.")],
    candidate: Annotated[
        str,
        typer.Option("--candidate", metavar="RULES", help="The same, with the change made."),
    ],
    merchants: Annotated[
        list[str],
        typer.Option(
            "--merchants",
            metavar="SOURCE",
            help="A population, as `score` takes it; give the option again for more files.",
        ),
    ],
    as_of: Annotated[
        list[str],
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="The day of the score, YYYY-MM-DD; give the option again for more days.",
        ),
    ],
    as_of_candidate: Annotated[
        list[str] | None,
        typer.Option(
            "--as-of-candidate",
            metavar="DATE",
            help="The day on the candidate's side, if another; one for each --as-of.",
        ),
    ] = None,
    scene: Annotated[
        list[str] | None,
        typer.Option(
            "--scene",
            metavar="NAME",
            help="A scene of the book, such as a campaign; give the option again for more scenes, "
            "and `none` for days without one.",
        ),
    ] = None,
    guardrails: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="Conditions on the impact, beside the defaults; one that fails gives status 1. "
            "`none` switches the defaults off.",
        ),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="FACT",
            help="A segment for each value of a fact, too; FACT:30,100 gives the bands.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write report.html, report.md, impact.json and merchants.parquet there.",
        ),
    ] = None,
    sheet: SheetName = None,
    shown: Annotated[
        int, typer.Option(metavar="N", min=0, max=1000, help="Merchants by name in each list.")
    ] = 20,
    weight: Annotated[
        str | None,
        typer.Option(
            metavar="FACT",
            help="Rank these merchants by the change times a fact; default: the book's size.",
        ),
    ] = None,
    encoding: EncodingOption = None,
    format_: Annotated[
        ImpactFormat, typer.Option("--format", help="A page for people, JSON or Markdown.")
    ] = "table",
    lang: Lang = "en",
    *,
    no_guardrails: Annotated[
        bool, typer.Option("--no-guardrails", help="The same as --guardrails none.")
    ] = False,
    everybody: Annotated[
        bool,
        typer.Option(
            "--everybody",
            help="Compare as if a rollout of the candidate reached every merchant.",
        ),
    ] = False,
    attribution: Annotated[
        bool,
        typer.Option(
            "--attribution/--no-attribution", help="Compute the contribution of each edit."
        ),
    ] = True,
) -> int:
    """Compare two states of the rules on one population, before the change takes effect."""
    from steelyard.dry_run.cases import cases_of
    from steelyard.dry_run.guardrails import choose_guardrails, judge_run, needs_scores
    from steelyard.dry_run.runs import DryRunRequest, run
    from steelyard.formats.files import AtomicFiles

    if out is not None:
        from steelyard.dry_run.report.drawing import drawing_library

        _check_folder(out, (live, candidate))
        drawing_library()  # if it is missing, the run fails before any merchant is scored
    named = [*(guardrails or ()), *(["none"] if no_guardrails else [])]
    chosen = choose_guardrails(named)
    days = [read_day(day) for day in as_of]
    candidate_days = [read_day(day) for day in as_of_candidate or ()]
    cases = cases_of(days, candidate_days, scene or ())
    pages = [f"report{name}.html" for name in _file_endings(cases)]
    tables = [f"merchants{name}.parquet" for name in _file_endings(cases)]
    request = DryRunRequest(
        live=live,
        candidate=candidate,
        merchants=merchants,
        cases=cases,
        by=by or (),
        shown=shown,
        sheet=sheet,
        weight=weight,
        attribution=attribution,
        everybody=everybody,
        merchants_out=[] if out is None else [out / name for name in tables],
        measure=needs_scores(chosen),
        encoding=encoding,
    )
    with AtomicFiles(Path(name) for name in named if name not in ("none", "default")) as files:
        # opened before the run, so that it does not end in vain
        reports = {
            name: files.open(out / name, folder=out, make=True)
            for name in (*pages, *SUMMARIES)
            if out
        }
        with show_progress("impact.progress", lang) as progress:
            found = run(request, progress=progress, files=files)
        verdict = judge_run(chosen, found)
        written = []
        if out is not None:
            for name, content in _reports(pages, found, verdict, lang).items():
                reports[name].write(content.encode())
            measured = [
                name
                for name, impact in zip(tables, found.impacts, strict=True)
                if impact.verdict == "measured"
            ]
            written = [one_line(str(out / name)) for name in (*reports, *measured)]
        # before the files get their names: with status 2, nothing is written
        write(_page(found, verdict, format_, lang, written))
    nobody = any(impact.segments and impact.is_all_rejected for impact in found.impacts)
    return EXIT_FAILED if verdict.outcome == "fail" or nobody else EXIT_OK


def _check_folder(out: Path, rules: "Sequence[str]") -> None:
    """Raise `InvalidInput` SY701 for a folder of reports that is a book, or inside one."""
    real = out.resolve()
    books = [Path(name).resolve() for name in rules if (Path(name) / "book.yaml").is_file()]
    if (real / "book.yaml").is_file() or any(real.is_relative_to(book) for book in books):
        what = f"--out {out} is in the folder of a book"
        raise InvalidInput([Problem("SY701", what, expected="a folder for the reports only")])


def _file_endings(cases: "Sequence[Case]") -> list[str]:
    """Return what the names of files of each case end with; nothing for the first."""
    return ["", *(f"-{case.name}" for case in cases[1:])]


def _page(
    run: "DryRun",
    verdict: "RunVerdict",
    form: ImpactFormat,
    language: "Language",
    written: "Sequence[str]" = (),
) -> str:
    if form == "json":
        from steelyard.dry_run.report.guardrails import verdict_json
        from steelyard.dry_run.report.json import dry_run_json

        guardrails = [verdict_json(one) for one in verdict.verdicts]
        return dry_run_json(run, verdict.outcome, guardrails)
    from steelyard.dry_run.report.text import dry_run_markdown, dry_run_text

    if form == "markdown":
        return dry_run_markdown(run, verdict, language)
    from steelyard.report.wording.messages import say
    from steelyard.report.wording.values import listed

    page = dry_run_text(run, verdict, language)
    if written:
        page += "\n" + say("impact.written", language, list=listed(written, language)) + "\n"
    return page


def _reports(
    pages: "Sequence[str]", run: "DryRun", verdict: "RunVerdict", language: "Language"
) -> dict[str, str]:
    """Return the content of every report by its file's name; `pages` has the page of each case."""
    from steelyard.dry_run.report.guardrails import case_label
    from steelyard.dry_run.report.heading import Heading
    from steelyard.dry_run.report.page import GuardrailLine, impact_page

    heading = Heading(run, verdict, language)
    lines = [GuardrailLine(one.outcome, line) for one, line in heading.guardrails]
    names = [case_label(impact.case, language) for impact in run.impacts]
    links = list(zip(names, pages, strict=True))
    contents: dict[str, str] = {}
    for impact, page in zip(run.impacts, pages, strict=True):
        others = [link for link in links if link[1] != page]
        contents[page] = impact_page(impact, lines, language, heading, others)
    summaries = (_page(run, verdict, form, language) for form in ("markdown", "json"))
    return contents | dict(zip(SUMMARIES, summaries, strict=True))
