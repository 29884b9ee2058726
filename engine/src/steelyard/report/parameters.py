"""Parameters of item types as text: short descriptions of their JSON Schemas."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from steelyard.model.texts import Language
from steelyard.plugin import ItemType
from steelyard.report.wording.messages import phrases, say

Schema = Mapping[str, Any]

_LIMITS = (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤"), ("exclusiveMaximum", "<"))


def form_text(schema: Schema, language: Language) -> str:
    """Return the type of a parameter: `list of [number 0 … 1, number > 0]`."""
    if "enum" in schema or "const" in schema:
        return ", ".join(value_text(value) for value in schema.get("enum", [schema.get("const")]))
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            forms = [value_form(option, language) for option in schema[keyword]]
            return say("parameter.or", language).join(dict.fromkeys(forms))
    if schema.get("type") == "array":
        return _list(schema, language)
    form = schema.get("format", schema.get("type"))
    if form == "object" and schema.get("properties"):
        parts = (
            f"{key}: {value_form(part, language)}" for key, part in schema["properties"].items()
        )
        return f"{{{', '.join(parts)}}}"
    key = f"parameter.form.{form}"
    return say(key if key in phrases(language) else "parameter.form.any", language)


def limits_text(schema: Schema, language: Language) -> str:
    """Return the bounds of a value: `0 … 1`, `> 0`; empty if it has none."""
    limits = {key: value_text(schema[key]) for key, _ in _LIMITS if key in schema}
    if limits.keys() == {"minimum", "maximum"}:
        parts = [f"{limits['minimum']} … {limits['maximum']}"]
    else:
        parts = [f"{sign} {limits[key]}" for key, sign in _LIMITS if key in limits]
    if "multipleOf" in schema:
        number = value_text(schema["multipleOf"])
        parts.append(say("parameter.multiple", language, number=number))
    for key, low, high in (
        ("entries", "minItems", "maxItems"),
        ("characters", "minLength", "maxLength"),
    ):
        size = _range(schema.get(low), schema.get(high), language)
        if size and "prefixItems" not in schema:
            parts.append(say(f"parameter.{key}", language, range=size))
    if schema.get("uniqueItems") is True:
        parts.append(say("parameter.unique", language))
    if "pattern" in schema:
        parts.append(str(schema["pattern"]))
    return say("parameter.and", language).join(parts)


def value_form(schema: Schema, language: Language) -> str:
    """Return the type of a value with its bounds."""
    between = say("clauses", language) if schema.get("type") == "array" else " "
    return between.join(filter(None, (form_text(schema, language), limits_text(schema, language))))


def presence_text(name: str, item_type: ItemType, language: Language) -> str:
    """Return whether a parameter is required, or its default."""
    schema = item_type.parameters[name]
    if name in item_type.required:
        return say("fact.required", language)
    if "default" in schema:
        return say("parameter.default", language, value=value_text(schema["default"]))
    return say("fact.optional", language)


def value_text(value: Any, *, quoted: bool = False) -> str:  # noqa: ANN401 - of a parameter
    """Return a value in one line as in a ruleset, with exact numbers and, if wanted, quotes."""
    if isinstance(value, Mapping):
        parts = (f"{key}: {value_text(part, quoted=quoted)}" for key, part in value.items())
        return f"{{{', '.join(parts)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(value_text(part, quoted=quoted) for part in value)}]"
    if isinstance(value, str) and quoted:
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return "null" if value is None else str(value)


def _list(schema: Schema, language: Language) -> str:
    if schema.get("prefixItems"):
        return f"[{', '.join(value_form(part, language) for part in schema['prefixItems'])}]"
    items = schema.get("items")
    if not isinstance(items, Mapping):
        return say("parameter.list", language)
    return say("parameter.list_of", language, form=value_form(items, language))


def _range(low: int | None, high: int | None, language: Language) -> str:
    if low is None:
        return "" if high is None else say("parameter.at_most", language, number=str(high))
    if high is None:
        return say("parameter.at_least", language, number=str(low))
    return str(low) if low == high else f"{low} … {high}"
