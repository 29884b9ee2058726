"""`steelyard score` for files of a few merchants: one page for each merchant."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from steelyard.cli.exits import EXIT_FAILED, EXIT_OK
from steelyard.cli.inputs import read_day
from steelyard.cli.output import say as say_diagnostic
from steelyard.cli.output import say_problems, write
from steelyard.errors import InvalidInput, Problem
from steelyard.model.texts import Language

if TYPE_CHECKING:
    from steelyard.pipeline import MerchantResult
    from steelyard.scoring.merchants import FileScores

RULE = "─" * 72


def score_merchants(
    files: Sequence[Path],
    *,
    as_of: str,
    rules: Path,
    scene: str | None,
    form: Literal["table", "json"],
    language: Language,
) -> int:
    """Score the merchants of some files, write the results, return the exit code."""
    scored = score_and_report(files, as_of=as_of, rules=rules, scene=scene)
    if form == "json":
        from steelyard.report.json import to_text

        data = [_result_json(result) for result in scored.results]
        write(to_text(data if scored.several else data[0]))
    else:
        _write_tables(scored, language)
    return EXIT_FAILED if scored.rejected else EXIT_OK


def score_and_report(
    files: Sequence[Path], *, as_of: str, rules: Path, scene: str | None
) -> "FileScores":
    """Score, and report every rejected merchant on stderr."""
    day = read_day(as_of)
    from steelyard.scoring.merchants import score_files

    scored = score_files(files, book=rules, as_of=day, scene=scene)
    if not scored.results:
        raise InvalidInput([Problem("SY601", "the files hold no merchants")])
    for result in scored.results:
        if result.reject is not None:
            if scored.several:
                say_diagnostic(f"rejected: {result.merchant}")
            say_problems(result.reject.problems)
    return scored


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
