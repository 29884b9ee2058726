"""`steelyard lock`."""

from typing import TYPE_CHECKING, Annotated

import typer

from steelyard.cli.exits import EXIT_FAILED, EXIT_OK, EXIT_USAGE
from steelyard.cli.inputs import check_book_folder, read_day
from steelyard.cli.options import BookArgument, Processes
from steelyard.cli.output import counted, say_problems, write
from steelyard.cli.speech import translated
from steelyard.errors import InvalidInput

if TYPE_CHECKING:
    from steelyard.book.lock import Lock

REFUSALS = ("SY323", "SY324", "SY328", "SY329", "SY340")
"""Codes of rules that are well-formed, and yet may not be locked or released."""


def lock(
    book: BookArgument,
    *,
    renew: Annotated[
        bool,
        typer.Option(
            "--renew", help="Also lock versions that were edited, and remove those that are gone."
        ),
    ] = False,
    through: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="The last day whose scores are given; rules of earlier days are then final.",
        ),
    ] = None,
    processes: Processes = 16,
) -> int:
    """Lock the released versions and plans of a book, so that `check` reports later changes."""
    from steelyard.book.lock import FILE
    from steelyard.compiler.release import lock_book
    from steelyard.formats.files import AtomicFiles

    folder = check_book_folder(book)
    day = None if through is None else read_day(through)
    try:
        with AtomicFiles() as files:
            locked = lock_book(folder, renew=renew, through=day, processes=processes, files=files)
            said = translated(f"{book / FILE}: {_listed(locked)}, {locked.new} of them new")
            write(f"{said}\n")
    except InvalidInput as error:
        say_problems(error.problems)
        return refusal(error)
    return EXIT_OK


def refusal(error: InvalidInput) -> int:
    """Return the exit code for rules that may not be locked or released."""
    refused = all(problem.code in REFUSALS for problem in error.problems)
    return EXIT_FAILED if refused else EXIT_USAGE


def _listed(locked: "Lock") -> str:
    parts = (
        counted(len(locked.rulesets), "version"),
        counted(len(locked.facts), "fact"),
        counted(len(locked.plans), "plan"),
    )
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
