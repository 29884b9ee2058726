"""`steelyard plugins new`."""

import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steelyard.cli.exits import EXIT_OK
from steelyard.cli.options import TextOrJson
from steelyard.cli.output import write
from steelyard.cli.speech import translated
from steelyard.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from steelyard.plugins.scaffold import Answers
    from steelyard.plugins.scaffold.answers import Question

DAY = "2026-06-01"  # a day on which the ruleset of the example holds


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
    ] = "text",
) -> int:
    """Write a new plugin: it installs, passes its tests and scores, with nothing to fix.

    On a terminal it asks for what is not given. Elsewhere NAME and --industry are needed.
    """
    from steelyard.formats.files import AtomicFiles
    from steelyard.plugins.discovery.installed import installed
    from steelyard.plugins.scaffold import check_answers, check_free, check_target, write_plugin

    taken = [(source.name, source.distribution) for source in installed()]

    def folder_of(name: str) -> Path:
        """Return the folder for a new plugin; refuse a name or a folder already in use."""
        check_free(name, taken)
        folder = dir_ or Path(f"steelyard-{name}")
        check_target(folder)
        return folder

    given = {
        "name": name,
        "industry": industry,
        "title": title,
        "title_zh": title_zh,
        "item": item,
        "item_zh": item_zh,
        "author": author,
    }
    answers = _answers(given, folder_of)
    check_answers(answers)
    folder = folder_of(answers.name)
    commands = list(_next(answers, folder))
    with AtomicFiles() as files:
        paths = [path.as_posix() for path in write_plugin(answers, folder, files)]
        if format_ == "json":
            from steelyard.report.json import to_text

            write(to_text({"folder": str(folder), "files": paths, "next": commands}))
        else:
            lines = [translated(f"{folder}: {len(paths)} files written. Next:"), ""]
            lines += [f"  {command}" for command in commands]
            write("".join(f"{line}\n" for line in lines))
    return EXIT_OK


def _next(answers: "Answers", folder: Path) -> Iterator[str]:
    """Yield the commands that install, test and score, to be typed as they are."""
    example = folder / "src" / f"steelyard_{answers.name.replace('-', '_')}" / "example"
    merchant, book = str(example / "merchants" / "first-shop.yaml"), str(example)
    there = str(folder) if folder.is_absolute() or folder == Path() else f"./{folder}"
    yield f"pip install -e {shlex.quote(f'{there}[test]')}"
    yield f"python -m pytest {shlex.quote(str(folder))}"
    yield f"steelyard score {shlex.quote(merchant)} --book {shlex.quote(book)} --as-of {DAY}"


def _answers(given: Mapping[str, str | None], refuse_taken: Callable[[str], object]) -> "Answers":
    """Return the answers: those given, those of a person on a terminal, and defaults.

    `refuse_taken` gets the name before the other questions.
    """
    from steelyard.plugins.scaffold import QUESTIONS, Answers

    terminal = sys.stdin.isatty()
    needed = (("NAME", given["name"]), ("--industry", given["industry"]))
    missing = [word for word, value in needed if value is None]
    if missing and not terminal:
        what = f"a new plugin needs {' and '.join(missing)}"
        expected = "steelyard plugins new NAME --industry ID"
        fix = "give what is missing, or type the command on a terminal: it asks"
        raise InvalidInput([Problem("SY725", what, expected=expected, fix=fix)])
    answers: dict[str, str] = {}
    for field, question in QUESTIONS.items():
        value = given[field]
        if value is None:
            default = question.default(answers)
            value = _ask(question, default) if terminal else default or ""
        answers[field] = value
        if field == "name" and terminal:
            refuse_taken(value)
    return Answers(**answers)


def _ask(question: "Question", default: str | None) -> str:
    """Return the answer of the person on the terminal; ask again until it is valid."""

    def checked(text: str) -> str:
        faults = "; ".join(
            " ".join(translated(said) for said in (problem.what, problem.expected) if said)
            for problem in question.check(text)
        )
        if faults:
            raise typer.BadParameter(faults)
        return text

    return typer.prompt(translated(question.label), default=default, value_proc=checked, err=True)
