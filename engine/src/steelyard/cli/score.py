"""`steelyard score`."""

import glob
import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from steelyard.cli.inputs import find_rules
from steelyard.cli.options import (
    AsOf,
    BookOption,
    EncodingOption,
    Lang,
    MerchantName,
    PageFormat,
    RulesOption,
    Scene,
    SheetName,
)
from steelyard.cli.score_merchants import score_merchants
from steelyard.cli.score_population import (
    ONE_BY_ONE,
    PopulationRequest,
    is_population,
    score_population,
)
from steelyard.errors import InvalidInput, Problem

Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE…",
        help="Merchant files (YAML, JSON), or a population: JSON Lines, CSV, Parquet or .xlsx "
        "files, folders, globs; - is standard input.",
    ),
]


def score(
    sources: Sources,
    as_of: AsOf,
    book: BookOption = None,
    rules: RulesOption = None,
    scene: Scene = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write one row per merchant to FILE.parquet, .jsonl, .csv or .xlsx, and rejects "
            "to a file next to it; - is JSON Lines on standard output.",
        ),
    ] = None,
    items: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the long form, one row per item, to FILE."),
    ] = None,
    input_format: Annotated[
        Literal["jsonl", "csv", "parquet", "xlsx", "yaml", "json"] | None,
        typer.Option(
            "--input-format", help="The format of standard input; default: by its first bytes."
        ),
    ] = None,
    encoding: EncodingOption = None,
    sheet: SheetName = None,
    merchant: MerchantName = None,
    format_: PageFormat = "table",
    lang: Lang = "en",
    engine: Annotated[
        Literal["local", "spark"],
        typer.Option(help="Score a population in this process, or on Spark."),
    ] = "local",
    master: Annotated[
        str, typer.Option(metavar="URL", help="The Spark master, for --engine spark.")
    ] = "local[*]",
    *,
    spreadsheet: Annotated[
        bool,
        typer.Option(
            "--spreadsheet",
            help="Write CSV for a spreadsheet: an apostrophe before names that are formulas there.",
        ),
    ] = False,
) -> int:
    """Score the merchants of some files, or a whole population."""
    sources = _expanded(sources)
    population = spreadsheet or encoding or is_population(sources, out=out, items=items)
    if merchant is not None and (spreadsheet or out or items or engine == "spark"):
        what = "--merchant shows the score of one merchant, which is not written to a file"
        raise InvalidInput([Problem("SY701", what, fix="say only one of the two")])
    if merchant is not None or (engine == "local" and not population):
        return score_merchants(
            sources,
            as_of=as_of,
            rules=find_rules(book, rules),
            scene=scene,
            merchant=merchant,
            sheet=sheet,
            encoding=encoding,
            form=format_,
            language=lang,
        )
    request = PopulationRequest(
        sources=sources,
        as_of=as_of,
        rules=find_rules(book, rules),
        scene=scene,
        out=out,
        items=items,
        spreadsheet=spreadsheet,
        text_format=input_format,
        encoding=encoding,
        sheet=sheet,
        form=format_,
        language=lang,
    )
    if engine == "spark":
        from steelyard.cli.score_on_spark import score_on_spark

        return score_on_spark(request, master)
    return score_population(request)


def _expanded(sources: list[str]) -> list[str]:
    """Return the sources with the files of globs of merchant files, which are scored one by one."""
    found: list[str] = []
    for source in sources:
        is_glob = Path(source).suffix.lower() in ONE_BY_ONE and not os.path.lexists(source)
        found += (is_glob and sorted(glob.glob(source, recursive=True))) or [source]  # noqa: PTH207 - absolute too
    return found
