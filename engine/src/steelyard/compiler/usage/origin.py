"""The plugin and line that an item type, a fact or a parameter comes from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from steelyard.book import Book
from steelyard.compiler.usage.building import Facts, build_example
from steelyard.compiler.usage.uses import Use
from steelyard.errors import InvalidInput, Place, Problem, suggest
from steelyard.plugin import ItemType
from steelyard.plugins.discovery import Catalogue, PluginInfo
from steelyard.plugins.discovery.declarations import fact_places
from steelyard.plugins.discovery.places import place_of_function


@dataclass(frozen=True, slots=True)
class Origin:
    """The plugin and line that declare a name.

    `plugin` is "book" for the facts of the book, which have no distribution. `place` is the line of
    the declaration: of a fact in its facts file, else of the item type's function.
    """

    kind: Literal["item type", "fact", "parameter"]
    name: str
    plugin: str
    distribution: str = ""
    version: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The origins and the uses of a name.

    `origins` are of the name itself or, where it is that of items, of their types. `uses` are the
    parts of rulesets that it is used in; `readers` the item types whose function reads the fact.
    """

    name: str
    origins: tuple[Origin, ...]
    uses: tuple[Use, ...] = ()
    readers: tuple[str, ...] = ()
    parameter: str = ""


def find_origin(
    name: str,
    catalogue: Catalogue,
    facts: Facts,
    uses: Sequence[Use],
    places: Mapping[str, Place],
) -> Answer:
    """Return where a name comes from and what uses it.

    `facts` are all that a book knows and `places` where it declares its own. Raises `InvalidInput`
    SY703 for a name of nothing.
    """
    types = catalogue.item_types
    kind, _, parameter = name.partition(".")
    if name in types:
        return Answer(name, (_of_type(types[name], catalogue),), _where(uses, type_=name))
    if kind in types and parameter in types[kind].parameters:
        of_type = _of_type(types[kind], catalogue)
        origin = Origin(
            "parameter", name, of_type.plugin, of_type.distribution, of_type.version, of_type.place
        )
        return Answer(name, (origin,), _where(uses, type_=kind), parameter=parameter)
    items = tuple(one for one in uses if one.type and one.id == name)
    if name in facts:
        return Answer(
            name,
            (_of_fact(name, catalogue, facts, places),),
            (*(one for one in uses if name in one.facts and one not in items), *items),
            _readers(name, types, facts),
        )
    if items:
        known = dict.fromkeys(one.type for one in items if one.type in types)
        return Answer(name, tuple(_of_type(types[one], catalogue) for one in known), items)
    problem = Problem(
        "SY703",
        f"no item type, fact, parameter or item is called {name[:80]!r}",
        expected="plugin/type, plugin/type.parameter, the name of a fact, or the id of an item "
        "in the book",
        fix=suggest(name[:80], known_names(catalogue, facts, uses)),
    )
    raise InvalidInput([problem])


def places_in(book: Book) -> dict[str, Place]:
    """Return where a book declares its own facts, by name."""
    places: dict[str, Place] = {}
    for document in book.facts_files.values():
        places.update(fact_places(document))
    for name, key in (("industry", "industries"), ("shop_type", "shop_types")):
        if key in book.places:
            places[name] = book.places[key]
    return places


def known_names(catalogue: Catalogue, facts: Facts, uses: Sequence[Use]) -> Iterator[str]:
    """Yield every name that has an origin."""
    yield from facts
    yield from (one.id for one in uses if one.type)
    for item_type in catalogue.item_types.values():
        yield item_type.name
        yield from (f"{item_type.name}.{parameter}" for parameter in item_type.parameters)


def _where(uses: Sequence[Use], *, type_: str) -> tuple[Use, ...]:
    return tuple(one for one in uses if one.type == type_)


def _plugin(name: str, catalogue: Catalogue) -> PluginInfo | None:
    return next((one for one in catalogue.plugins if one.name == name and one.ok), None)


def _of_type(item_type: ItemType, catalogue: Catalogue) -> Origin:
    name = item_type.name.partition("/")[0]
    plugin = _plugin(name, catalogue)
    if plugin is None:
        return Origin("item type", item_type.name, name)
    place = place_of_function(item_type.build, plugin.module)
    return Origin("item type", item_type.name, name, plugin.distribution, plugin.version, place)


def _of_fact(name: str, catalogue: Catalogue, facts: Facts, places: Mapping[str, Place]) -> Origin:
    provider = facts[name].provider
    plugin = _plugin(provider, catalogue)
    if plugin is None:
        return Origin("fact", name, provider, place=places.get(name))
    place = plugin.places.get(name)
    return Origin("fact", name, provider, plugin.distribution, plugin.version, place)


def _readers(name: str, types: Mapping[str, ItemType], facts: Facts) -> tuple[str, ...]:
    return tuple(one for one, kind in types.items() if name in build_example(kind, facts).own)
