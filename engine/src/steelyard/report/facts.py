"""Declared facts as a table, as a page per fact, and as JSON data."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson

from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.numbers import format_scaled
from steelyard.model.texts import Language
from steelyard.report.json import text_json
from steelyard.report.wording.layout import columns
from steelyard.report.wording.messages import say
from steelyard.report.wording.values import both

_NUMBERS = ("int", "decimal")


def facts_table(facts: Sequence[FactDeclaration], language: Language) -> str:
    """Return one line per fact: name, title, type, window, need."""
    names = ("name", "title", "type", "window", "need")
    rows = [tuple(say(f"fact.{name}", language) for name in names)]
    rows += [
        (
            fact.id,
            fact.title.of(language),
            type_text(fact),
            fact.window or "",
            need_text(fact, language),
        )
        for fact in facts
    ]
    return "".join(f"{line}\n" for line in columns(rows, "lllll"))


def fact_page(fact: FactDeclaration, language: Language) -> str:
    """Return the whole declaration of a fact."""
    rows = (
        ("type", type_text(fact)),
        ("need", need_text(fact, language)),
        ("bounds", bounds_text(fact)),
        ("window", fact.window or ""),
        ("values", ", ".join(fact.values)),
        ("at_most", fact.at_most or ""),
        ("industries", ", ".join(fact.industries)),
        ("key", ", ".join(fact.key)),
        ("max_records", str(fact.max_records) if fact.max_records else ""),
        ("meaning", " ".join(fact.meaning.split())),
        ("source", fact.source),
        ("provider", fact.provider),
        ("illustrative", say("yes", language) if fact.illustrative else ""),
    )
    lines = [fact.id, both(fact.title, language), ""]
    lines += columns(
        [(f"  {say(f'fact.{key}', language)}", text) for key, text in rows if text], "ll"
    )
    if fact.fields:
        lines += ["", say("fact.fields", language)]
        fields = [
            (
                f"  {field.name}",
                field.title.of(language),
                type_text(field),
                need_text(field, language),
            )
            for field in fact.fields
        ]
        lines += columns(fields, "llll")
    return "".join(f"{line}\n" for line in lines)


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
    data = _shape_json(fact)
    data |= {
        "meaning": fact.meaning,
        "source": fact.source,
        "window": fact.window,
        "at_most": fact.at_most,
        "industries": list(fact.industries),
        "illustrative": fact.illustrative,
        "provider": fact.provider,
    }
    if fact.type == "records":
        data |= {
            "key": list(fact.key),
            "max_records": fact.max_records,
            "fields": [_shape_json(field) for field in fact.fields],
        }
    return data


def _shape_json(fact: FactDeclaration | FieldDeclaration) -> dict[str, Any]:
    name = {"id": fact.id} if isinstance(fact, FactDeclaration) else {"name": fact.name}
    data: dict[str, Any] = {
        **name,
        "title": text_json(fact.title),
        "type": fact.type,
        "required": fact.required,
    }
    if fact.type in _NUMBERS:
        data |= {
            "decimals": fact.decimals,
            "unit": fact.unit,
            "bounds": [
                orjson.Fragment(format_scaled(end, fact.decimals, trim=True))
                for end in (fact.low, fact.high)
            ],
        }
    elif fact.type == "date":
        ends = (fact.low, fact.high)
        data["bounds"] = [date.fromordinal(end).isoformat() for end in ends]
    elif fact.type == "enum":
        data["values"] = list(fact.values)
    return data
