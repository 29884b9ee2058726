"""The files of facts and of rules that a plugin registered."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

from steelyard.errors import InvalidInput, Place, Problems
from steelyard.formats import Located, parse_yaml, read_yaml
from steelyard.model.facts import FactDeclaration
from steelyard.plugin import Registry
from steelyard.plugins.discovery.catalogue import Source
from steelyard.plugins.discovery.containment import failure_text
from steelyard.plugins.discovery.declarations import fact_places, read_facts
from steelyard.plugins.discovery.places import place_of_plugin, shown
from steelyard.plugins.discovery.shipped import Rules, read_rules

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def read_facts_files(
    source: Source,
    plugin: object,
    registry: Registry,
    problems: Problems,
    places: dict[str, Place],
) -> list[FactDeclaration]:
    """Return the facts that a plugin declares, and note their lines in `places`."""
    facts: dict[str, FactDeclaration] = {}
    for file in registry.fact_files:
        document = _document(source, plugin, file, "facts", problems)
        if document is None:
            continue
        before = len(problems.errors)
        declared = read_facts(document, source.name, problems)
        lines = fact_places(document)
        places.update(lines)
        _note_foreign_names(declared, source.name, lines, problems)
        for fact in declared:
            if fact.id in facts:
                problems.add(
                    "SY202",
                    f"two facts files of the plugin {source.name} declare {fact.id}",
                    document.place,
                    fix="rename or remove one of the two",
                )
            facts[fact.id] = fact
        _note_unused(source, len(problems.errors) - before, "facts", document, problems)
    return list(facts.values())


def read_rule_files(
    source: Source,
    plugin: object,
    registry: Registry,
    known: dict[str, Place | None],
    problems: Problems,
) -> Rules:
    """Return the rules that a plugin ships. `known` are the places of the names that it has."""
    shipped: dict[str, dict[str, Located]] = {}
    for file in registry.rule_files:
        document = _document(source, plugin, file, "rules", problems)
        if document is None:
            continue
        before = len(problems.errors)
        rules = read_rules(document, source.name, known, problems) or {}
        for key, entries in rules.items():
            shipped.setdefault(key, {}).update(entries)
        _note_unused(source, len(problems.errors) - before, "rules", document, problems)
    return shipped


def _note_unused(
    source: Source, count: int, content: str, document: Located, problems: Problems
) -> None:
    """Note that a plugin is not used, because a file of its has a number of problems."""
    if count:
        word = "problem" if count == 1 else "problems"
        what = f"{source.label} is not used: {count} {word} in its {content}"
        problems.add("SY208", what, document.place)


def _document(
    source: Source, plugin: object, file: object, content: str, problems: Problems
) -> Located | None:
    """Read a file of facts or of rules, which may lie in a folder or in an archive."""
    try:
        if isinstance(file, Path):
            return read_yaml(file, name=shown(str(file), source.module))
        packed = cast("Traversable", file)  # anything else raises below
        return parse_yaml(packed.read_text(encoding="utf-8"), f"{source.module}/{packed.name}")
    except InvalidInput as error:
        what = f"{source.label} is not used: its {content} cannot be read"
        problems.add("SY208", what, place_of_plugin(plugin))
        problems.extend(error.problems)
    except Exception as error:  # noqa: BLE001 - a plugin may register anything
        problems.add(
            "SY208",
            f"{source.label} registered a {type(file).__name__} as a {content} file, which cannot "
            f"be read: {failure_text(error)}",
            place_of_plugin(plugin),
            expected=f'a file of the plugin: files(__name__) / "{content}.yaml"',
        )
    return None


def _note_foreign_names(
    facts: list[FactDeclaration], plugin: str, places: dict[str, Place], problems: Problems
) -> None:
    """Note facts without the plugin's name before theirs: other books could have such facts."""
    prefix = f"{plugin.replace('-', '_')}."
    for fact in facts:
        if not fact.id.startswith(prefix):
            problems.add(
                "SY201",
                f"the name of the fact {fact.id} does not begin with that of the plugin {plugin}",
                places.get(fact.id),
                expected=f"a name that begins with {prefix}",
                fix=f"call it {prefix}{fact.id.rpartition('.')[2]}",
            )
