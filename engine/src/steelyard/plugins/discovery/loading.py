"""One plugin: imported, asked for its declarations, and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from steelyard import __version__
from steelyard.errors import Place, Problem, Problems
from steelyard.model.facts import FactDeclaration
from steelyard.plugin import ItemType, Registry
from steelyard.plugin.hooks import CURRENT, PROJECT, Interface
from steelyard.plugins.discovery.containment import failure_text, plugin_code
from steelyard.plugins.discovery.facts_files import read_facts_files
from steelyard.plugins.discovery.item_types import check_item_types
from steelyard.plugins.discovery.places import place_of_error, place_of_plugin
from steelyard.plugins.discovery.source import Source

if TYPE_CHECKING:
    from pluggy import PluginManager

_HOOK = "steelyard_register"
_EXPECTED_HOOK = f"one function {_HOOK}(registry), marked with @hook"


@dataclass(frozen=True, slots=True)
class Contribution:
    """Everything that one plugin registered, and its problems; used only without errors.

    `api` is the version of the plugin API that the plugin states, `places` are the lines that
    declare its facts.
    """

    source: Source
    problems: tuple[Problem, ...] = ()
    api: int | None = None
    facts: tuple[FactDeclaration, ...] = ()
    item_types: tuple[ItemType, ...] = ()
    examples: tuple[Traversable, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the plugin can be used."""
        return all(problem.severity != "error" for problem in self.problems)


def load_source(source: Source, interface: Interface = CURRENT) -> Contribution:
    """Import a plugin and return its declarations, or all its problems."""
    problems = Problems()
    plugin, api = _import(source, problems)
    registry = None
    if plugin is not None and _fits(source, plugin, api, interface, problems):
        registry = _register(source, plugin, interface, problems)
    stated = api if type(api) is int else None
    if registry is None:
        return Contribution(source, tuple(problems), stated)
    places: dict[str, Place] = {}
    try:
        with plugin_code(source.module):
            item_types = check_item_types(source.name, plugin, registry.item_types, problems)
            facts = read_facts_files(source, plugin, registry, problems, places)
            examples = tuple(registry.example_books)
    except Exception as error:  # noqa: BLE001 - a plugin may register anything
        what = f"{source.label} registered an invalid value: {failure_text(error)}"
        problems.add("SY208", what, place_of_plugin(plugin))
        return Contribution(source, tuple(problems), stated)
    return Contribution(
        source, tuple(problems), stated, tuple(facts), tuple(item_types), examples, places
    )


def _import(source: Source, problems: Problems) -> tuple[object | None, object]:
    """Return the plugin and the API version that it states; None if the import fails."""
    try:
        with plugin_code(source.module) as deprecations:
            plugin = source.load()
            stated = getattr(plugin, "STEELYARD_API", None)
    except Exception as error:  # noqa: BLE001 - a plugin may raise anything
        problems.add(
            "SY206",
            f"{source.label} could not be imported: {failure_text(error)}",
            place_of_error(error, source.module),
            fix="repair or uninstall the plugin",
        )
        return None, None
    _note_deprecations(source, deprecations, problems)
    return plugin, stated


def _fits(
    source: Source, plugin: object, stated: object, interface: Interface, problems: Problems
) -> bool:
    """Return whether a plugin states a version of the API that is supported."""
    if type(stated) is int and stated in interface.accepted:
        if stated < interface.version:
            problems.add(
                "SY214",
                f"{source.label} uses version {stated} of the plugin API, which the version after "
                f"{interface.version} will not support",
                place_of_plugin(plugin),
                expected=f"STEELYARD_API = {interface.version}",
                fix="upgrade the plugin",
                warning=True,
            )
        return True
    what, fix = f"uses version {stated!r} of the plugin API", "install compatible versions"
    if stated is None:
        what = "does not state the version of the plugin API that it uses"
        fix = f"add the line STEELYARD_API = {interface.version}"
    elif type(stated) is int:
        fix = "upgrade the plugin" if stated < interface.version else "upgrade steelyard"
    accepted = " or ".join(str(version) for version in interface.accepted)
    problems.add(
        "SY207",
        f"{source.label} {what}",
        place_of_plugin(plugin),
        expected=f"STEELYARD_API = {accepted}, which steelyard {__version__} supports",
        fix=fix,
    )
    return False


def _register(
    source: Source, plugin: object, interface: Interface, problems: Problems
) -> Registry | None:
    """Call the plugin's hooks, alone in a plugin manager of its own."""
    from pluggy import PluginManager, PluginValidationError

    registry = Registry(source.name)
    manager = PluginManager(PROJECT)
    manager.add_hookspecs(interface.specifications)
    try:
        with plugin_code(source.module) as deprecations:
            manager.register(plugin, name=source.name)
            fault = _hook_fault(manager, plugin)
            for caller in () if fault else manager.get_hookcallers(plugin) or ():
                caller(registry=registry)
    except PluginValidationError:
        fault = f"has a function {_HOOK} with other arguments"
    except Exception as error:  # noqa: BLE001 - a plugin may raise anything
        problems.add(
            "SY208",
            f"{source.label} could not register: {failure_text(error)}",
            place_of_error(error, source.module) or place_of_plugin(plugin),
            fix="report it to the authors of the plugin",
        )
        return None
    else:
        _note_deprecations(source, deprecations, problems)
    if fault is None:
        return registry
    problems.add(
        "SY208", f"{source.label} {fault}", place_of_plugin(plugin), expected=_EXPECTED_HOOK
    )
    return None


def _note_deprecations(
    source: Source, deprecations: Mapping[tuple[str, Place], None], problems: Problems
) -> None:
    for text, place in deprecations:
        problems.add("SY214", f"{source.label}: {text}", place, warning=True)


def _hook_fault(manager: "PluginManager", plugin: object) -> str | None:
    """Return the fault of the functions that a plugin marks with @hook, or None."""
    hooks = manager.get_hookcallers(plugin) or []
    unknown = sorted(hook.name for hook in hooks if not hook.has_spec())
    if unknown:
        return f"marks {', '.join(unknown)} with @hook, which is not a hook of the API"
    return None if hooks else "registers nothing"
