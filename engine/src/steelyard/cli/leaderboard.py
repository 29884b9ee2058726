"""`steelyard leaderboard`: a board from the results of a run."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import typer

from steelyard.cli.exits import EXIT_OK
from steelyard.cli.inputs import files_of, find_book, find_optional_book
from steelyard.cli.options import BookOption, Lang, OutFile
from steelyard.cli.output import write_to
from steelyard.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steelyard.book.reading import Book
    from steelyard.model.boards import Board
    from steelyard.model.texts import Language, Text
    from steelyard.programme.leaderboard.model import Leaderboard

LeaderboardFormat = Literal["table", "json", "csv", "parquet", "html"]
_FILES = (".yaml", ".yml", ".json")


def leaderboard(
    results: Annotated[
        list[str],
        typer.Argument(
            metavar="RESULTS…",
            help="Results of one run, as `score --out` writes them: Parquet, CSV or JSON Lines "
            "files, folders or globs.",
        ),
    ],
    board: Annotated[
        str,
        typer.Option(metavar="ID|FILE", help="A board of the book, or a file of a board."),
    ],
    book: BookOption = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The previous leaderboard as JSON: shows who moved, who is new and who fell off.",
        ),
    ] = None,
    format_: Annotated[
        LeaderboardFormat | None,
        typer.Option("--format", help="Default: by the extension of --out, else a table."),
    ] = None,
    out: OutFile = None,
    lang: Lang = "en",
) -> int:
    """Make a leaderboard from the results of a run: places, reasons, movement, and a digest."""
    form = format_ or _form_of(out)
    if form == "parquet" and out is None:
        what = "--format parquet needs a file to write to"
        raise InvalidInput([Problem("SY701", what, fix="say --out FILE.parquet")])
    known = _book_of(board, book)
    chosen = _board_of(board, known)
    from steelyard.programme.leaderboard.data import read_previous
    from steelyard.programme.leaderboard.making import make_leaderboard
    from steelyard.programme.results import find_results

    found = find_results(results)
    before = None if previous is None else read_previous(previous, chosen)
    made = make_leaderboard(found, chosen, before)
    reads = [*found.paths, *([previous] if previous else [])]
    reads += files_of(known.folder) if known else []
    reads += [Path(board)] if _is_file(board) else []
    write_to(out, _content(made, form, lang, _labels(known)), reads)
    return EXIT_OK


def _form_of(out: Path | None) -> LeaderboardFormat:
    ending = "" if out is None else out.suffix.lower().removeprefix(".")
    return next((form for form in get_args(LeaderboardFormat) if form == ending), "table")


def _is_file(board: str) -> bool:
    return Path(board).suffix.lower() in _FILES


def _book_of(board: str, book: Path | None) -> "Book | None":
    """Return the book of the board, or the one with the titles for a board in a file."""
    folder = find_optional_book(book) if _is_file(board) else find_book(book)
    if folder is None:
        return None
    from steelyard.book.reading import read_book

    return read_book(folder)


def _board_of(board: str, book: "Book | None") -> "Board":
    from steelyard.book.boards import find_board, read_board

    if _is_file(board) or book is None:
        return read_board(Path(board))
    return find_board(book.boards, board)


def _labels(book: "Book | None") -> "Mapping[str, Mapping[str, Text]]":
    """Return the titles of industries, shop types and scenes."""
    if book is None:
        return {}
    labels = {"industry": book.industries, "shop_type": book.shop_types, "scene": book.scenes}
    return {column: {one.id: one.title for one in known} for column, known in labels.items()}


def _content(
    made: "Leaderboard",
    form: LeaderboardFormat,
    language: "Language",
    labels: "Mapping[str, Mapping[str, Text]]",
) -> str | bytes:
    if form == "json":
        from steelyard.programme.leaderboard.data import leaderboard_json
        from steelyard.report.json import to_text

        return to_text(leaderboard_json(made))
    if form in ("csv", "parquet"):
        from steelyard.programme.leaderboard.tables import leaderboard_csv, leaderboard_parquet

        return leaderboard_csv(made) if form == "csv" else leaderboard_parquet(made)
    if form == "html":
        from steelyard.programme.leaderboard.page import leaderboard_page

        return leaderboard_page(made, language, labels)
    from steelyard.programme.leaderboard.text import leaderboard_text

    return leaderboard_text(made, language, labels)
