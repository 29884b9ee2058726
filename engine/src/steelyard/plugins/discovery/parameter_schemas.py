"""The part of JSON Schema that parameters may use, checked by hand.

A JSON Schema validator ignores keywords it does not know, so a misspelt `minimum` would never bite;
and importing one costs more than all the rest of start-up.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from steelyard.errors import suggest
from steelyard.model.limits import MAX_PARAMETER_SCHEMA_DEPTH

TYPES = ("string", "number", "integer", "boolean", "array", "object")
FORMATS = ("fact", "records", "condition", "date")

Faults = Iterator[tuple[str, str]]


def faults(schema: Any, depth: int = 0) -> Faults:  # noqa: ANN401 - whatever a plugin hands over
    """Iterate over what is wrong with a schema, each with what was expected."""
    if not isinstance(schema, Mapping):
        yield f"is {schema!r}", "a JSON Schema, as a mapping"
        return
    if depth > MAX_PARAMETER_SCHEMA_DEPTH:
        yield "is nested too deep", f"at most {MAX_PARAMETER_SCHEMA_DEPTH} levels"
        return
    for keyword, value in schema.items():
        kind = _KEYWORDS.get(keyword)
        if kind is None:
            near = suggest(str(keyword), _KEYWORDS)
            what = f"has the unknown keyword {keyword!r}{f' ({near})' if near else ''}"
            yield what, f"one of {', '.join(sorted(_KEYWORDS))}"
            continue
        holds, expected = kind
        if holds(value):
            for inner in _inner(keyword, value):
                yield from faults(inner, depth + 1)
        else:
            yield f"has {keyword}: {value!r}", expected


def _inner(keyword: str, value: Any) -> Sequence[Any]:  # noqa: ANN401 - depends on the keyword
    """Return the schemas inside a keyword's value."""
    if keyword in ("items", "additionalProperties"):
        return [value] if isinstance(value, Mapping) else []
    if keyword in ("prefixItems", "anyOf", "oneOf", "allOf"):
        return value
    return list(value.values()) if keyword == "properties" else []


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _is_exact(value: object) -> bool:
    """Tell whether a value has no float in it, at any depth that a parameter may have."""
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, list | tuple):
            todo.extend(one)
        elif isinstance(one, Mapping):
            todo.extend(one.values())
        elif not isinstance(one, str | int | Decimal | None):
            return False
    return True


def _is_pattern(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(re.compile(value))
    except re.error:
        return False


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple) and len(value) > 0


def _is_names(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)


_TEXT = (lambda value: isinstance(value, str), "a text")
_WHOLE = (_is_whole, "a whole number")
_NUMBER = (_is_number, "a number")
_TRUTH = (lambda value: isinstance(value, bool), "True or False")
_SCHEMAS = (_is_list, "a list of schemas")
_EXACT = (_is_exact, "a value without floats: write Decimal('0.1')")

_KEYWORDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "type": (lambda value: value in TYPES, f"one of {', '.join(TYPES)}"),
    "format": (lambda value: value in FORMATS, f"one of {', '.join(FORMATS)}"),
    "title": _TEXT,
    "description": _TEXT,
    "default": _EXACT,
    "const": _EXACT,
    "enum": (lambda value: _is_list(value) and _is_exact(value), "values without floats"),
    "minimum": _NUMBER,
    "maximum": _NUMBER,
    "exclusiveMinimum": _NUMBER,
    "exclusiveMaximum": _NUMBER,
    "multipleOf": _NUMBER,
    "minLength": _WHOLE,
    "maxLength": _WHOLE,
    "pattern": (_is_pattern, "a regular expression"),
    "minItems": _WHOLE,
    "maxItems": _WHOLE,
    "uniqueItems": _TRUTH,
    "items": (lambda value: isinstance(value, Mapping | bool), "a schema"),
    "prefixItems": _SCHEMAS,
    "properties": (lambda value: isinstance(value, Mapping), "schemas by name"),
    "required": (_is_names, "a list of names"),
    "additionalProperties": (lambda value: isinstance(value, Mapping | bool), "a schema or False"),
    "anyOf": _SCHEMAS,
    "oneOf": _SCHEMAS,
    "allOf": _SCHEMAS,
}
