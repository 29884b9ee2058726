"""Options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Lang(StrEnum):
    """A language of reports."""

    en = "en"
    zh = "zh"


class TableOrJson(StrEnum):
    """How results are written."""

    table = "table"
    json = "json"


class TextOrJson(StrEnum):
    """How results are written."""

    text = "text"
    json = "json"


AsOf = Annotated[
    str, typer.Option("--as-of", metavar="DATE", help="The day of the score, YYYY-MM-DD.")
]
BookOption = Annotated[
    Path | None,
    typer.Option("--book", metavar="DIR", help="The book of rulesets; else ./rulesets."),
]
BookArgument = Annotated[
    Path, typer.Argument(metavar="BOOK", help="The folder of a book of rulesets.")
]
Scene = Annotated[
    str | None, typer.Option("--scene", metavar="NAME", help="A scene of the book, if any.")
]
Language_ = Annotated[Lang, typer.Option("--lang", help="The language of the report.")]
