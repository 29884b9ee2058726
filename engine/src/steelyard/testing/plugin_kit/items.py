"""Checks of item types as declared: texts, parameters, example."""

from collections.abc import Iterator, Mapping
from typing import Any

from steelyard.errors import InvalidInput
from steelyard.formats import parse_yaml
from steelyard.plan.structure import Plan
from steelyard.testing.plugin_kit.declarations import is_chinese, text_faults
from steelyard.testing.plugin_kit.subject import Subject
from steelyard.testing.plugin_kit.verdicts import Finding, Note

_SAYS = ("type", "enum", "const", "anyOf", "oneOf", "allOf")
_WORDS = 2  # of a description, at least


def items_are_documented(subject: Subject) -> Iterator[Finding]:
    """Yield item types without real texts, or whose function says nothing."""
    for name, item_type in subject.item_types.items():
        yield from (f"the title of {name} {fault}" for fault in text_faults(item_type.title))
        yield from (f"the summary of {name} {fault}" for fault in text_faults(item_type.summary))
        if item_type.summary.en.strip(" .") == item_type.title.en.strip(" ."):
            yield f"the summary of {name} only repeats its title"
        if not (getattr(item_type.build, "__doc__", None) or "").strip():
            yield f"the build function of {name} has no docstring"
    yield Note(f"item types: {len(subject.item_types)}")


def parameters_are_described(subject: Subject) -> Iterator[Finding]:
    """Yield parameters that do not say what they are or what is accepted."""
    for name, item_type in subject.item_types.items():
        for parameter, schema in item_type.parameters.items():
            words = str(schema.get("description", "")).split()
            if not words:
                yield f"parameter {parameter} of {name} has no description"
            elif len(words) < _WORDS and not is_chinese(words[0]):
                yield (
                    f"the description of parameter {parameter} of {name} is one word: "
                    f"{words[0]!r}; say what it is"
                )
            for path in _open_places(schema, parameter):
                yield f"the schema of parameter {path} of {name} accepts anything: add a type"


def _open_places(schema: Mapping[str, Any], path: str) -> Iterator[str]:
    """Yield the places in a schema, itself or inside it, at which anything is accepted."""
    if not any(keyword in schema for keyword in _SAYS):
        yield path
    if schema.get("type") == "array" and "items" not in schema and "prefixItems" not in schema:
        yield f"{path}[]"
    inside: list[tuple[str, object]] = [
        (f"{path}[]", schema.get("items")),
        *((f"{path}[{at}]", one) for at, one in enumerate(schema.get("prefixItems", ()))),
        *((f"{path}.{key}", one) for key, one in schema.get("properties", {}).items()),
        (f"{path}.*", schema.get("additionalProperties")),
    ]
    for place, one in inside:
        if isinstance(one, Mapping):
            yield from _open_places(one, place)


def items_have_examples(subject: Subject) -> Iterator[Finding]:
    """Yield item types whose example is missing, is of another type, or does not compile."""
    for name, item_type in subject.item_types.items():
        if not item_type.example.strip():
            yield f"{name} has no example"
            continue
        try:
            document = parse_yaml(item_type.example, "example")
        except InvalidInput as error:
            yield f"the example of {name} cannot be read: {error}"
            continue
        entry = document.value if isinstance(document.value, dict) else {}
        stated = entry["type"].value if "type" in entry else None
        if stated != name:
            yield f"the example of {name} is an item of the type {stated}"
            continue
        made = subject.example_plans[name]
        if not isinstance(made, Plan):
            yield f"the example of {name} does not compile: {made[0]}"
