"""Declared facts as a table, a page per fact, a merchant file to fill in, and as JSON data."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from steelyard.merchants.rows.values import value_bounds
from steelyard.model.facts import Declaration, FactDeclaration
from steelyard.model.texts import Language, prose_in
from steelyard.plan.bounds import Range
from steelyard.report.html import render
from steelyard.report.json import attributes, to_data
from steelyard.report.wording.messages import say
from steelyard.report.wording.values import both, other_language

_NUMBERS = ("int", "decimal")
_LABELS = ("merchant", "industry", "shop_type")


def facts_table(facts: Sequence[FactDeclaration], language: Language) -> str:
    """Return one line per fact: name, title, type, window, need."""
    return render("facts.txt", type_text, need_text, facts=facts, language=language)


def fact_page(fact: FactDeclaration, language: Language) -> str:
    """Return the whole declaration of a fact."""
    functions = (type_text, need_text, bounds_text, both, prose_in)
    return render("fact.txt", *functions, fact=fact, language=language)


def need_text(fact: Declaration, language: Language) -> str:
    """Return whether a fact or field is required, or what is taken where it is not given."""
    default = default_of(fact)
    if default is not None:
        return say("fact.default", language, value=default)
    return say("fact.required" if fact.required else "fact.optional", language)


def default_of(fact: Declaration) -> str | None:
    """Return the value of a merchant that does not give a fact: its shop type is the first."""
    is_shop_type = isinstance(fact, FactDeclaration) and fact.id == "shop_type"
    return fact.values[0] if is_shop_type and fact.values else None


def type_text(fact: Declaration) -> str:
    """Return the type of a fact or field, with its decimals and unit: `decimal(2) hours`."""
    text: str = fact.type
    if fact.type == "decimal":
        text = f"decimal({fact.decimals})"
    return f"{text} {fact.unit}" if fact.unit else text


def bounds_text(fact: Declaration) -> str:
    """Return the bounds of a number or date, `0 … 100`; empty for other types."""
    return " … ".join(value_bounds(fact)) if fact.type in (*_NUMBERS, "date") else ""


def merchant_template(
    declarations: Mapping[str, FactDeclaration], industry: str, language: Language
) -> str:
    """Return a YAML merchant file with every fact of an industry, all null, each explained.

    Reading it back gives a merchant without facts: no name in it is unknown. The first part of
    dotted names is a mapping, unless it is also the name of a fact.
    """
    facts = [
        fact
        for fact in declarations.values()
        if fact.id not in _LABELS and (not fact.industries or industry in fact.industries)
    ]
    sections: dict[str, list[FactDeclaration]] = {}
    for fact in facts:
        section = fact.id.partition(".")[0] if "." in fact.id else ""
        sections.setdefault(section, []).append(fact)
    return render(
        "merchant_file.txt",
        need_text,
        shape_text,
        industry=industry,
        shop_type=declarations.get("shop_type"),
        sections=sections,
        names={fact.id for fact in facts},
        language=language,
        other_language=other_language(language),
    )


def shape_text(fact: Declaration, language: Language) -> str:
    """Return the allowed values of a fact or field: `number (share) from 0 to 1`."""
    count = str(fact.max_records) if isinstance(fact, FactDeclaration) else ""
    kind = say(f"fill_in.{fact.type}", language, count=count)
    if fact.type == "enum":
        return f"{kind}: {', '.join(fact.values)}"
    if fact.type not in (*_NUMBERS, "date"):
        return kind
    low, high = value_bounds(fact)
    unit = f" ({fact.unit})" if fact.unit else ""
    return f"{kind}{unit} {say('fill_in.range', language, low=low, high=high)}"


def fact_json(fact: FactDeclaration) -> dict[str, Any]:
    """Return a declaration as JSON data with exact numbers."""
    names = ("meaning", "source", "window", "at_most", "industries", "illustrative", "provider")
    data = {"id": fact.id, **_shape_json(fact), **attributes(fact, names)}
    if fact.type == "records":
        data |= attributes(fact, ("key", "max_records"))
        data["fields"] = [{"name": field.name, **_shape_json(field)} for field in fact.fields]
    return data


def _shape_json(fact: Declaration) -> dict[str, Any]:
    data = attributes(fact, ("title", "type", "required"))
    default = default_of(fact)
    if default is not None:
        data |= {"required": False, "default": default}
    if fact.type in _NUMBERS:
        data |= attributes(fact, ("decimals", "unit"))
        data["bounds"] = to_data(Range(fact.low, fact.high, fact.decimals))
    elif fact.type == "date":
        data["bounds"] = [str(date.fromordinal(end)) for end in (fact.low, fact.high)]
    elif fact.type == "enum":
        data["values"] = list(fact.values)
    return data
