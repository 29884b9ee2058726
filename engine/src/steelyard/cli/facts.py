"""`steelyard facts list|show|template|sample`."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import typer

from steelyard.cli.application import Application
from steelyard.cli.exits import EXIT_OK
from steelyard.cli.inputs import files_of, find_book, find_optional_book, read_day, read_share
from steelyard.cli.options import AsOf, BookOption, Lang, OutFile, TableFormat
from steelyard.cli.output import write, write_to
from steelyard.errors import InvalidInput, Problem, suggest
from steelyard.model.facts import FactDeclaration

app = Application(
    help="The facts that merchants may give.", no_args_is_help=True, rich_markup_mode=None
)

IndustryOption = Annotated[
    str | None, typer.Option("--industry", metavar="ID", help="Only facts of this industry.")
]


@app.command("list")
def list_(
    industry: IndustryOption = None,
    book: BookOption = None,
    format_: TableFormat = "table",
    lang: Lang = "en",
) -> int:
    """List the facts of the plugins and of a book."""
    from steelyard.report.facts import fact_json, facts_table
    from steelyard.report.json import to_text

    known = _known(book)
    if industry is not None:
        _check_industry(industry, known)
    facts = [
        fact
        for fact in known.values()
        if industry is None or not fact.industries or industry in fact.industries
    ]
    if format_ == "json":
        write(to_text([fact_json(fact) for fact in facts]))
    else:
        write(facts_table(facts, lang))
    return EXIT_OK


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="FACT", help="The fact's name.")],
    book: BookOption = None,
    format_: TableFormat = "table",
    lang: Lang = "en",
) -> int:
    """Show the declaration of one fact."""
    from steelyard.report.facts import fact_json, fact_page
    from steelyard.report.json import to_text

    known = _known(book)
    fact = known.get(name)
    if fact is None:
        what = f"unknown fact {name!r}"
        raise InvalidInput([Problem("SY703", what, fix=suggest(name, known))])
    if format_ == "json":
        write(to_text(fact_json(fact)))
    else:
        write(fact_page(fact, lang))
    return EXIT_OK


@app.command()
def template(
    industry: Annotated[
        str | None,
        typer.Option("--industry", metavar="ID", help="The industry; a sheet may be for all."),
    ] = None,
    book: BookOption = None,
    lang: Lang = "en",
    format_: Annotated[
        Literal["yaml", "csv", "xlsx"],
        typer.Option(
            "--format",
            help="YAML for one merchant with all facts, or a sheet with those that the rules use.",
        ),
    ] = "yaml",
    out: OutFile = None,
) -> int:
    """Write a merchant file to fill in."""
    if format_ != "yaml":
        return _write_sheet(format_, industry, find_book(book), out)
    from steelyard.report.facts import merchant_template

    if industry is None:
        what = "a merchant file is for one industry"
        raise InvalidInput([Problem("SY701", what, fix="say --industry ID")])
    known = _known(book)
    _check_industry(industry, known)
    write_to(out, merchant_template(known, industry, lang))
    return EXIT_OK


def _write_sheet(form: str, industry: str | None, folder: Path, out: Path | None) -> int:
    """Write a sheet with a column for each fact that the rules of a book use."""
    from steelyard.compiler.used_facts import used_facts
    from steelyard.pipeline import open_book
    from steelyard.report.fact_sheets import csv_template, xlsx_template

    if form == "xlsx" and out is None:
        what = "a workbook is not written to standard output"
        raise InvalidInput([Problem("SY701", what, fix="name a file: --out FILE.xlsx")])
    opened = open_book(folder)
    if industry is not None:
        _check_named(industry, opened.known.industries)
    labels = {
        "industry": opened.known.industries if industry is None else (industry,),
        "shop_type": opened.known.shop_types,
    }
    facts = used_facts(opened, industry)
    template = csv_template if form == "csv" else xlsx_template
    write_to(out, template(facts, labels), files_of(folder))
    return EXIT_OK


@app.command()
def sample(
    rows: Annotated[int, typer.Option("--n", min=0, help="How many merchants.")],
    as_of: AsOf,
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="FILE.parquet, .csv, .jsonl or .xlsx to write.")
    ],
    seed: Annotated[int, typer.Option(help="The same seed gives the same merchants.")] = 0,
    industry: Annotated[
        list[str] | None,
        typer.Option("--industry", metavar="ID", help="Only this industry; may be repeated."),
    ] = None,
    faults: Annotated[
        str,
        typer.Option(
            metavar="SHARE", help="The share of merchants with a fault that rejects them, 0 to 1."
        ),
    ] = "0",
    book: BookOption = None,
) -> int:
    """Write a synthetic population: plausible, and the same for the same seed.

    The book sets typical values in merchants/population/levels.yaml.
    """
    day, folder = read_day(as_of), find_book(book)
    share = read_share(faults, "--faults")
    from steelyard.merchants.synthetic import read_levels, write_sample
    from steelyard.merchants.synthetic import sample as draw
    from steelyard.merchants.synthetic.levels import FILE as LEVELS
    from steelyard.pipeline import open_book

    opened = open_book(folder, allow_missing_plugins=True)
    known = opened.facts
    industries, shop_types = opened.known.industries, opened.known.shop_types
    for name in industry or ():
        _check_named(name, industries)
    frames = draw(
        known,
        read_levels(folder, known, industries=industries, shop_types=shop_types),
        industries=[one for one in industries if not industry or one in industry],
        shop_types=shop_types,
        rows=rows,
        seed=seed,
        as_of=day,
        faults=Decimal(share.numerator) / share.denominator,
    )
    write_sample(frames, out, [*files_of(folder), folder / LEVELS])
    return EXIT_OK


def _known(book: Path | None) -> Mapping[str, FactDeclaration]:
    """Return the facts of the plugins, and of the book if there is one."""
    from steelyard.pipeline import open_book
    from steelyard.plugins.discovery import discover

    folder = find_optional_book(book)
    if folder is None:
        return discover().facts
    return open_book(folder, allow_missing_plugins=True).facts


def _check_industry(industry: str, known: Mapping[str, FactDeclaration]) -> None:
    declared = known.get("industry")
    names = (
        declared.values
        if declared is not None
        else tuple(sorted({name for fact in known.values() for name in fact.industries}))
    )
    _check_named(industry, names)


def _check_named(industry: str, names: Sequence[str]) -> None:
    if industry not in names:
        what = f"unknown industry {industry!r}"
        expected = f"one of {', '.join(names)}" if names else None
        fix = suggest(industry, names)
        raise InvalidInput([Problem("SY703", what, expected=expected, fix=fix)])
