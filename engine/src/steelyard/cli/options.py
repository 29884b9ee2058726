"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

TableOrJson = Literal["table", "json"]
TextOrJson = Literal["text", "json"]

AsOf = Annotated[
    str, typer.Option("--as-of", metavar="DATE", help="The day of the score, YYYY-MM-DD.")
]
BookOption = Annotated[
    Path | None,
    typer.Option(
        "--book",
        metavar="DIR",
        envvar="STEELYARD_BOOK",
        help="The book of rulesets; default: ./rulesets.",
    ),
]
RulesOption = Annotated[
    Path | None,
    typer.Option("--rules", metavar="FILE", help="A released bundle, in place of a book."),
]
Processes = Annotated[
    int,
    typer.Option(
        "--processes",
        metavar="N",
        min=1,
        help="Compile in N processes with different hash seeds, locales and orders.",
    ),
]
BookArgument = Annotated[
    Path,
    typer.Argument(metavar="BOOK", envvar="STEELYARD_BOOK", help="The folder of a book."),
]
Scene = Annotated[
    str | None,
    typer.Option("--scene", metavar="NAME", help="A scene of the book, such as a campaign."),
]
MerchantName = Annotated[
    str | None, typer.Option("--merchant", metavar="NAME", help="Only this merchant.")
]
SheetName = Annotated[
    str | None,
    typer.Option("--sheet", metavar="NAME", help="The sheet of .xlsx files with several."),
]
IndustryName = Annotated[str, typer.Option("--industry", metavar="ID", help="The industry.")]
OutFile = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write to a file.")]
Lang = Annotated[
    Literal["en", "zh"],
    typer.Option("--lang", envvar="STEELYARD_LANG", help="The language of reports and messages."),
]
EncodingOption = Annotated[
    Literal["utf-8", "gb18030", "gbk", "utf-16-le", "utf-16-be"] | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help="The encoding of CSV and JSON Lines without a byte order mark: utf-8 (the default), "
        "gb18030, gbk, utf-16-le or utf-16-be.",
    ),
]
TableFormat = Annotated[TableOrJson, typer.Option("--format", help="A table for people, or JSON.")]
PageFormat = Annotated[TableOrJson, typer.Option("--format", help="A page for people, or JSON.")]
TextFormat = Annotated[TextOrJson, typer.Option("--format", help="Text or JSON.")]
