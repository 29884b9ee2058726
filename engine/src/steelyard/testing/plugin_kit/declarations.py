"""Checks of loading, and of declared facts and item types: bounds, units, texts, schemas."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from steelyard.errors import InvalidInput
from steelyard.formats import parse_yaml
from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.texts import Prose, Text
from steelyard.plan.structure import Plan
from steelyard.plugins.discovery.shipped import LISTS
from steelyard.testing.plugin_kit.forbidden import scan_package
from steelyard.testing.plugin_kit.report import Finding, Note
from steelyard.testing.plugin_kit.subject import Subject

MAX_BOUND = 10**15  # scaled; wider bounds are of no use
_CHINESE = re.compile(r"[㐀-䶿一-鿿]")
_NUMBERS = ("int", "decimal")
_TYPE_KEYWORDS = ("type", "enum", "const", "anyOf", "oneOf", "allOf")


def loads(subject: Subject) -> Iterator[Finding]:
    """Yield every problem of registration; building the examples shows whether the process ends."""
    info = subject.info
    for problem in info.problems:
        yield str(problem) if problem.severity == "error" else Note(str(problem))
    if info.ok:
        assert subject.example_plans is not None
    yield Note(f"version {info.version or '?'}, module {info.module}")


def nothing_is_forbidden(subject: Subject) -> Iterator[Finding]:
    """Yield every forbidden import, name and call in the plugin's files; nothing is run."""
    yield from scan_package(subject.package)


def is_chinese(text: str) -> bool:
    """Return whether a text has a Chinese character."""
    return _CHINESE.search(text) is not None


def text_faults(text: Text) -> Iterator[str]:
    """Yield the faults of a text that must be in both languages."""
    if not text.en.strip() or not text.zh.strip():
        yield "is empty in one of the languages"
    elif is_chinese(text.en):
        yield f"is not English: {text.en!r}"
    elif not is_chinese(text.zh):
        yield f"is not Chinese: {text.zh!r}"


def facts_are_used(subject: Subject) -> Iterator[Finding]:
    """Yield the facts, and fields of records, that no plan of the plugin reads."""
    examples = (plan for plan in subject.example_plans.values() if isinstance(plan, Plan))
    plans = (*subject.plans, *examples)
    used = {fact.id for plan in plans for fact in plan.facts}
    read = {(node.name, node.field) for plan in plans for node in plan.nodes if node.field}
    for name, fact in subject.facts.items():
        unread = [
            f"the field {name}.{field.name}"
            for field in fact.fields  # an id cannot be read; a key identifies a record
            if field.type != "id" and field.name not in fact.key and (name, field.name) not in read
        ]
        for what in unread if name in used else [name]:
            yield (
                f"{what} is read by no item type's example and by no ruleset of the example book"
            )
    yield Note(f"{len(subject.facts)} facts")


def facts_have_bounds(subject: Subject) -> Iterator[Finding]:
    """Yield numbers whose bounds exclude no usual value."""
    for name, fact in _declared(subject):
        if fact.type in _NUMBERS and max(abs(fact.low), abs(fact.high)) > MAX_BOUND:
            yield f"the bounds of {name} are wider than any real value; give the possible values"
        elif fact.type in _NUMBERS and fact.low == fact.high:
            yield f"the bounds of {name} allow one value only"


def facts_have_units(subject: Subject) -> Iterator[Finding]:
    """Yield numbers without a unit."""
    for name, fact in _declared(subject):
        if fact.type in _NUMBERS and fact.unit is None:
            yield f"{name} has no unit; give one: count, share, hours, days, …"


def facts_have_titles(subject: Subject) -> Iterator[Finding]:
    """Yield facts and fields without a title in each language."""
    for name, fact in _declared(subject):
        yield from (f"the title of {name} {fault}" for fault in text_faults(fact.title))


def facts_have_sources(subject: Subject) -> Iterator[Finding]:
    """Yield facts without a source, and facts without a meaning."""
    for name, fact in subject.facts.items():
        source, meaning = (_in_all_languages(prose) for prose in (fact.source, fact.meaning))
        if not all(map(str.strip, source)) and not fact.illustrative:
            yield f"{name} has neither a source nor `illustrative: true`"
        if not all(text.strip(" .…-") for text in meaning):
            yield f"{name} has no meaning"


def _in_all_languages(prose: Prose) -> tuple[str, ...]:
    return (prose,) if isinstance(prose, str) else tuple(prose.by_language.values())


