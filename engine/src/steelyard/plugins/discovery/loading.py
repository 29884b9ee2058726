"""One plugin: imported, asked for its declarations, and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from steelyard import __version__
from steelyard.errors import Place, Problem, Problems
from steelyard.language.expressions import ExpressionError
from steelyard.model.facts import FactDeclaration
from steelyard.plugin import ItemType, Registry
from steelyard.plugin.hooks import CURRENT, PROJECT, Interface
from steelyard.plugins.discovery.facts_files import read_facts_files
from steelyard.plugins.discovery.guarding import OverLimitError, guarded
from steelyard.plugins.discovery.item_types import check_item_types
from steelyard.plugins.discovery.limits import IMPORT_SECONDS
from steelyard.plugins.discovery.places import place_of_error, place_of_plugin
from steelyard.plugins.discovery.running import Overheard, plugin_code, said
from steelyard.plugins.discovery.scanning import scan_plugin
from steelyard.plugins.discovery.source import Source, who

if TYPE_CHECKING:
    from pluggy import PluginManager

_HOOK = "steelyard_register"


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


def load_source(source: Source, interface: Interface = CURRENT) -> Loaded:
    """Import a plugin and return its declarations, or everything that is wrong with them."""
    problems = Problems()
    problems.extend(_looked_through(source))
    plugin = None if problems.errors else _imported(source, interface, problems)
    registry = None if plugin is None else _registered(source, plugin, interface, problems)
    if plugin is None or registry is None:
        return Loaded(source, problems=tuple(problems))
    item_types: list[ItemType] = []
    facts: list[FactDeclaration] = []
    places: dict[str, Place] = {}
    try:
        with plugin_code(source.module, IMPORT_SECONDS):
            item_types = check_item_types(source.name, plugin, registry.item_types, problems)
            facts = read_facts_files(source, plugin, registry, problems, places)
            examples = tuple(registry.example_books)
    except Exception as error:  # noqa: BLE001 - a plugin may hand over anything
        _note(
            problems,
            source,
            error,
            ("SY208", "registered something that cannot be read"),
            "reading what it registered",
            place_of_plugin(plugin),
        )
        return Loaded(source, problems=tuple(problems))
    return Loaded(source, tuple(facts), tuple(item_types), examples, tuple(problems), places)


def _looked_through(source: Source) -> list[Problem]:
    """Return what the plugin's sources do that no plugin may; it need not have been imported."""
    problems = Problems()
    try:
        with guarded(IMPORT_SECONDS):
            problems.extend(scan_plugin(source.module, who(source)))
    except Exception as error:  # noqa: BLE001 - sources may be anything
        _note(
            problems,
            source,
            error,
            ("SY206", "has sources that cannot be read"),
            "reading its sources",
            None,
        )
    return problems.found


def _imported(source: Source, interface: Interface, problems: Problems) -> object | None:
    """Return the plugin if it can be imported and was written for this API."""
    try:
        with plugin_code(source.module, IMPORT_SECONDS) as heard:
            plugin = source.load()
            stated = getattr(plugin, "STEELYARD_API", None)
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises is told
        _note(
            problems,
            source,
            error,
            ("SY206", "could not be imported"),
            "importing it",
            place_of_error(error, source.module),
            fix="repair or uninstall the plugin",
        )
        return None
    _note_overheard(problems, source, heard, "while it is imported")
    if type(stated) is int and stated in interface.accepted:
        if stated < interface.version:
            problems.add(
                "SY214",
                f"{who(source)} was written for version {stated} of the plugin API, which the "
                f"version after {interface.version} will not know",
                place_of_plugin(plugin),
                expected=f"STEELYARD_API = {interface.version}",
                fix="upgrade the plugin",
                warning=True,
            )
        return plugin
    what, fix = f"for version {stated!r} of the plugin API", "install versions that fit together"
    if stated is None:
        what = "without saying for which version of the plugin API"
        fix = f"add the line STEELYARD_API = {interface.version}"
    elif type(stated) is int:
        fix = "upgrade the plugin" if stated < interface.version else "upgrade steelyard"
    known = " or ".join(str(one) for one in interface.accepted)
    problems.add(
        "SY207",
        f"{who(source)} was written {what}",
        place_of_plugin(plugin),
        expected=f"STEELYARD_API = {known}, which steelyard {__version__} understands",
        fix=fix,
    )
    return None


def _registered(
    source: Source, plugin: object, interface: Interface, problems: Problems
) -> Registry | None:
    """Call the plugin's hooks, alone in a plugin manager of its own."""
    from pluggy import PluginManager, PluginValidationError

    registry = Registry(source.name)
    manager = PluginManager(PROJECT)
    manager.add_hookspecs(interface.specifications)
    try:
        with plugin_code(source.module, IMPORT_SECONDS) as heard:
            manager.register(plugin, name=source.name)
            wrong = _wrong_hooks(manager, plugin)
            for caller in () if wrong else manager.get_hookcallers(plugin) or ():
                caller(registry=registry)
    except PluginValidationError:
        wrong = f"has a function {_HOOK} with other arguments"
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises is told
        _note(
            problems,
            source,
            error,
            ("SY208", "could not register"),
            "registering",
            place_of_error(error, source.module) or place_of_plugin(plugin),
            fix="report it to the authors of the plugin",
        )
        return None
    else:
        _note_overheard(problems, source, heard, "while it registers")
        if wrong is None:
            return registry
    problems.add(
        "SY208",
        f"{who(source)} {wrong}",
        place_of_plugin(plugin),
        expected=f"one function {_HOOK}(registry), marked with @hook",
    )
    return None


def _note(
    problems: Problems,
    source: Source,
    error: Exception,
    failure: tuple[str, str],
    doing: str,
    place: Place | None,
    fix: str | None = None,
) -> None:
    """Note that plugin code failed: as `failure` says, unless it went over a limit."""
    if isinstance(error, OverLimitError):
        problems.add(
            "SY213", f"{who(source)} is not used: {doing} {error}", place, fix=_repair(source)
        )
    elif isinstance(error, ExpressionError) and error.code == "SY213":
        problems.add(
            "SY213", f"{who(source)} is not used: {error.what}", place, fix=_repair(source)
        )
    else:
        code, what = failure
        problems.add(code, f"{who(source)} {what}: {said(error)}", place, fix=fix)


def _repair(source: Source) -> str:
    return f"repair or uninstall {source.distribution or 'the plugin'}"


def _note_overheard(problems: Problems, source: Source, heard: Overheard, when: str) -> None:
    if heard.printed is not None:
        text, place = heard.printed
        problems.add(
            "SY212",
            f"{who(source)} prints {when}: {text!r}",
            place,
            expected="nothing on standard output, which is for results",
            warning=True,
        )
    for what, place in heard.deprecated:
        problems.add("SY214", f"{who(source)}: {what}", place, warning=True)


def _wrong_hooks(manager: "PluginManager", plugin: object) -> str | None:
    """Return what is wrong with the functions that a plugin marks with @hook, or None."""
    hooks = manager.get_hookcallers(plugin) or []
    unknown = sorted(one.name for one in hooks if not one.has_spec())
    if unknown:
        return f"marks {', '.join(unknown)} with @hook, which is no hook of the API"
    return None if hooks else "registers nothing"
