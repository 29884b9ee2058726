"""`steelyard release`."""

from pathlib import Path
from typing import Annotated

import typer

from steelyard.cli.exits import EXIT_OK
from steelyard.cli.inputs import check_book_folder, files_of
from steelyard.cli.lock import refusal
from steelyard.cli.options import BookArgument, Processes
from steelyard.cli.output import counted, say_problems, write
from steelyard.cli.speech import translated
from steelyard.errors import InvalidInput


def release(
    book: BookArgument,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The bundle to write.")],
    *,
    processes: Processes = 16,
) -> int:
    """Write every plan of a book to one file, the bundle, which scores without plugins and YAML."""
    from steelyard.compiler.release import release_book
    from steelyard.formats.files import AtomicFiles
    from steelyard.plan.codec import digest_bytes

    folder = check_book_folder(book)
    try:
        with AtomicFiles(files_of(folder)) as files:
            file = files.open(out)  # before the plans are compiled, which takes a while
            released = release_book(folder, processes=processes)
            file.write(released.content)
            plans, periods = counted(released.plans, "plan"), counted(released.periods, "period")
            said = translated(f"{out}: {plans} for {periods} of kinds of merchants")
            write(f"{said}\n")
            write(f"{digest_bytes(released.content)}\n")
    except InvalidInput as error:
        say_problems(error.problems)
        return refusal(error)
    return EXIT_OK
