"""`steelyard lock`."""

from typing import Annotated

import typer

from steelyard.cli.exits import EXIT_FAILED, EXIT_OK, EXIT_USAGE
from steelyard.cli.inputs import check_book_folder
from steelyard.cli.options import BookArgument
from steelyard.cli.output import say_problems, write
from steelyard.errors import InvalidInput

_CHANGED = ("SY323", "SY324", "SY328")  # a locked version, fact or plugin was changed or removed


def lock(
    book: BookArgument,
    *,
    renew: Annotated[
        bool,
        typer.Option(
            "--renew", help="Also lock versions that were edited, and remove those that are gone."
        ),
    ] = False,
) -> int:
    """Lock the released versions and plugins of a book, so that `check` reports later edits."""
    from steelyard.book.lock import FILE, lock_book

    folder = check_book_folder(book)
    try:
        locked = lock_book(folder, renew=renew)
    except InvalidInput as error:
        say_problems(error.problems)
        changed = all(problem.code in _CHANGED for problem in error.problems)
        return EXIT_FAILED if changed else EXIT_USAGE
    parts = [_count(len(locked.rulesets), "version"), _count(len(locked.facts), "fact")]
    if locked.plugins:
        parts.append(_count(len(locked.plugins), "plugin"))
    listed = f"{', '.join(parts[:-1])} and {parts[-1]}"
    write(f"{book / FILE}: {listed}, {locked.new} of them new\n")
    return EXIT_OK


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
