"""From installed plugins to a catalogue."""

import sys
from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress

from steelyard.errors import Problem, Problems, suggest
from steelyard.plugin.hooks import CURRENT, ENTRY_POINTS, Interface
from steelyard.plugins.discovery.catalogue import Catalogue, PluginInfo
from steelyard.plugins.discovery.guarding import guarded
from steelyard.plugins.discovery.limits import IMPORT_SECONDS
from steelyard.plugins.discovery.loading import Loaded, load_source
from steelyard.plugins.discovery.source import Source, who

# Names that no other plugin can have, each with the module that has it: `book` declares a book's
# facts, and conditions read `item.…` and `score.…`.
OWN_NAMES = {"core": "steelyard.plugins.core", "book": "", "item": "", "score": ""}


def discover(names: Collection[str] | None = None) -> Catalogue:
    """Return what every installed plugin declares, or those plugins only that are named.

    Raises nothing for a broken plugin: `Catalogue.problems` tells. A named plugin that is not
    installed is a problem too (SY211).
    """
    sources = installed()
    if names is None:
        return load_plugins(sources)
    known = {source.name for source in sources}
    problems = Problems()
    for name in sorted(set(names) - known):
        problems.add(
            "SY211",
            f"no plugin called {name!r} is installed",
            expected=f"one of {', '.join(sorted(known)) or 'none'}",
            fix=suggest(name, known),
        )
    return load_plugins([one for one in sources if one.name in names], problems)


def installed() -> list[Source]:
    """Return every installed plugin, sorted by name, not yet imported."""
    from importlib.metadata import entry_points  # slow to import

    found = []
    for entry in entry_points(group=ENTRY_POINTS):
        name = entry.dist.name if entry.dist else ""
        version = entry.dist.version if entry.dist else ""
        found.append(Source(entry.name, entry.load, entry.value, name, version))
    return sorted(found, key=lambda source: (source.name, source.distribution, source.module))


def load_plugins(
    sources: Iterable[Source],
    problems: Problems | None = None,
    interface: Interface = CURRENT,
) -> Catalogue:
    """Import, check and register plugins; whatever is wrong is noted and left out.

    `interface` is the plugin API that they have to fit. The order of `sources` does not matter.
    """
    gathered = Problems() if problems is None else problems
    ordered = sorted(sources, key=lambda one: (one.name, one.distribution, one.module))
    refused = _refused_names(ordered)
    loaded = [
        Loaded(source, problems=(refused[source],))
        if source in refused
        else load_source(source, interface)
        for source in ordered
    ]
    gathered.extend(_once(problem for one in loaded for problem in one.problems))
    usable = [one for one in loaded if one.ok]
    facts = {fact.id: fact for one in usable for fact in one.facts}
    item_types = {item_type.name: item_type for one in usable for item_type in one.item_types}
    return Catalogue(
        facts=dict(sorted(facts.items())),
        item_types=dict(sorted(item_types.items())),
        plugins=tuple(_info(one) for one in loaded),
        problems=tuple(gathered),
    )


def _names(group: Iterable[Source]) -> str:
    return " or ".join(repr(name) for name in sorted({one.name for one in group}))


def _refused_names(sources: Iterable[Source]) -> dict[Source, Problem]:
    """Return what is wrong with the names of plugins, before any of them is imported.

    The engine's own plugin stays, whoever else takes its name; others of one name all go.
    """
    by_name: dict[str, list[Source]] = defaultdict(list)
    refused: dict[Source, Problem] = {}
    for source in sources:
        if source.name in OWN_NAMES:
            if OWN_NAMES[source.name] != source.module:
                refused[source] = Problem(
                    "SY209",
                    f"{who(source)} takes a name that is the engine's own",
                    expected="another name; it is not used",
                    fix=f"uninstall {source.distribution or source.module}",
                )
        else:
            by_name[source.name.replace("-", "_")].append(source)  # as its facts are called
    for group in by_name.values():
        if len(group) > 1:
            problem = Problem(
                "SY209",
                f"{len(group)} plugins are called {_names(group)}: "
                + " and ".join(f"{one.distribution or 'unknown'} ({one.module})" for one in group),
                expected="one plugin of a name; none of these is used",
                fix="uninstall all but one",
            )
            refused.update(dict.fromkeys(group, problem))
    return refused


def _once(problems: Iterable[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))


def _info(loaded: Loaded) -> PluginInfo:
    source = loaded.source
    return PluginInfo(
        name=source.name,
        version=source.version,
        distribution=source.distribution,
        module=source.module,
        ok=loaded.ok,
        problems=loaded.problems,
        facts=tuple(fact.id for fact in loaded.facts),
        item_types=tuple(item_type.name for item_type in loaded.item_types),
        examples=loaded.examples,
        api=_stated_api(source.module),
        places=loaded.places,
    )


def _stated_api(target: str) -> int | None:
    """Return the API version that a plugin says, as far as it could be imported and says one."""
    module, _, path = target.partition(":")
    thing: object = sys.modules.get(module.strip())
    # whatever looking at a broken plugin raises is told elsewhere
    with suppress(Exception), guarded(IMPORT_SECONDS):
        for name in filter(None, path.strip().split(".")):
            thing = getattr(thing, name)
        stated = getattr(thing, "STEELYARD_API", None)
        return stated if type(stated) is int else None
    return None
