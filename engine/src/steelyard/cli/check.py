"""`steelyard check`."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

import typer

from steelyard.cli.exits import EXIT_FAILED, EXIT_OK
from steelyard.cli.inputs import check_book_folder
from steelyard.cli.options import BookArgument
from steelyard.cli.output import write
from steelyard.cli.speech import language, translated


def check(
    book: BookArgument,
    format_: Annotated[
        Literal["text", "json", "sarif"],
        typer.Option("--format", help="Text, JSON, or SARIF 2.1.0."),
    ] = "text",
) -> int:
    """Check a book: its files, the selection of rulesets, every plan, certifications, dispatch."""
    from steelyard import __version__
    from steelyard.compiler.selections import check_book
    from steelyard.errors.output import problems_text
    from steelyard.errors.sarif import problems_sarif
    from steelyard.programme.checking import check_programme
    from steelyard.report.json import to_data, to_text

    folder = check_book_folder(book)
    problems = (*check_book(folder), *check_programme(folder))
    if format_ == "json":
        write(to_text({"problems": to_data(problems)}))
    elif format_ == "sarif":
        files = {problem.place.file for problem in problems if problem.place is not None}
        uris = {file: _uri(book / file) for file in sorted(files) if (book / file).is_file()}
        write(to_text(problems_sarif(problems, __version__, uris)))
    else:
        write(problems_text(problems, language()) or translated(f"{book}: no problems") + "\n")
    failed = any(problem.severity == "error" for problem in problems)
    return EXIT_FAILED if failed else EXIT_OK


def _uri(file: Path) -> str:
    """Return a file's path from the folder of the command, as alerts beside lines need it.

    A file elsewhere has an absolute URI.
    """
    path = file.resolve()
    if path.is_relative_to(Path.cwd()):
        return quote(path.relative_to(Path.cwd()).as_posix())
    return path.as_uri()
