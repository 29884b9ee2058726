"""`steelyard plugins new`."""

import shlex
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steelyard.cli.exits import EXIT_OK
from steelyard.cli.options import TextOrJson
from steelyard.cli.output import write
from steelyard.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from steelyard.plugins.scaffold import Answers

DAY = "2026-06-01"  # a day on which the ruleset of the example holds

Check = Callable[[str], Iterator[Problem]]
Ask = Callable[[str, str | None, Check], str]


def new(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="The plugin's name, such as pet-toys.")
    ] = None,
    industry: Annotated[
        str | None, typer.Option("--industry", metavar="ID", help="The industry it is for.")
    ] = None,
    dir_: Annotated[
        Path | None,
        typer.Option("--dir", metavar="DIR", help="The folder to write; else ./steelyard-NAME."),
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="The industry in English.")
    ] = None,
    title_zh: Annotated[
        str | None, typer.Option("--title-zh", metavar="TEXT", help="The industry in Chinese.")
    ] = None,
    item: Annotated[
        str | None,
        typer.Option("--item", metavar="ID", help="The item type; else service-promise."),
    ] = None,
    item_zh: Annotated[
        str | None, typer.Option("--item-zh", metavar="TEXT", help="The item in Chinese.")
    ] = None,
    author: Annotated[
        str | None, typer.Option("--author", metavar="TEXT", help='"Name" or "Name <address>".')
    ] = None,
    format_: Annotated[
        TextOrJson, typer.Option("--format", help="A text for people, or JSON.")
    ] = TextOrJson.text,
) -> int:
    """Write a new plugin: it installs, passes its tests and scores, with nothing to fix.

    On a terminal it asks for what is not given. Elsewhere NAME and --industry are needed.
    """
    from steelyard.plugins.discovery.discovery import installed
    from steelyard.plugins.scaffold import check_answers, check_free, check_target, write_plugin

    taken = [(one.name, one.distribution) for one in installed()]

    def folder_of(name: str) -> Path:
        """Return where a plugin goes; refuse a name or a folder that is taken."""
        check_free(name, taken)
        folder = dir_ or Path(f"steelyard-{name}")
        check_target(folder)
        return folder

    answers = _answers(name, industry, title, title_zh, item, item_zh, author, folder_of)
    check_answers(answers)
    folder = folder_of(answers.name)
    files = write_plugin(answers, folder)
    commands = list(_next(answers, folder))
    if format_ is TextOrJson.json:
        from steelyard.report.json import to_text

        paths = [path.as_posix() for path in files]
        write(to_text({"folder": str(folder), "files": paths, "next": commands}))
        return EXIT_OK
    lines = [f"{folder}: {len(files)} files written. Next:", ""]
    write("".join(f"{line}\n" for line in [*lines, *(f"  {one}" for one in commands)]))
    return EXIT_OK


def _next(answers: "Answers", folder: Path) -> Iterator[str]:
    """Yield the commands that install, test and score, to be typed as they are."""
    example = folder / "src" / f"steelyard_{answers.name.replace('-', '_')}" / "example"
    merchant, book = str(example / "merchants" / "first-shop.yaml"), str(example)
    there = str(folder) if folder.is_absolute() or folder == Path() else f"./{folder}"
    yield f"pip install -e {shlex.quote(f'{there}[test]')}"
    yield f"python -m pytest {shlex.quote(str(folder))}"
    yield f"steelyard score {shlex.quote(merchant)} --book {shlex.quote(book)} --as-of {DAY}"


def _answers(
    name: str | None,
    industry: str | None,
    title: str | None,
    title_zh: str | None,
    item: str | None,
    item_zh: str | None,
    author: str | None,
    refuse_taken: Callable[[str], object],
) -> "Answers":
    """Return the answers: those given, those asked for, and what holds where neither is.

    Before more is asked, `refuse_taken` is told the name.
    """
    from steelyard.plugins.scaffold import Answers, check_author, check_name, check_title, words

    ask = _asker()
    if ask is None:
        missing = [
            word for word, value in (("NAME", name), ("--industry", industry)) if value is None
        ]
        if missing:
            raise InvalidInput(
                [
                    Problem(
                        "SY725",
                        f"a new plugin needs {' and '.join(missing)}",
                        expected="steelyard plugins new NAME --industry ID",
                        fix="give what is missing, or type the command on a terminal: it asks",
                    )
                ]
            )

    def answer(given: str | None, label: str, default: str | None, faults: Check) -> str:
        if given is not None:
            return given
        return ask(label, default, faults) if ask else default or ""

    name = answer(name, "Name of the plugin, such as pet-toys", None, partial(check_name, "plugin"))
    if ask is not None:
        refuse_taken(name)
    industry = answer(industry, "Industry", name, partial(check_name, "industry"))
    title = answer(title, "Industry in English", words(industry), partial(check_title, "title"))
    title_zh = answer(
        title_zh, "Industry in Chinese", f"{title} 类目", partial(check_title, "Chinese title")
    )
    item = answer(item, "Item type", "service-promise", partial(check_name, "item"))
    usual = "服务承诺" if item == "service-promise" else f"{words(item)} 承诺"
    item_zh = answer(
        item_zh, "Item in Chinese", usual, partial(check_title, "Chinese title of the item")
    )
    author = answer(author, "Author", f"The authors of steelyard-{name}", check_author)
    return Answers(name, industry, title, title_zh, item, item_zh, author)


def _asker() -> Ask | None:
    """Return how to ask, again until the answer will do; None where nobody is there to answer."""
    if not sys.stdin.isatty():
        return None

    def ask(label: str, default: str | None, faults: Check) -> str:
        def checked(text: str) -> str:
            wrong = "; ".join(
                f"{one.what} ({one.expected})" if one.expected else one.what for one in faults(text)
            )
            if wrong:
                raise typer.BadParameter(wrong)
            return text

        return typer.prompt(label, default=default, value_proc=checked, err=True)

    return ask
