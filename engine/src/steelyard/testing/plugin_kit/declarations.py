"""Checks of declared facts: each used, bounded, titled in both languages, with a source."""

import re
from collections.abc import Iterator

from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.texts import Text
from steelyard.plan.structure import Plan
from steelyard.testing.plugin_kit.subject import Subject
from steelyard.testing.plugin_kit.verdicts import Finding, Note

WIDEST = 10**15  # scaled: bounds that are wider bound nothing
_CHINESE = re.compile(r"[㐀-䶿一-鿿]")


def is_chinese(text: str) -> bool:
    """Return whether a text has a Chinese character."""
    return _CHINESE.search(text) is not None


def text_faults(text: Text) -> Iterator[str]:
    """Yield what is wrong with a text that should be in both languages."""
    if not text.en.strip() or not text.zh.strip():
        yield "is empty in one of the languages"
    elif is_chinese(text.en):
        yield f"is not English: {text.en!r}"
    elif not is_chinese(text.zh):
        yield f"is not Chinese: {text.zh!r}"


def facts_are_used(subject: Subject) -> Iterator[Finding]:
    """Yield the facts, and fields of records, that no plan of the plugin's own reads."""
    examples = (plan for plan in subject.example_plans.values() if isinstance(plan, Plan))
    plans = (*subject.plans, *examples)
    used = {fact.id for plan in plans for fact in plan.facts}
    read = {(node.name, node.field) for plan in plans for node in plan.nodes if node.field}
    nobody = "read by no item type's example and by no ruleset of the example book"
    for name, fact in subject.facts.items():
        if name not in used:
            yield f"{name} is {nobody}"
            continue
        for field in fact.fields:
            # an id cannot be read; a key tells records apart
            if field.type == "id" or field.name in fact.key or (name, field.name) in read:
                continue
            yield f"the field {name}.{field.name} is {nobody}"
    yield Note(f"{len(subject.facts)} facts")


def facts_have_bounds(subject: Subject) -> Iterator[Finding]:
    """Yield numbers whose bounds bound nothing."""
    for name, one in _declared(subject):
        if one.type in ("int", "decimal") and max(abs(one.low), abs(one.high)) > WIDEST:
            yield f"the bounds of {name} are wider than any real value; say what is possible"
        elif one.type in ("int", "decimal") and one.low == one.high:
            yield f"the bounds of {name} leave one value only"


def facts_have_units(subject: Subject) -> Iterator[Finding]:
    """Yield numbers that do not say what they count."""
    for name, one in _declared(subject):
        if one.type in ("int", "decimal") and one.unit is None:
            yield f"{name} has no unit; say what is counted: count, share, hours, days, …"


def facts_have_titles(subject: Subject) -> Iterator[Finding]:
    """Yield facts and fields without a title in each language."""
    for name, one in _declared(subject):
        yield from (f"the title of {name} {fault}" for fault in text_faults(one.title))


def facts_have_sources(subject: Subject) -> Iterator[Finding]:
    """Yield facts of which nobody can tell where their definition comes from."""
    for name, fact in subject.facts.items():
        if not fact.source.strip() and not fact.illustrative:
            yield f"{name} has neither a source nor `illustrative: true`"
        if not fact.meaning.strip(" .…-"):
            yield f"{name} does not say what it means"


def facts_have_industries(subject: Subject) -> Iterator[Finding]:
    """Yield facts without industries where others of the plugin have them."""
    without = [name for name, fact in subject.facts.items() if not fact.industries]
    if len(without) < len(subject.facts):
        yield from (f"{name} has no `industries`, though others do" for name in without)


def _declared(subject: Subject) -> Iterator[tuple[str, FactDeclaration | FieldDeclaration]]:
    """Yield every fact and every field of records, with its name."""
    for name, fact in subject.facts.items():
        yield name, fact
        yield from ((f"{name}.{field.name}", field) for field in fact.fields)
