"""`steelyard score` for files of a few merchants: one page for each merchant."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from steelyard.cli.exits import EXIT_FAILED, EXIT_OK
from steelyard.cli.inputs import read_day
from steelyard.cli.output import say as say_diagnostic
from steelyard.cli.output import say_problems, write
from steelyard.cli.score_population import is_population
from steelyard.errors import InvalidInput, Problem, suggest
from steelyard.model.texts import Language

if TYPE_CHECKING:
    from steelyard.pipeline import MerchantResult
    from steelyard.scoring.merchants import FileScores

RULE = "─" * 72


def score_merchants(
    files: Sequence[str],
    *,
    as_of: str,
    rules: Path,
    scene: str | None,
    merchant: str | None,
    sheet: str | None,
    encoding: str | None,
    form: Literal["table", "json"],
    language: Language,
) -> int:
    """Score the merchants of some files, write the results, return the exit code."""
    scored = score_and_report(
        files,
        as_of=as_of,
        rules=rules,
        scene=scene,
        merchant=merchant,
        sheet=sheet,
        encoding=encoding,
    )
    if form == "json":
        from steelyard.report.json import to_text

        data = [_result_json(result) for result in scored.results]
        write(to_text(data if scored.several else data[0]))
    else:
        _write_tables(scored, language)
    return EXIT_FAILED if scored.rejected else EXIT_OK


def score_and_report(
    files: Sequence[str],
    *,
    as_of: str,
    rules: Path,
    scene: str | None,
    merchant: str | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
) -> "FileScores":
    """Score every merchant or the one that is named, and report rejected ones on stderr.

    Raises `InvalidInput`: SY701 for a population without a name, SY703 for an unknown name.
    """
    day = read_day(as_of)
    from steelyard.scoring.merchants import score_files, score_one

    if is_population(files, out=None, items=None):
        if merchant is None:
            what = "a population has more merchants than can be shown"
            raise InvalidInput([Problem("SY701", what, fix="name one of them: --merchant ID")])
        scored = score_one(
            files, merchant, book=rules, as_of=day, scene=scene, sheet=sheet, encoding=encoding
        )
    else:
        scored = score_files([Path(file) for file in files], book=rules, as_of=day, scene=scene)
        scored = scored if merchant is None else _only(scored, merchant)
    if not scored.results:
        raise InvalidInput([Problem("SY601", "the files hold no merchants")])
    for result in scored.results:
        if result.reject is not None:
            if scored.several:
                say_diagnostic(f"rejected: {result.merchant}")
            say_problems(result.reject.problems)
    return scored


def _only(scored: "FileScores", merchant: str) -> "FileScores":
    chosen = tuple(result for result in scored.results if result.merchant == merchant)
    if not chosen:
        names = [result.merchant for result in scored.results]
        what = f"the file has no merchant called {merchant!r}"
        raise InvalidInput([Problem("SY703", what, fix=suggest(merchant, names))])
    return replace(scored, results=chosen, several=len(chosen) > 1)


def _result_json(result: "MerchantResult") -> dict[str, Any]:
    from steelyard.report.json import rejection_json, scorecard_json

    if result.scorecard is not None:
        return scorecard_json(result.scorecard)
    problems = result.reject.problems if result.reject else ()
    return rejection_json(result.merchant, problems)


def _write_tables(scored: "FileScores", language: Language) -> None:
    from steelyard.report.table import score_table
    from steelyard.report.wording import say

    cards = [result.scorecard for result in scored.results if result.scorecard is not None]
    if not cards and not scored.several:
        return  # all there is to say stands on stderr
    pages = [score_table(card, language) for card in cards]
    if scored.several:
        unscored = sum(card.score is None for card in cards)
        counts = say(
            "counts", language, merchants=str(len(scored.results)),
            scored=str(len(cards) - unscored), unscored=str(unscored),
            rejected=str(scored.rejected),
        )  # fmt: skip
        pages.append(f"{counts}\n")
    write(f"\n{RULE}\n\n".join(pages))
