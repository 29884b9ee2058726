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
    """A format of results for people or programs."""

    table = "table"
    json = "json"


class TextOrJson(StrEnum):
    """A format of results for people or programs."""

    text = "text"
    json = "json"


AsOf = Annotated[
    str, typer.Option("--as-of", metavar="DATE", help="The day of the score, YYYY-MM-DD.")
]
BookOption = Annotated[
    Path | None,
    typer.Option("--book", metavar="DIR", help="The book of rulesets; default: ./rulesets."),
]
BookArgument = Annotated[
    Path, typer.Argument(metavar="BOOK", help="The folder of a book of rulesets.")
]
Scene = Annotated[
    str | None,
    typer.Option("--scene", metavar="NAME", help="A scene of the book, such as a campaign."),
]
Language_ = Annotated[Lang, typer.Option("--lang", help="The language of the report.")]
TableFormat = Annotated[TableOrJson, typer.Option("--format", help="A page for people, or JSON.")]
TextFormat = Annotated[TextOrJson, typer.Option("--format", help="Text for people, or JSON.")]
