"""One plugin: imported, asked for its declarations, and checked."""

import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from steelyard import __version__
from steelyard.catalogue.declarations import fact_places, read_facts
from steelyard.catalogue.item_types import check_item_types
from steelyard.catalogue.places import place_of_error, place_of_plugin, shown
from steelyard.errors import InvalidInput, Place, Problem, Problems
from steelyard.loader import Located, parse_yaml, read_yaml
from steelyard.model.facts import FactDeclaration
from steelyard.plugin import API_VERSION, ItemType, Registry

if TYPE_CHECKING:
    from pluggy import PluginManager

_HOOK = "steelyard_register"


@dataclass(frozen=True, slots=True)
class Source:
    """A plugin that may be loaded: its name, how to import it, and where it comes from.

    `load` returns the plugin: a module, or an object with the hook as a method.
    """

    name: str
    load: Callable[[], object]
    module: str
    distribution: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a plugin gave; it is used only if nothing is wrong with it."""

    source: Source
    facts: tuple[FactDeclaration, ...] = ()
    item_types: tuple[ItemType, ...] = ()
    examples: tuple[Traversable, ...] = ()
    problems: tuple[Problem, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)  # of the facts

    @property
    def ok(self) -> bool:
        """Whether the plugin can be used."""
        return all(problem.severity != "error" for problem in self.problems)

    def broken(self, problems: tuple[Problem, ...]) -> "Loaded":
        """Return the same with more problems."""
        return replace(self, problems=(*self.problems, *problems))


def load_source(source: Source) -> Loaded:
    """Import a plugin and return its declarations, or everything that is wrong with them."""
    problems = Problems()
    plugin = _imported(source, problems)
    registry = None if plugin is None else _registered(source, plugin, problems)
    if plugin is None or registry is None:
        return Loaded(source, problems=tuple(problems))
    item_types: list[ItemType] = []
    facts: list[FactDeclaration] = []
    places: dict[str, Place] = {}
    try:
        item_types = check_item_types(source.name, plugin, registry.item_types, problems)
        facts = _facts(source, plugin, registry, problems, places)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may hand over anything
        problems.add(
            "SY208",
            f"the plugin {source.name} ({source.module}) registered something that cannot be "
            f"read: {_said(error)}",
            place_of_plugin(plugin),
        )
    examples = tuple(registry.example_books)
    return Loaded(source, tuple(facts), tuple(item_types), examples, tuple(problems), places)


def _imported(source: Source, problems: Problems) -> object | None:
    """Return the plugin if it can be imported and was written for this API."""
    try:
        with redirect_stdout(sys.stderr):  # results alone go to standard output
            plugin = source.load()
        stated = getattr(plugin, "STEELYARD_API", None)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises is told
        problems.add(
            "SY206",
            f"the plugin {source.name} ({source.module}) could not be imported: {_said(error)}",
            place_of_error(error, source.module),
            fix="repair or uninstall the plugin",
        )
        return None
    if type(stated) is int and stated == API_VERSION:
        return plugin
    what, fix = f"for version {stated!r} of the plugin API", "install versions that fit together"
    if stated is None:
        what = "without saying for which version of the plugin API"
        fix = f"add the line STEELYARD_API = {API_VERSION}"
    elif type(stated) is int:
        fix = "upgrade the plugin" if stated < API_VERSION else "upgrade steelyard"
    problems.add(
        "SY207",
        f"the plugin {source.name} ({source.module}) was written {what}",
        place_of_plugin(plugin),
        expected=f"STEELYARD_API = {API_VERSION}, which steelyard {__version__} understands",
        fix=fix,
    )
    return None


def _registered(source: Source, plugin: object, problems: Problems) -> Registry | None:
    """Call the plugin's hook, alone in a plugin manager of its own."""
    from pluggy import PluginManager, PluginValidationError

    from steelyard.plugin import hooks

    registry = Registry(source.name)
    manager = PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    expected = f"one function {_HOOK}(registry), marked with @hook"
    try:
        manager.register(plugin, name=source.name)
        wrong = _wrong_hooks(manager, plugin)
        if wrong is None:
            with redirect_stdout(sys.stderr):
                manager.hook.steelyard_register(registry=registry)
            return registry
    except PluginValidationError:
        wrong = f"has a function {_HOOK} with other arguments"
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises is told
        problems.add(
            "SY208",
            f"the plugin {source.name} ({source.module}) could not register: {_said(error)}",
            place_of_error(error, source.module) or place_of_plugin(plugin),
            fix="report it to the authors of the plugin",
        )
        return None
    problems.add(
        "SY208",
        f"the plugin {source.name} ({source.module}) {wrong}",
        place_of_plugin(plugin),
        expected=expected,
    )
    return None


def _wrong_hooks(manager: "PluginManager", plugin: object) -> str | None:
    """Return what is wrong with the functions that a plugin marks with @hook, or None."""
    hooks = manager.get_hookcallers(plugin) or []
    unknown = sorted(one.name for one in hooks if not one.has_spec())
    if unknown:
        return f"marks {', '.join(unknown)} with @hook, which is no hook of the API"
    return None if hooks else "registers nothing"


def _facts(
    source: Source,
    plugin: object,
    registry: Registry,
    problems: Problems,
    places: dict[str, Place],
) -> list[FactDeclaration]:
    facts: dict[str, FactDeclaration] = {}
    for file in registry.fact_files:
        before = len(problems.errors)
        document = _document(source, plugin, file, problems)
        read = [] if document is None else read_facts(document, source.name, problems)
        places.update({} if document is None else fact_places(document))
        for fact in read:
            if fact.id in facts:
                problems.add(
                    "SY202",
                    f"two facts files of the plugin {source.name} declare {fact.id}",
                    document.place if document else None,
                    fix="rename or remove one of the two",
                )
            facts[fact.id] = fact
        found = len(problems.errors) - before
        if found and document is not None:
            problems.add(
                "SY208",
                f"the plugin {source.name} ({source.module}) is not used: "
                f"{found} problem{'s' * (found > 1)} in its facts",
                document.place,
            )
    return list(facts.values())


def _document(source: Source, plugin: object, file: object, problems: Problems) -> Located | None:
    """Read a facts file, which may lie in a folder or in an archive."""
    try:
        if isinstance(file, Path):
            return read_yaml(file, name=shown(str(file), source.module))
        name = f"{source.module}/{file.name}"  # type: ignore[attr-defined]  # refused below
        return parse_yaml(file.read_text(encoding="utf-8"), name)  # type: ignore[attr-defined]
    except InvalidInput as error:
        problems.add(
            "SY208",
            f"the plugin {source.name} ({source.module}) is not used: its facts cannot be read",
            place_of_plugin(plugin),
        )
        problems.extend(error.problems)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may hand over anything
        problems.add(
            "SY208",
            f"the plugin {source.name} ({source.module}) registered {_named(file)} as a facts "
            f"file, which cannot be read: {_said(error)}",
            place_of_plugin(plugin),
            expected='a file of the plugin: files(__name__) / "facts.yaml"',
        )
    return None


def _named(thing: object) -> str:
    return f"a {type(thing).__name__}"


def _said(error: BaseException) -> str:
    """Return what an error says, in one line of bounded length."""
    try:
        text = " ".join(str(error).split())
    except Exception:  # noqa: BLE001 - an error of a plugin may fail to say what it is
        text = ""
    text = text if len(text) <= 300 else f"{text[:297]}…"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
