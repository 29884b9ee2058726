"""Declared facts as a table, as a page per fact, and as JSON data."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.numbers import format_scaled
from steelyard.model.texts import Language
from steelyard.plan.bounds import Range
from steelyard.report.html import render
from steelyard.report.json import attributes, to_data
from steelyard.report.wording.messages import say
from steelyard.report.wording.values import both

_NUMBERS = ("int", "decimal")


def facts_table(facts: Sequence[FactDeclaration], language: Language) -> str:
    """Return one line per fact: name, title, type, window, need."""
    functions = {"type_text": type_text, "need_text": need_text}
    return render("facts.txt", facts=facts, language=language, **functions)


def fact_page(fact: FactDeclaration, language: Language) -> str:
    """Return the whole declaration of a fact."""
    functions = {
        "type_text": type_text, "need_text": need_text, "bounds_text": bounds_text, "both": both
    }  # fmt: skip
    return render("fact.txt", fact=fact, language=language, **functions)


def need_text(fact: FactDeclaration | FieldDeclaration, language: Language) -> str:
    """Return whether a fact or field is required."""
    return say("fact.required" if fact.required else "fact.optional", language)


def type_text(fact: FactDeclaration | FieldDeclaration) -> str:
    """Return the type of a fact or field, with its decimals and unit: `decimal(2) hours`."""
    text: str = fact.type
    if fact.type == "decimal":
        text = f"decimal({fact.decimals})"
    return f"{text} {fact.unit}" if fact.unit else text


def bounds_text(fact: FactDeclaration | FieldDeclaration) -> str:
    """Return the bounds of a number or date, `0 … 100`; empty for other types."""
    if fact.type in _NUMBERS:
        low, high = (format_scaled(end, fact.decimals, trim=True) for end in (fact.low, fact.high))
        return f"{low} … {high}"
    if fact.type == "date":
        return f"{date.fromordinal(fact.low)} … {date.fromordinal(fact.high)}"
    return ""


def fact_json(fact: FactDeclaration) -> dict[str, Any]:
    """Return a declaration as JSON data with exact numbers."""
    names = ("meaning", "source", "window", "at_most", "industries", "illustrative", "provider")
    data = {"id": fact.id, **_shape_json(fact), **attributes(fact, names)}
    if fact.type == "records":
        data |= attributes(fact, ("key", "max_records"))
        data["fields"] = [{"name": field.name, **_shape_json(field)} for field in fact.fields]
    return data


def _shape_json(fact: FactDeclaration | FieldDeclaration) -> dict[str, Any]:
    data = attributes(fact, ("title", "type", "required"))
    if fact.type in _NUMBERS:
        data |= attributes(fact, ("decimals", "unit"))
        data["bounds"] = to_data(Range(fact.low, fact.high, fact.decimals))
    elif fact.type == "date":
        data["bounds"] = [str(date.fromordinal(end)) for end in (fact.low, fact.high)]
    elif fact.type == "enum":
        data["values"] = list(fact.values)
    return data
