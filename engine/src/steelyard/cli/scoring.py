"""`steelyard score` and `steelyard explain`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steelyard.cli.options import AsOf, BookOption, Lang, Language_, Scene, TableOrJson
from steelyard.cli.output import write
from steelyard.cli.populations import Asked, is_population, score_sources
from steelyard.cli.scores import RULE, score_and_report, score_merchants
from steelyard.cli.statuses import FINE, NO, WRONG
from steelyard.errors import InvalidInput, Problem
from steelyard.model.texts import Language

if TYPE_CHECKING:
    from steelyard.pipeline import MerchantResult
    from steelyard.report.explanation import Branch
    from steelyard.scorecard import Scorecard
    from steelyard.scoring.merchants import FileScores


class TreeOrJson(StrEnum):
    """How an explanation is written."""

    tree = "tree"
    json = "json"


class InputFormat(StrEnum):
    """What standard input holds."""

    jsonl = "jsonl"
    csv = "csv"
    parquet = "parquet"


class Engine(StrEnum):
    """What carries a population."""

    local = "local"
    spark = "spark"


Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE…",
        help="Merchant files (YAML, JSON), or a population: JSON Lines, CSV or Parquet files, "
        "folders, globs; - is standard input.",
    ),
]


def score(
    sources: Sources,
    as_of: AsOf,
    book: BookOption = None,
    scene: Scene = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write a row a merchant to FILE.parquet, .jsonl or .csv, and rejects to a file "
            "beside it; - is JSON Lines on standard output.",
        ),
    ] = None,
    items: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the long form, a row an item, to FILE."),
    ] = None,
    input_format: Annotated[
        InputFormat | None,
        typer.Option(
            "--input-format", help="What standard input holds, if its first bytes do not tell."
        ),
    ] = None,
    format_: Annotated[
        TableOrJson, typer.Option("--format", help="A page for people, or JSON.")
    ] = TableOrJson.table,
    lang: Language_ = Lang.en,
    engine: Annotated[
        Engine, typer.Option(help="What carries a population: this process, or Spark.")
    ] = Engine.local,
    master: Annotated[
        str, typer.Option(metavar="URL", help="The Spark master, for --engine spark.")
    ] = "local[*]",
) -> int:
    """Score the merchants of some files, or a whole population."""
    if engine is Engine.local and not is_population(sources, out=out, items=items):
        return score_merchants(
            [Path(source) for source in sources],
            as_of=as_of,
            book=book,
            scene=scene,
            form=format_.value,
            language=lang.value,
        )
    asked = Asked(
        sources=sources,
        as_of=as_of,
        book=book,
        scene=scene,
        out=out,
        items=items,
        text_format=None if input_format is None else input_format.value,
        form=format_.value,
        language=lang.value,
    )
    if engine is Engine.spark:
        from steelyard.cli.spark import score_on_spark

        return score_on_spark(asked, master)
    return score_sources(asked)


def explain(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A merchant file, YAML or JSON.")],
    as_of: AsOf,
    book: BookOption = None,
    scene: Scene = None,
    merchant: Annotated[
        str | None, typer.Option("--merchant", metavar="NAME", help="Only this merchant.")
    ] = None,
    item: Annotated[
        str | None, typer.Option("--item", metavar="ID", help="Only this item or deduction.")
    ] = None,
    format_: Annotated[
        TreeOrJson, typer.Option("--format", help="A tree for people, or JSON.")
    ] = TreeOrJson.tree,
    lang: Language_ = Lang.en,
) -> int:
    """Explain a score: every part, cap and requirement."""
    from steelyard.report.explanation import tree_json, tree_text
    from steelyard.report.json import to_text
    from steelyard.report.table import head_lines

    scored = score_and_report([file], as_of=as_of, book=book, scene=scene)
    results = _chosen(scored, merchant)
    cards = [result.scorecard for result in results if result.scorecard is not None]
    if not cards:
        return WRONG
    language = lang.value
    explained = [(card, _branch(card, item, language)) for card in cards]
    if format_ is TreeOrJson.json:
        data = [
            {"merchant": card.merchant, "as_of": card.as_of.isoformat(), **tree_json(branch)}
            for card, branch in explained
        ]
        several = scored.several and merchant is None
        write(to_text(data if several else data[0]))
    else:
        pages = [
            "".join(f"{line}\n" for line in [*head_lines(card, language), ""]) + tree_text(branch)
            for card, branch in explained
        ]
        write(f"\n{RULE}\n\n".join(pages))
    return NO if len(cards) < len(results) else FINE


def _chosen(scored: "FileScores", merchant: str | None) -> list["MerchantResult"]:
    from steelyard.errors import suggest

    if merchant is None:
        return list(scored.results)
    chosen = [result for result in scored.results if result.merchant == merchant]
    if not chosen:
        names = [result.merchant for result in scored.results]
        what = f"the file has no merchant called {merchant!r}"
        raise InvalidInput([Problem("SY703", what, fix=suggest(merchant, names))])
    return chosen


def _branch(card: "Scorecard", item: str | None, language: Language) -> "Branch":
    from steelyard.errors import suggest
    from steelyard.report.explanation import explain as explain_all
    from steelyard.report.explanation import explain_item

    if item is None:
        return explain_all(card, language)
    branch = explain_item(card, item, language)
    if branch is None:
        names = [one.id for one in (*card.items, *card.deductions)]
        what = f"the rules for {card.merchant} have no item called {item!r}"
        expected = f"one of {', '.join(names) or 'none'}"
        raise InvalidInput([Problem("SY703", what, expected=expected, fix=suggest(item, names))])
    return branch
