"""`steelyard certify check`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from steelyard.cli.application import Application
from steelyard.cli.exits import EXIT_FAILED, EXIT_OK
from steelyard.cli.inputs import files_of, find_book, read_day
from steelyard.cli.options import BookOption, Lang, OutFile
from steelyard.cli.output import say, say_problems, write_to
from steelyard.errors import InvalidInput, Problem
from steelyard.model.limits import MAX_ROW_PROBLEMS

if TYPE_CHECKING:
    from steelyard.programme.tables import RejectedRow

app = Application(
    help="The certifications of service staff.", no_args_is_help=True, rich_markup_mode=None
)
MAX_SHOWN_REJECTS = 5


@app.callback()
def certify() -> None:
    """Check the certifications of service staff."""


@app.command()
def check(
    holders: Annotated[
        Path,
        typer.Argument(metavar="HOLDERS", help="Holders: CSV, Parquet, JSON, JSON Lines or YAML."),
    ],
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="The day asked for, YYYY-MM-DD.")
    ],
    book: BookOption = None,
    format_: Annotated[
        Literal["table", "json", "csv", "parquet"],
        typer.Option("--format", help="A table for people, JSON, CSV or Parquet."),
    ] = "table",
    out: OutFile = None,
    lang: Lang = "en",
) -> int:
    """Show for each holder whether the certification holds, until when, and what is missing."""
    day, folder = read_day(as_of), find_book(book)
    from steelyard.book import read_book
    from steelyard.programme.certification import judge, read_certifications, read_holders
    from steelyard.programme.certification.text import (
        counts_text,
        states_bytes,
        states_json,
        states_table,
    )

    if format_ == "parquet" and out is None:
        what = "Parquet is not written to a terminal"
        raise InvalidInput([Problem("SY701", what, fix="name a file: --out FILE.parquet")])
    certifications = read_certifications(read_book(folder))
    found = read_holders(holders, certifications, day)
    states = [judge(holder, certifications, day) for holder in found.holders]
    if format_ == "table":
        content: str | bytes = states_table(states, found, lang)
    elif format_ == "json":
        content = states_json(states, found, day)
    else:
        content = states_bytes(states, format_)
    say_rejects(found.rejects)
    write_to(out, content, [*files_of(folder), holders])
    if format_ in ("csv", "parquet"):
        say(counts_text(states, found, lang))
    return EXIT_FAILED if found.rejects else EXIT_OK


def say_rejects(rejects: "Sequence[RejectedRow]") -> None:
    """Write the problems of the first rejected rows as diagnostics."""
    for reject in rejects[:MAX_SHOWN_REJECTS]:
        say(f"rejected: {reject.id or f'row {reject.number}'}")
        say_problems(reject.problems[:MAX_ROW_PROBLEMS])
    if more := len(rejects[MAX_SHOWN_REJECTS:]):
        say(f"and {more:,} more rejected rows")
