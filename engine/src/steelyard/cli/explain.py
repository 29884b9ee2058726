"""`steelyard explain`."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from steelyard.cli.exits import EXIT_FAILED, EXIT_OK
from steelyard.cli.inputs import find_rules
from steelyard.cli.options import (
    AsOf,
    BookOption,
    EncodingOption,
    Lang,
    MerchantName,
    RulesOption,
    Scene,
    SheetName,
)
from steelyard.cli.output import write
from steelyard.cli.score_merchants import RULE, score_and_report
from steelyard.errors import InvalidInput, Problem, suggest
from steelyard.model.texts import Language

if TYPE_CHECKING:
    from steelyard.report.explanation import Branch
    from steelyard.scorecard import Scorecard


def explain(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A merchant file, YAML or JSON, or a population with --merchant."
        ),
    ],
    as_of: AsOf,
    book: BookOption = None,
    rules: RulesOption = None,
    scene: Scene = None,
    merchant: MerchantName = None,
    sheet: SheetName = None,
    encoding: EncodingOption = None,
    item: Annotated[
        str | None, typer.Option("--item", metavar="ID", help="Only this item or deduction.")
    ] = None,
    format_: Annotated[
        Literal["tree", "json"], typer.Option("--format", help="A tree for people, or JSON.")
    ] = "tree",
    lang: Lang = "en",
) -> int:
    """Explain a score: every part, cap and requirement."""
    from steelyard.report.explanation import tree_json, tree_text
    from steelyard.report.json import to_text
    from steelyard.report.table import head_lines

    scored = score_and_report(
        [file],
        as_of=as_of,
        rules=find_rules(book, rules),
        scene=scene,
        merchant=merchant,
        sheet=sheet,
        encoding=encoding,
    )
    results = scored.results
    cards = [result.scorecard for result in results if result.scorecard is not None]
    if not cards:
        return EXIT_FAILED
    language = lang
    explained = [(card, _branch(card, item, language)) for card in cards]
    if format_ == "json":
        data = [
            {"merchant": card.merchant, "as_of": card.as_of.isoformat(), **tree_json(branch)}
            for card, branch in explained
        ]
        write(to_text(data if scored.several else data[0]))
    else:
        pages = [
            "".join(f"{line}\n" for line in [*head_lines(card, language), ""]) + tree_text(branch)
            for card, branch in explained
        ]
        write(f"\n{RULE}\n\n".join(pages))
    return EXIT_FAILED if len(cards) < len(results) else EXIT_OK


def _branch(card: "Scorecard", item: str | None, language: Language) -> "Branch":
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
