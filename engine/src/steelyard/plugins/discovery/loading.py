"""Loading of one plugin: import, registration of its declarations, and checks."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from steelyard import __version__
from steelyard.errors import Place, Problem, Problems
from steelyard.model.facts import FactDeclaration
from steelyard.plugin import ItemType, Registry
from steelyard.plugin.hooks import CURRENT, PROJECT, Interface
from steelyard.plugins.discovery.catalogue import PluginInfo, Source
from steelyard.plugins.discovery.containment import failure_text, plugin_code
from steelyard.plugins.discovery.facts_files import read_facts_files, read_rule_files
from steelyard.plugins.discovery.item_types import check_item_types
from steelyard.plugins.discovery.places import place_of_error, place_of_plugin

if TYPE_CHECKING:
    from pluggy import PluginManager

_HOOK = "steelyard_register"
_EXPECTED_HOOK = f"one function {_HOOK}(registry), marked with @hook"


Declared = tuple[PluginInfo, list[FactDeclaration], list[ItemType]]


def load_source(source: Source, interface: Interface = CURRENT) -> Declared:
    """Import a plugin; return its description with all problems, its facts and its item types."""
    problems = Problems()
    plugin, api = _import(source, problems)
    info = unloaded(source, problems, api if type(api) is int else None)
    registry = None
    if plugin is not None and _fits(source, plugin, api, interface, problems):
        registry = _register(source, plugin, interface, problems)
    places: dict[str, Place] = {}
    facts: list[FactDeclaration] = []
    item_types: list[ItemType] = []
    try:
        if registry is not None:
            with plugin_code(source.module):
                item_types = check_item_types(source.name, plugin, registry.item_types, problems)
                facts = read_facts_files(source, plugin, registry, problems, places)
                known = {item_type.name: place_of_plugin(plugin) for item_type in item_types}
                rules = read_rule_files(source, plugin, registry, known, problems)
                examples = tuple(registry.example_books)
            info = replace(
                info,
                facts=tuple(fact.id for fact in facts),
                item_types=tuple(item_type.name for item_type in item_types),
                examples=examples,
                places=places,
                rules=rules,
            )
    except Exception as error:  # noqa: BLE001 - a plugin may register anything
        what = f"{source.label} registered an invalid value: {failure_text(error)}"
        problems.add("SY208", what, place_of_plugin(plugin))
    return replace(info, ok=not problems.errors, problems=tuple(problems)), facts, item_types


def unloaded(source: Source, problems: Iterable[Problem], api: int | None = None) -> PluginInfo:
    """Return the description of a plugin that is not used because of some problems."""
    return PluginInfo(
        source.name, source.version, source.distribution, source.module, ok=False,
        problems=tuple(problems), api=api,
    )  # fmt: skip


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
        fault = f"has a function {_HOOK} with wrong arguments"
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