def facts_have_industries(subject: Subject) -> Iterator[Finding]:
    """Yield facts without industries if other facts of the plugin have them."""
    without = [name for name, fact in subject.facts.items() if not fact.industries]
    if len(without) < len(subject.facts):
        yield from (f"{name} has no `industries`, though others do" for name in without)


def _declared(subject: Subject) -> Iterator[tuple[str, FactDeclaration | FieldDeclaration]]:
    """Yield every fact and every field of records, with its name."""
    for name, fact in subject.facts.items():
        yield name, fact
        yield from ((f"{name}.{field.name}", field) for field in fact.fields)


def items_are_documented(subject: Subject) -> Iterator[Finding]:
    """Yield item types without real texts, or whose function has no docstring."""
    for name, item_type in subject.item_types.items():
        yield from (f"the title of {name} {fault}" for fault in text_faults(item_type.title))
        yield from (f"the summary of {name} {fault}" for fault in text_faults(item_type.summary))
        if item_type.summary.en.strip(" .") == item_type.title.en.strip(" ."):
            yield f"the summary of {name} only repeats its title"
        if not (getattr(item_type.build, "__doc__", None) or "").strip():
            yield f"the build function of {name} has no docstring"
    yield Note(f"item types: {len(subject.item_types)}")


def parameters_are_described(subject: Subject) -> Iterator[Finding]:
    """Yield parameters without a description in each language, and schemas that accept anything."""
    for name, item_type in subject.item_types.items():
        for parameter, schema in item_type.parameters.items():
            words = str(schema.get("description", "")).split()
            if not words:
                yield f"parameter {parameter} of {name} has no description"
            elif len(words) == 1 and not is_chinese(words[0]):
                yield f"parameter {parameter} of {name} is described by one word: {words[0]!r}"
            elif not is_chinese(str(schema.get("description_zh", words))):
                yield f"parameter {parameter} of {name} has no description_zh, in Chinese"
            for path in _open_schemas(schema, parameter):
                yield f"the schema of parameter {path} of {name} accepts anything: add a type"


def _open_schemas(schema: Mapping[str, Any], path: str) -> Iterator[str]:
    """Yield the paths of the schemas, this one and inner ones, that accept anything."""
    if not any(keyword in schema for keyword in _TYPE_KEYWORDS):
        yield path
    if schema.get("type") == "array" and "items" not in schema and "prefixItems" not in schema:
        yield f"{path}[]"
    inner: dict[str, object] = {
        f"{path}[]": schema.get("items"),
        **{f"{path}[{at}]": part for at, part in enumerate(schema.get("prefixItems", ()))},
        **{f"{path}.{key}": part for key, part in schema.get("properties", {}).items()},
        f"{path}.*": schema.get("additionalProperties"),
    }
    for place, part in inner.items():
        if isinstance(part, Mapping):
            yield from _open_schemas(part, place)


def rules_compile(subject: Subject) -> Iterator[Finding]:
    """Yield rules that do not compile by themselves, or that lack a text or a source."""
    for (key, name), rule in subject.rules.items():
        plan = subject.rule_plans[name]
        if not isinstance(plan, Plan):
            yield f"the {LISTS[key]} {name} does not compile: {plan[0]}"
        plain = rule.plain()
        for part in ("title", "title_not_met", "remedy"):
            if part in plain:
                faults = text_faults(Text(**plain[part]))
                yield from (f"the {part} of {name} {fault}" for fault in faults)
        if not str(plain.get("source", "")).strip() and not plain.get("illustrative"):
            yield f"{name} has neither a source nor `illustrative: true`"
    yield Note(f"rules: {len(subject.rules)}")


def items_have_examples(subject: Subject) -> Iterator[Finding]:
    """Yield item types whose example is missing, is of another type, or does not compile."""
    for name, item_type in subject.item_types.items():
        if not item_type.example.strip():
            yield f"{name} has no example"
            continue
        try:
            entry = parse_yaml(item_type.example, "example").value
        except InvalidInput as error:
            yield f"the example of {name} cannot be read: {error}"
            continue
        stated = entry["type"].value if isinstance(entry, dict) and "type" in entry else None
        plan = subject.example_plans[name]
        if stated != name:
            yield f"the example of {name} is an item of the type {stated}"
        elif not isinstance(plan, Plan):
            yield f"the example of {name} does not compile: {plan[0]}"
