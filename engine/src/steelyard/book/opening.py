"""Opening a book: its files, the catalogue of the installed plugins, and the facts of both."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from steelyard.book.reading import Book, read_book, read_ruleset, refused_versions
from steelyard.errors import InvalidInput, Place, Problem, Problems, suggest
from steelyard.merchants.rows.reading import MerchantSchema
from steelyard.model.arguments import given_path
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text
from steelyard.plan.structure import Plan
from steelyard.plugins.discovery import Catalogue, discover
from steelyard.plugins.discovery.declarations import fact_places, read_facts

_UNKNOWN_NAME_CODES = ("SY203", "SY205", "SY211", "SY403")


@dataclass(frozen=True)
class OpenBook:
    """A book with the catalogue of plugins, and every fact that its merchants may give.

    `missing` has a problem for every plugin that the book names and that cannot be used.
    """

    book: Book
    catalogue: Catalogue
    facts: Mapping[str, FactDeclaration]
    missing: tuple[Problem, ...] = ()
    plans: dict[tuple[str, ...], Plan] = field(default_factory=dict, compare=False, repr=False)
    """The plans that were compiled, by layers; `compiler.selections` fills it."""

    @cached_property
    def known(self) -> MerchantSchema:
        """The facts, industries and shop types that reading merchants needs."""
        book = self.book
        return MerchantSchema(tuple(self.facts.values()), book.industry_ids, book.shop_type_ids)

    @property
    def plugin_versions(self) -> dict[str, str]:
        """The version of each installed plugin that the book names."""
        plugins = (plugin for plugin in self.catalogue.plugins if plugin.name in self.book.plugins)
        return {plugin.name: plugin.version for plugin in plugins}


def open_book(
    folder: Path,
    *,
    catalogue: Catalogue | None = None,
    ruleset: tuple[Path, str] | None = None,
    allow_missing_plugins: bool = False,
) -> OpenBook:
    """Read a book's folder and join it with the installed plugins.

    `catalogue` replaces the discovery of plugins. `ruleset` is the path of one ruleset file and its
    name in messages; the file replaces the version that it names, or is added to the book.

    Raises `InvalidInput` with every problem of form and, unless `allow_missing_plugins`, with every
    missing plugin. Faults of plugins that may be the cause are included.
    """
    book = read_book(given_path(folder, "folder"))
    if ruleset is not None:
        book = _with_ruleset(book, *ruleset)
    catalogue = discover() if catalogue is None else catalogue
    book = replace(book, shipped=catalogue.shipped)
    try:
        facts = facts_of(book, catalogue)
    except InvalidInput as error:
        raise InvalidInput(add_plugin_faults(error.problems, catalogue)) from None
    missing = missing_plugins(book, catalogue)
    if missing and not allow_missing_plugins:
        raise InvalidInput(add_plugin_faults(missing, catalogue))
    return OpenBook(book, catalogue, facts, missing)


def facts_of(book: Book, catalogue: Catalogue) -> Mapping[str, FactDeclaration]:
    """Return every fact that merchants of a book may give, by name.

    They come from the plugins, from the book's own `facts/*.yaml`, and two from `book.yaml`:
    `industry` and `shop_type`. Raises `InvalidInput` with every problem of the declarations.
    """
    problems = Problems()
    own: list[FactDeclaration] = []
    places: dict[str, Place] = {}
    for document in book.facts_files.values():
        own_places = fact_places(document)
        for fact in read_facts(document, "book", problems):
            first = places.setdefault(fact.id, own_places[fact.id])
            if first is own_places[fact.id]:
                own.append(fact)
            else:
                problems.add(
                    "SY202",
                    f"{fact.id} is already declared at {first}",
                    own_places[fact.id],
                    fix="rename or remove one of the two",
                )
    problems.raise_any()
    own += _label_fact("industry", Text("Industry", "行业"), book.industry_ids)
    own += _label_fact("shop_type", Text("Shop type", "店铺类型"), book.shop_type_ids)
    return catalogue.with_facts(own, places=places).facts


def _label_fact(name: str, title: Text, values: tuple[str, ...]) -> list[FactDeclaration]:
    """Return the fact of a label of `book.yaml`; None if the book has no such labels."""
    if not values:
        return []
    fact = FactDeclaration(
        name,
        "enum",
        title,
        title.en,
        "book.yaml",
        required=True,
        high=len(values) - 1,
        values=values,
        provider="book",
    )
    return [fact]


def places_in(book: Book) -> dict[str, Place]:
    """Return the places of the facts that a book declares itself, by name."""
    places: dict[str, Place] = {}
    for document in book.facts_files.values():
        places.update(fact_places(document))
    for name, key in (("industry", "industries"), ("shop_type", "shop_types")):
        if key in book.places:
            places[name] = book.places[key]
    return places


def missing_plugins(book: Book, catalogue: Catalogue) -> tuple[Problem, ...]:
    """Return a problem for every plugin that `book.yaml` names and that cannot be used.

    A plugin of a version that the book does not accept is a problem too (SY326).
    """
    usable = {plugin.name: plugin.ok for plugin in catalogue.plugins}
    problems = Problems()
    for name in book.plugins:
        if not usable.get(name):
            problems.add(
                "SY211",
                f"the book needs the plugin {name}, which "
                + ("did not load" if name in usable else "is not installed"),
                book.places[f"plugins.{name}"],
                fix=(suggest(name, usable) or "install it, or remove it here")
                if name not in usable
                else "repair it, or remove it here",
            )
    installed = {plugin.name: (plugin.distribution, plugin.version) for plugin in catalogue.plugins}
    problems.extend(refused_versions(book.accepted, installed))
    return tuple(problems.found)


def _with_ruleset(book: Book, path: Path, name: str) -> Book:
    """Return a book with one ruleset file in place of the version that it names, or added.

    Raises `InvalidInput`: SY307 if another version takes effect on the same day.
    """
    ruleset = read_ruleset(path, name)
    others = tuple(other for other in book.rulesets if other.name != ruleset.name)
    for other in others:
        if (other.id, other.start) == (ruleset.id, ruleset.start):
            what = (
                f"{ruleset.name} takes effect on {ruleset.start}, as {other.name} in the book does"
            )
            fix = "give it another `from`, or the version that it replaces"
            raise InvalidInput([Problem("SY307", what, ruleset.place, fix=fix)])
    return replace(book, rulesets=(*others, ruleset))


def add_plugin_faults(problems: tuple[Problem, ...], catalogue: Catalogue) -> tuple[Problem, ...]:
    """Return the problems; add the faults of plugins if they may explain an unknown name."""
    if any(problem.code in _UNKNOWN_NAME_CODES for problem in problems):
        return (*problems, *catalogue.problems)
    return problems
