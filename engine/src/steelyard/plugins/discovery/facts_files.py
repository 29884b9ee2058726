"""The facts files that a plugin registered, read one by one."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

from steelyard.errors import InvalidInput, Place, Problems
from steelyard.formats import Located, parse_yaml, read_yaml
from steelyard.language.expressions import ExpressionError
from steelyard.model.facts import FactDeclaration
from steelyard.model.limits import MAX_FACTS_FILE_BYTES, MAX_PLUGIN_FACTS
from steelyard.plugin import Registry
from steelyard.plugins.discovery.declarations import count_facts, fact_places, read_facts
from steelyard.plugins.discovery.places import place_of_plugin, shown
from steelyard.plugins.discovery.running import said
from steelyard.plugins.discovery.source import Source, who

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def read_facts_files(
    source: Source,
    plugin: object,
    registry: Registry,
    problems: Problems,
    places: dict[str, Place],
) -> list[FactDeclaration]:
    """Return the facts that a plugin declares, and note where in `places`.

    Raises `ExpressionError` SY213 where they are too many, or a file too large.
    """
    facts: dict[str, FactDeclaration] = {}
    listed = 0
    for file in registry.fact_files:
        before = len(problems.errors)
        document = _document(source, plugin, file, problems)
        listed += 0 if document is None else count_facts(document)
        if listed > MAX_PLUGIN_FACTS:  # told at once, not after a problem for each of them
            raise ExpressionError("SY213", f"it declares more than {MAX_PLUGIN_FACTS} facts")
        read = [] if document is None else read_facts(document, source.name, problems)
        here = {} if document is None else fact_places(document)
        places.update(here)
        _note_foreign_names(read, source.name, here, problems)
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
                f"{who(source)} is not used: {found} problem{'s' * (found > 1)} in its facts",
                document.place,
            )
    return list(facts.values())


def _document(source: Source, plugin: object, file: object, problems: Problems) -> Located | None:
    """Read a facts file, which may lie in a folder or in an archive."""
    try:
        if isinstance(file, Path):
            name = shown(str(file), source.module)
            _check_size(file.stat().st_size if file.is_file() else 0, name)
            return read_yaml(file, name=name)
        packed = cast("Traversable", file)  # what is nothing of the kind is refused below
        name = f"{source.module}/{packed.name}"
        text = packed.read_text(encoding="utf-8")
        _check_size(len(text), name)
        return parse_yaml(text, name)
    except InvalidInput as error:
        problems.add(
            "SY208",
            f"{who(source)} is not used: its facts cannot be read",
            place_of_plugin(plugin),
        )
        problems.extend(error.problems)
    except MemoryError:
        raise
    except Exception as error:  # a plugin may hand over anything
        if isinstance(error, ExpressionError):
            raise
        problems.add(
            "SY208",
            f"{who(source)} registered {_named(file)} as a facts "
            f"file, which cannot be read: {said(error)}",
            place_of_plugin(plugin),
            expected='a file of the plugin: files(__name__) / "facts.yaml"',
        )
    return None


def _note_foreign_names(
    facts: list[FactDeclaration], plugin: str, places: dict[str, Place], problems: Problems
) -> None:
    """Note facts whose names are not the plugin's: they could be those of any book."""
    prefix = f"{plugin.replace('-', '_')}."
    for fact in facts:
        if not fact.id.startswith(prefix):
            problems.add(
                "SY201",
                f"the fact {fact.id} does not have the name of the plugin {plugin} before it",
                places.get(fact.id),
                expected=f"a name that begins with {prefix}",
                fix=f"call it {prefix}{fact.id.rpartition('.')[2]}",
            )


def _check_size(size: int, name: str) -> None:
    if size > MAX_FACTS_FILE_BYTES:
        raise ExpressionError(
            "SY213", f"its facts file {name} is larger than {MAX_FACTS_FILE_BYTES} bytes"
        )


def _named(thing: object) -> str:
    return f"a {type(thing).__name__}"
