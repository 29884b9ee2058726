"""`steelyard dry-run`: the impact of a change of rules on a population."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from steelyard.cli.diff import RULES
from steelyard.cli.exits import EXIT_FAILED, EXIT_OK
from steelyard.cli.inputs import read_day
from steelyard.cli.options import AsOf, Lang, Scene
from steelyard.cli.output import say, write
from steelyard.cli.progress import show_progress
from steelyard.errors.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steelyard.dry_run.guardrails import Verdict
    from steelyard.dry_run.impact.model import Impact
    from steelyard.model.texts import Language


ImpactFormat = Literal["table", "json", "markdown"]
REPORTS = ("report.html", "report.md", "impact.json")
MERCHANTS = "merchants.parquet"


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
    as_of: AsOf,
    as_of_candidate: Annotated[
        str | None,
        typer.Option(
            "--as-of-candidate", metavar="DATE", help="The day on the candidate's side, if another."
        ),
    ] = None,
    scene: Scene = None,
    guardrails: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Conditions on the impact; one that fails gives status 1."
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
    format_: Annotated[
        ImpactFormat, typer.Option("--format", help="A page for people, JSON or Markdown.")
    ] = "table",
    lang: Lang = "en",
    *,
    attribution: Annotated[
        bool,
        typer.Option(
            "--attribution/--no-attribution", help="Compute the contribution of each edit."
        ),
    ] = True,
) -> int:
    """Compare two states of the rules on one population, before the change takes effect."""
    from steelyard.dry_run.guardrails import read_guardrails
    from steelyard.dry_run.runs import DryRunRequest, run
    from steelyard.formats.files import AtomicFiles
    from steelyard.report.wording.messages import say as phrase

    if out is not None:
        from steelyard.dry_run.report.drawing import drawing_library

        drawing_library()  # if it is missing, the run fails before any merchant is scored
    rules = None if guardrails is None else read_guardrails(guardrails)
    request = DryRunRequest(
        live=live,
        candidate=candidate,
        merchants=merchants,
        as_of=read_day(as_of),
        as_of_candidate=None if as_of_candidate is None else read_day(as_of_candidate),
        scene=scene,
        by=by or (),
        shown=shown,
        weight=weight,
        attribution=attribution,
        merchants_out=None if out is None else out / MERCHANTS,
    )
    with AtomicFiles([] if guardrails is None else [guardrails]) as files:
        # opened before the run, so that it does not end in vain
        reports = {name: files.open(out / name, folder=out, make=True) for name in REPORTS if out}
        with show_progress("impact.progress", lang) as progress:
            impact = run(request, progress=progress, files=files)
        verdicts: Sequence[Verdict] = ()
        if rules is not None:
            from steelyard.dry_run.guardrails import judge_impact

            verdicts = judge_impact(rules, impact)
            if impact.verdict != "measured":
                say(phrase("impact.not_judged", lang))
        written = []
        if out is not None:
            for name, content in _reports(impact, verdicts, lang).items():
                reports[name].write(content.encode())
            measured = (MERCHANTS,) if impact.verdict == "measured" else ()
            written = [one_line(str(out / name)) for name in (*reports, *measured)]
        # before the files get their names: with status 2, nothing is written
        write(_impact(impact, verdicts, format_, lang, written))
    if impact.segments and impact.total.count("rejected", "rejected") == impact.total.merchants:
        return EXIT_FAILED
    return EXIT_FAILED if any(verdict.outcome == "fail" for verdict in verdicts) else EXIT_OK


def _impact(
    impact: "Impact",
    verdicts: "Sequence[Verdict]",
    form: ImpactFormat,
    language: "Language",
    written: "Sequence[str]" = (),
) -> str:
    from steelyard.dry_run.report.guardrails import verdict_json, verdict_line

    if form == "json":
        from steelyard.dry_run.report.json import impact_text_json

        return impact_text_json(impact, [verdict_json(verdict) for verdict in verdicts])
    from steelyard.dry_run.report.text import impact_markdown, impact_text

    lines = [verdict_line(verdict, language) for verdict in verdicts]
    if form == "markdown":
        return impact_markdown(impact, lines, language)
    from steelyard.report.wording.messages import say
    from steelyard.report.wording.values import listed

    page = impact_text(impact, lines, language)
    if written:
        page += "\n" + say("impact.written", language, list=listed(written, language)) + "\n"
    return page


def _reports(
    impact: "Impact", verdicts: "Sequence[Verdict]", language: "Language"
) -> dict[str, str]:
    """Return the content of every report by its file's name."""
    from steelyard.dry_run.report.guardrails import verdict_line
    from steelyard.dry_run.report.page import GuardrailLine, impact_page

    lines = [
        GuardrailLine(verdict.outcome, verdict_line(verdict, language)) for verdict in verdicts
    ]
    pages = (
        impact_page(impact, lines, language),
        _impact(impact, verdicts, "markdown", language),
        _impact(impact, verdicts, "json", language),
    )
    return dict(zip(REPORTS, pages, strict=True))
