"""Checks of item types as declared: texts, parameters, example."""

from collections.abc import Iterator

from steelyard.conformance.declarations import text_faults
from steelyard.conformance.subject import Subject
from steelyard.conformance.verdicts import Finding, Note
from steelyard.errors import InvalidInput
from steelyard.loader import parse_yaml
from steelyard.plan.structure import Plan

_SAYS = ("type", "enum", "const", "anyOf", "oneOf", "allOf")


def items_are_documented(subject: Subject) -> Iterator[Finding]:
    """Yield item types without real texts, or whose function says nothing."""
    for name, item_type in subject.item_types.items():
        yield from (f"the title of {name} {fault}" for fault in text_faults(item_type.title))
        yield from (f"the summary of {name} {fault}" for fault in text_faults(item_type.summary))
        if item_type.summary.en.strip(" .") == item_type.title.en.strip(" ."):
            yield f"the summary of {name} only repeats its title"
        if not (getattr(item_type.build, "__doc__", None) or "").strip():
            yield f"the build function of {name} has no docstring"
    yield Note(f"{len(subject.item_types)} item types")


def parameters_are_described(subject: Subject) -> Iterator[Finding]:
    """Yield parameters that do not say what they are or what is accepted."""
    for name, item_type in subject.item_types.items():
        for parameter, schema in item_type.parameters.items():
            if len(str(schema.get("description", "")).strip()) < 8:
                yield f"parameter {parameter} of {name} has no description"
            if not any(keyword in schema for keyword in _SAYS):
                yield f"the schema of parameter {parameter} of {name} accepts anything: add a type"


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
