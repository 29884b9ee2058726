"""`steelyard plugins list|show|why|docs`: views of the installed plugins."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steelyard.cli.exits import EXIT_OK
from steelyard.cli.inputs import check_book_folder, files_of, find_optional_book
from steelyard.cli.options import BookOption, Lang, PageFormat, TableFormat, TextFormat
from steelyard.cli.output import say_problems, write
from steelyard.cli.speech import language
from steelyard.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steelyard.book import Book
    from steelyard.model.calendars import Calendar
    from steelyard.model.facts import FactDeclaration
    from steelyard.plugins.discovery import Catalogue, PluginInfo
    from steelyard.report.plugins import PluginShown

FactsBook = Annotated[
    Path | None,
    typer.Option(
        "--book",
        metavar="DIR",
        help="A book whose facts the examples of item types may read, besides the plugins'.",
    ),
]
PluginName = Annotated[str, typer.Argument(metavar="NAME", help="The plugin's name.")]


def list_(
    format_: TableFormat = "table",
) -> int:
    """List the plugins that are installed, and what is wrong with those that cannot be used."""
    from steelyard.plugins.discovery import discover
    from steelyard.report.json import to_text
    from steelyard.report.plugins import plugin_json, plugins_table

    plugins = discover().plugins
    if format_ == "json":
        write(to_text([plugin_json(info) for info in plugins]))
    else:
        write(plugins_table(plugins, language()))
    return EXIT_OK


def show(
    name: PluginName,
    book: FactsBook = None,
    format_: PageFormat = "table",
    lang: Lang = "en",
) -> int:
    """Show one plugin: its item types with parameters and requirements, and its facts."""
    from steelyard.plugins.discovery import discover
    from steelyard.report.json import to_text
    from steelyard.report.plugins import plugin_page, shown_json

    catalogue = discover()
    plugin = _find(name, catalogue)
    shown = _shown(plugin, catalogue, book)
    if format_ == "json":
        write(to_text(shown_json(shown)))
        return EXIT_OK
    write(plugin_page(shown, lang))
    if plugin.problems:
        say_problems(plugin.problems)
    return EXIT_OK


def why(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="An item type, fact, parameter (TYPE.PARAMETER), rule, or an item of the book.",
        ),
    ],
    book: BookOption = None,
    format_: TextFormat = "text",
    lang: Lang = "en",
) -> int:
    """Say which plugin and line a name comes from, and which rulesets use it."""
    from dataclasses import replace

    from steelyard.book import read_book
    from steelyard.book.kinds import every_selection
    from steelyard.book.opening import places_in
    from steelyard.compiler.origins import find_origin
    from steelyard.compiler.uses import uses_in
    from steelyard.plugins.discovery import discover
    from steelyard.report.json import to_text
    from steelyard.report.plugins import answer_json, answer_text

    folder = find_optional_book(book)
    catalogue = discover()
    loaded = None if folder is None else replace(read_book(folder), shipped=catalogue.shipped)
    facts = _known_facts(catalogue, loaded)
    selections = () if loaded is None else every_selection(loaded)
    uses, left_out = uses_in(selections, catalogue.item_types, facts)
    problems = (*catalogue.problems, *left_out)
    if problems:
        say_problems(problems)
    places = {} if loaded is None else places_in(loaded)
    calendars = {} if loaded is None else loaded.calendars
    answer = find_origin(name, catalogue, facts, uses, places, calendars)
    looked = None if loaded is None else loaded.id
    if format_ == "json":
        write(to_text(answer_json(answer, looked)))
    else:
        write(answer_text(answer, looked, lang))
    return EXIT_OK


def docs(
    name: PluginName,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The folder to write NAME.md and so on to.")
    ],
    book: FactsBook = None,
) -> int:
    """Write the reference of a plugin from its declarations, in English and in Chinese."""
    from steelyard.formats.files import AtomicFiles
    from steelyard.plugins.discovery import discover
    from steelyard.report.plugins import page_name, reference_page
    from steelyard.report.wording.messages import languages

    catalogue = discover()
    plugin = _find(name, catalogue)
    if not plugin.ok:
        raise InvalidInput(plugin.problems)
    shown = _shown(plugin, catalogue, book)
    paths = {lang: out / page_name(plugin.name, lang) for lang in languages()}
    with AtomicFiles([] if book is None else files_of(book)) as files:
        for lang, path in paths.items():
            files.open(path, folder=out, make=True).write(reference_page(shown, lang).encode())
        write("".join(f"{path}\n" for path in paths.values()))
    return EXIT_OK


def _find(name: str, catalogue: "Catalogue") -> "PluginInfo":
    from steelyard.errors import suggest

    named = [info for info in catalogue.plugins if info.name == name]
    plugin = catalogue.plugin(name) or next(iter(named), None)
    if plugin is None:
        names = [info.name for info in catalogue.plugins]
        expected = f"one of {', '.join(names) or 'none'}"
        what = f"unknown plugin {name[:80]!r}"
        raise InvalidInput([Problem("SY703", what, expected=expected, fix=suggest(name, names))])
    return plugin


def _known_facts(catalogue: "Catalogue", book: "Book | None") -> "Mapping[str, FactDeclaration]":
    """Return the facts of all plugins, and of a book if there is one."""
    from steelyard.book.opening import facts_of

    return catalogue.with_facts([]).facts if book is None else facts_of(book, catalogue)


def _shown(plugin: "PluginInfo", catalogue: "Catalogue", book: Path | None) -> "PluginShown":
    """Collect all information about a plugin.

    The examples of its item types are built with the facts of all plugins, and with the facts and
    calendars of its own example books and of a book if one is named.
    """
    from steelyard.book import read_book
    from steelyard.compiler.uses import build_example
    from steelyard.plugins.discovery.places import place_of_function
    from steelyard.report.plugins import PluginShown, TypeShown

    facts = dict(_known_facts(catalogue, None))
    calendars: dict[str, Calendar] = {}

    def add(known: "Book") -> None:
        facts.update(_known_facts(catalogue, known))
        calendars.update(known.calendars)

    for example in plugin.examples:
        with suppress(InvalidInput):  # an example book in an archive, or with problems
            add(read_book(Path(str(example))))
    if book is not None:
        add(read_book(check_book_folder(book)))
    if not plugin.ok:
        return PluginShown(plugin)
    types = [catalogue.item_types[name] for name in plugin.item_types]
    return PluginShown(
        plugin,
        tuple(
            TypeShown(
                type_,
                place_of_function(type_.build, plugin.module),
                build_example(type_, facts, calendars),
            )
            for type_ in types
        ),
        tuple(catalogue.facts[name] for name in plugin.facts),
    )
