"""`steelyard test`."""

from typing import Annotated

import typer

from steelyard.cli.exits import EXIT_FAILED, EXIT_OK
from steelyard.cli.inputs import check_book_folder, read_share
from steelyard.cli.options import BookArgument, TextFormat
from steelyard.cli.output import say, write
from steelyard.cli.progress import progress_bar
from steelyard.cli.speech import language, translated
from steelyard.errors import InvalidInput, Problem


def run_cases(
    book: BookArgument,
    format_: TextFormat = "text",
    *,
    case: Annotated[
        list[str] | None,
        typer.Option("--case", metavar="NAME", help="Run only the cases of this name."),
    ] = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Report the parts of the rules that no case touches.")
    ] = False,
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Report the small edits of rules that no case notices.")
    ] = False,
    at_least: Annotated[
        str | None,
        typer.Option(
            "--at-least",
            metavar="SHARE",
            help="With --mutate: exit 1 if the cases notice a smaller share of the edits.",
        ),
    ] = None,
) -> int:
    """Run the test cases of a book's rulesets."""
    from steelyard.report.json import to_text
    from steelyard.testing import cover_book, mutate_book, test_book
    from steelyard.testing.text import report_json, report_text

    folder = check_book_folder(book)
    if at_least is not None and not mutate:
        what = "--at-least is a share of mutants, and there are none without --mutate"
        raise InvalidInput([Problem("SY701", what, fix="add --mutate")])
    if case and (coverage or mutate):
        what = "--coverage and --mutate concern all cases of a book"
        raise InvalidInput([Problem("SY701", what, fix="leave out --case")])
    min_share = None if at_least is None else read_share(at_least, "--at-least")
    covered = cover_book(folder) if coverage else None
    mutated = None
    if mutate:
        with progress_bar(translated("mutants")) as progress:
            mutated = mutate_book(folder, progress)
    report = (
        covered.cases if covered else mutated.cases if mutated else test_book(folder, case or ())
    )
    status = EXIT_FAILED if report.failed else EXIT_OK
    if mutated is not None and report.failed:
        say(f"{book}: no mutant is tried while a case fails")
    elif mutated is not None and min_share is not None and not mutated.reaches(min_share):
        say(f"{book}: less than {at_least} of the mutants are noticed")
        status = EXIT_FAILED
    if format_ == "json":
        write(to_text(report_json(report, covered, mutated)))
    else:
        write(report_text(str(book), report, covered, mutated, language=language()))
    return status
