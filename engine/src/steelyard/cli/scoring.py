"""`steelyard score` and `steelyard explain`."""

from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from steelyard.cli.options import (
    AsOf,
    BookOption,
    Lang,
    Language_,
    Scene,
    TableOrJson,
    find_book,
    language,
    read_day,
)
from steelyard.cli.output import say_problems, write
from steelyard.cli.output import say as say_diagnostic
from steelyard.cli.running import FINE, NO, WRONG
from steelyard.errors import InvalidInput, Problem
from steelyard.model.texts import Language

if TYPE_CHECKING:
    from steelyard.pipeline import Result
    from steelyard.scorecard import Scorecard
    from steelyard.scoring import Scored

RULE = "─" * 72


class TreeOrJson(str, Enum):
    """How an explanation is written."""

    tree = "tree"
    json = "json"


Files = Annotated[
    list[Path], typer.Argument(metavar="FILE…", help="Merchant files, YAML or JSON.")
]


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
    scored = _score(files, as_of, book, scene)
    if scored.scored == 0:
        return WRONG
    if format_ is TableOrJson.json:
        _write_json(scored)
    else:
        _write_tables(scored, language(lang))
    return NO if scored.rejected else FINE


def _score(files: Sequence[Path], as_of: str, book: Path | None, scene: str | None) -> "Scored":
    """Score, and name on stderr every merchant that was rejected."""
    from steelyard.scoring import score_files

    scored = score_files(files, book=find_book(book), as_of=read_day(as_of), scene=scene)
    if not scored.results:
        raise InvalidInput([Problem("SY601", "the files hold no merchants")])
    for result in scored.results:
        if result.reject is not None:
            if scored.several:
                say_diagnostic(f"rejected: {result.merchant}")
            say_problems(result.reject.problems)
    return scored


def _write_json(scored: "Scored") -> None:
    from steelyard.report.json import to_text

    data = [_result_json(result) for result in scored.results]
    write(to_text(data if scored.several else data[0]))


def _result_json(result: "Result") -> dict[str, Any]:
    from steelyard.report.json import rejection_json, scorecard_json

    if result.scorecard is not None:
        return scorecard_json(result.scorecard)
    problems = result.reject.problems if result.reject else ()
    return rejection_json(result.merchant, problems)


def _write_tables(scored: "Scored", lang: Language) -> None:
    from steelyard.report.table import score_table
    from steelyard.wording import say

    cards = [result.scorecard for result in scored.results if result.scorecard is not None]
    pages = [score_table(card, lang) for card in cards]
    if scored.several:
        unscored = sum(card.score is None for card in cards)
        pages.append(
            say(
                "counts", lang, merchants=str(len(scored.results)),
                scored=str(len(cards) - unscored), unscored=str(unscored),
                rejected=str(scored.rejected),
            )
            + "\n"
        )  # fmt: skip
    write(f"\n{RULE}\n\n".join(pages))


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

    scored = _score([file], as_of, book, scene)
    results = _chosen(scored, merchant)
    cards = [result.scorecard for result in results if result.scorecard is not None]
    if not cards:
        return WRONG
    branches = [_branch(card, item, language(lang)) for card in cards]
    if format_ is TreeOrJson.json:
        data = [
            {"merchant": card.merchant, "as_of": card.as_of.isoformat(), **tree_json(branch)}
            for card, branch in zip(cards, branches, strict=True)
        ]
        several = scored.several and merchant is None
        write(to_text(data if several else data[0]))
    else:
        from steelyard.report.table import head_lines

        pages = [
            "".join(f"{line}\n" for line in head_lines(card, language(lang)))
            + "\n"
            + tree_text(branch)
            for card, branch in zip(cards, branches, strict=True)
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


def _branch(card: "Scorecard", item: str | None, lang: Language) -> Any:  # noqa: ANN401 - lazily imported
    from steelyard.errors import suggest
    from steelyard.explain import explain as explain_all
    from steelyard.explain import explain_item

    if item is None:
        return explain_all(card, lang)
    branch = explain_item(card, item, lang)
    if branch is None:
        names = [one.id for one in (*card.items, *card.deductions)]
        what = f"the rules for {card.merchant} have no item called {item!r}"
        expected = f"one of {', '.join(names) or 'none'}"
        raise InvalidInput([Problem("SY703", what, expected=expected, fix=suggest(item, names))])
    return branch
