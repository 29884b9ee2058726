"""Discovery of installed plugins, whose declarations form a catalogue."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from steelyard.errors import Problem, Problems, suggest
from steelyard.model.arguments import given
from steelyard.plugin.hooks import CURRENT, Interface
from steelyard.plugins.discovery.catalogue import Catalogue, Source
from steelyard.plugins.discovery.installed import installed, order
from steelyard.plugins.discovery.loading import load_source, unloaded

# Names that no other plugin can have, each with the module that has it: `book` declares a book's
# facts, and conditions read `item.…` and `score.…`.
OWN_NAMES = {"core": "steelyard.plugins.core", "book": "", "item": "", "score": ""}


def discover(names: Collection[str] | None = None) -> Catalogue:
    """Return the declarations of every installed plugin, or of those that are named.

    A broken plugin raises nothing: its problems are in `Catalogue.problems`. A name that no
    installed plugin has is a problem too (SY211).
    """
    if isinstance(names, str) or not (names is None or isinstance(names, Collection)):
        raise TypeError(f"names is a {type(names).__name__}, not a list of names")
    for name in () if names is None else names:
        given(name, str, "names", "a list of texts")
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
    return load_plugins([source for source in sources if source.name in names], problems)


def load_plugins(
    sources: Iterable[Source],
    problems: Problems | None = None,
    interface: Interface = CURRENT,
) -> Catalogue:
    """Import, check and register plugins; a plugin with errors is noted and left out.

    `interface` is the plugin API that they must fit. The order of `sources` does not matter.
    """
    gathered = Problems() if problems is None else problems
    ordered = sorted(sources, key=order)
    clashes = _name_clashes(ordered)
    loaded = [
        (unloaded(source, [clashes[source]]), [], [])
        if source in clashes
        else load_source(source, interface)
        for source in ordered
    ]
    plugins = tuple(info for info, _, _ in loaded)
    gathered.extend(dict.fromkeys(problem for info in plugins for problem in info.problems))
    facts = {fact.id: fact for info, own, _ in loaded if info.ok for fact in own}
    types = {each.name: each for info, _, own in loaded if info.ok for each in own}
    return Catalogue(
        dict(sorted(facts.items())), dict(sorted(types.items())), plugins, tuple(gathered)
    )


def _name_clashes(sources: Iterable[Source]) -> dict[Source, Problem]:
    """Return the plugins that are left out because of their names, before any is imported.

    The engine's own plugin stays if another takes its name; other plugins of one name all go.
    """
    by_name: dict[str, list[Source]] = defaultdict(list)
    clashes: dict[Source, Problem] = {}
    for source in sources:
        if source.name not in OWN_NAMES:
            by_name[source.name.replace("-", "_")].append(source)  # as the names of its facts
        elif OWN_NAMES[source.name] != source.module:
            clashes[source] = Problem(
                "SY209",
                f"{source.label} has a name that the engine reserves",
                expected="another name; the plugin is not used",
                fix=f"uninstall {source.distribution or source.module}",
            )
    for group in by_name.values():
        if len(group) > 1:
            names = " or ".join(repr(name) for name in sorted({source.name for source in group}))
            origins = (f"{each.distribution or 'unknown'} ({each.module})" for each in group)
            problem = Problem(
                "SY209",
                f"{len(group)} plugins are called {names}: {' and '.join(origins)}",
                expected="one plugin of each name; none of these is used",
                fix="uninstall all but one",
            )
            clashes.update(dict.fromkeys(group, problem))
    return clashes
