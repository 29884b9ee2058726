"""`steelyard score` and `steelyard explain`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steelyard.cli.options import AsOf, BookOption, Lang, Language_, Scene, TableOrJson
from steelyard.cli.output import write
from steelyard.cli.scores import RULE, score_and_report, score_merchants
from steelyard.cli.statuses import FINE, NO, WRONG
from steelyard.errors import InvalidInput, Problem
from steelyard.model.texts import Language

if TYPE_CHECKING:
    from steelyard.explain import Branch
    from steelyard.pipeline import Result
    from steelyard.scorecard import Scorecard
    from steelyard.scoring import Scored


class TreeOrJson(StrEnum):
    """How an explanation is written."""

    tree = "tree"
    json = "json"


Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="Merchant files, YAML or JSON.")]


def score(
    files: Files,
    as_of: AsOf,
    book: BookOption = None,
    scene: Scene = None,
    format_: Annotated[
        TableOrJson, typer.Option("--format", help="A page for people, or JSON.")
    ] = TableOrJson.table,
    lang: Language_ = Lang.en,
) -> int:
    """Score the merchants of some files."""
    return score_merchants(
        files, as_of=as_of, book=book, scene=scene, form=format_.value, language=lang.value
    )


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
    from steelyard.explain import tree_json, tree_text
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


def _chosen(scored: "Scored", merchant: str | None) -> list["Result"]:
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
    from steelyard.explain import explain as explain_all
    from steelyard.explain import explain_item

    if item is None:
        return explain_all(card, language)
    branch = explain_item(card, item, language)
    if branch is None:
        names = [one.id for one in (*card.items, *card.deductions)]
        what = f"the rules for {card.merchant} have no item called {item!r}"
        expected = f"one of {', '.join(names) or 'none'}"
        raise InvalidInput([Problem("SY703", what, expected=expected, fix=suggest(item, names))])
    return branch
