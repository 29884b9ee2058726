"""The plugin and line that an item type, a fact or a parameter comes from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from steelyard.compiler.uses import Facts, Use, build_example
from steelyard.errors import InvalidInput, Place, Problem, suggest
from steelyard.model.calendars import Calendar
from steelyard.plugin import ItemType
from steelyard.plugins.discovery import Catalogue
from steelyard.plugins.discovery.places import place_of_function
from steelyard.plugins.discovery.shipped import LISTS


@dataclass(frozen=True, slots=True)
class Origin:
    """The plugin and line that declare a name.

    `plugin` is "book" for the facts of the book, which have no distribution. `place` is the line of
    the declaration: of a fact or a rule in its file, else of the item type's function.
    """

    kind: Literal["item type", "fact", "parameter", "value", "metric", "gate", "veto"]
    name: str
    plugin: str
    distribution: str = ""
    version: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The origins and the uses of a name.

    `origins` declare the name, or the item types if the name is the id of an item. `uses` are the
    parts of rulesets that use the name. `readers` are the item types whose function reads the fact.
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
    calendars: Mapping[str, Calendar] | None = None,
) -> Answer:
    """Return the origin of a name and its uses.

    `facts` are all facts of a book, `places` the places of those that it declares itself, and
    `calendars` those of the book.
    Raises `InvalidInput` SY703 for an unknown name.
    """
    types = catalogue.item_types
    kind, _, parameter = name.partition(".")
    if kind in types and (name == kind or parameter in types[kind].parameters):
        origin = _of_type(types[kind], catalogue)
        if parameter:
            origin = replace(origin, kind="parameter", name=name)
        items = tuple(use for use in uses if use.type == kind)
        return Answer(name, (origin,), items, parameter=parameter)
    for key, rule in catalogue.shipped.names():
        if name == rule:
            parts = tuple(use for use in uses if use.id == name)
            return Answer(name, (_of_rule(key, name, catalogue),), parts)
    items = tuple(use for use in uses if use.type and use.id == name)
    if name in facts:
        origin = _of_fact(name, catalogue, facts, places)
        parts = tuple(use for use in uses if name in use.facts and use not in items)
        readers = (
            type_ for type_ in types if name in build_example(types[type_], facts, calendars).own
        )
        return Answer(name, (origin,), (*parts, *items), tuple(readers))
    if items:
        known = dict.fromkeys(use.type for use in items if use.type in types)
        return Answer(name, tuple(_of_type(types[type_], catalogue) for type_ in known), items)
    problem = Problem(
        "SY703",
        f"unknown item type, fact, parameter, rule or item {name[:80]!r}",
        expected="plugin/type, plugin/type.parameter, plugin/rule, the name of a fact, or the id "
        "of an item in the book",
        fix=suggest(name[:80], known_names(catalogue, facts, uses)),
    )
    raise InvalidInput([problem])


def known_names(catalogue: Catalogue, facts: Facts, uses: Sequence[Use]) -> Iterator[str]:
    """Yield every name that has an origin."""
    yield from facts
    yield from (use.id for use in uses if use.type)
    yield from (rule for _, rule in catalogue.shipped.names())
    for item_type in catalogue.item_types.values():
        yield item_type.name
        yield from (f"{item_type.name}.{parameter}" for parameter in item_type.parameters)


def _of_type(item_type: ItemType, catalogue: Catalogue) -> Origin:
    name = item_type.name.partition("/")[0]
    plugin = catalogue.plugin(name)
    if plugin is None:
        return Origin("item type", item_type.name, name)
    place = place_of_function(item_type.build, plugin.module)
    return Origin("item type", item_type.name, name, plugin.distribution, plugin.version, place)


def _of_rule(key: str, name: str, catalogue: Catalogue) -> Origin:
    plugin = catalogue.plugin(name.partition("/")[0])
    assert plugin is not None
    place = plugin.rules[key][name].mapping["id"].place
    kind = cast("Literal['value', 'metric', 'gate', 'veto']", LISTS[key])
    return Origin(kind, name, plugin.name, plugin.distribution, plugin.version, place)


def _of_fact(name: str, catalogue: Catalogue, facts: Facts, places: Mapping[str, Place]) -> Origin:
    provider = facts[name].provider
    plugin = catalogue.plugin(provider)
    if plugin is None:
        return Origin("fact", name, provider, place=places.get(name))
    place = plugin.places.get(name)
    return Origin("fact", name, provider, plugin.distribution, plugin.version, place)
