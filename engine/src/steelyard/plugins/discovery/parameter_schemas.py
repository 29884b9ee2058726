"""The part of JSON Schema that parameters of item types may use.

A JSON Schema validator ignores keywords that it does not know, so a misspelt `minimum` would never
apply: the schema of the schemas allows no other keywords.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from steelyard.errors import suggest
from steelyard.formats.validation import exact_validator

TYPES = ("string", "number", "integer", "boolean", "array", "object")
FORMATS = ("fact", "records", "condition", "date")

_SCHEMA = {"$ref": "#"}
_SCHEMAS = {"type": "array", "minItems": 1, "items": _SCHEMA, "description": "a list of schemas"}
_TEXT = {"type": "string", "description": "a text"}
_COUNT = {"type": "integer", "minimum": 0, "description": "a whole number"}
_NUMBER = {"type": "number", "description": "an exact number: an int, or Decimal('0.1')"}
_EXACT = {"$ref": "#/$defs/exact"}
_SCHEMA_OR_FALSE = {"if": {"type": "boolean"}, "else": _SCHEMA}

METASCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "a JSON Schema, as a mapping",
    "additionalProperties": False,
    "properties": {
        "type": {"enum": list(TYPES), "description": f"one of {', '.join(TYPES)}"},
        "format": {"enum": list(FORMATS), "description": f"one of {', '.join(FORMATS)}"},
        **dict.fromkeys(("title", "description"), _TEXT),
        **dict.fromkeys(("default", "const"), _EXACT),
        "enum": {"type": "array", "minItems": 1, "items": _EXACT, "description": "a list"},
        **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _NUMBER),
        "multipleOf": _NUMBER,
        **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _COUNT),
        "pattern": {"type": "string", "format": "regex", "description": "a regular expression"},
        "uniqueItems": {"type": "boolean", "description": "True or False"},
        **dict.fromkeys(("items", "additionalProperties"), _SCHEMA_OR_FALSE),
        **dict.fromkeys(("prefixItems", "anyOf", "oneOf", "allOf"), _SCHEMAS),
        "properties": {
            "type": "object",
            "additionalProperties": _SCHEMA,
            "description": "schemas by name",
        },
        "required": {"type": "array", "items": _TEXT, "description": "a list of names"},
    },
    "$defs": {
        "exact": {  # a float is of none of these types
            "type": ["null", "boolean", "string", "integer", "number", "array", "object"],
            "items": _EXACT,
            "additionalProperties": _EXACT,
            "description": "a value without floats: write Decimal('0.1')",
        }
    },
}


def schema_faults(schema: object) -> Iterator[tuple[str, str]]:
    """Yield each fault of a parameter's schema, with the correct form."""
    for error in _validator().iter_errors(_plain(schema)):
        if error.validator == "additionalProperties":
            known = error.schema["properties"]
            for keyword in error.instance:
                if keyword not in known:
                    near = suggest(str(keyword), known)
                    what = f"has the unknown keyword {keyword!r}{f' ({near})' if near else ''}"
                    yield what, f"one of {', '.join(sorted(known))}"
        else:
            keyword = next((step for step in reversed(error.path) if isinstance(step, str)), None)
            what = f"{error.instance!r}" if keyword is None else f"{keyword}: {error.instance!r}"
            yield f"{'is' if keyword is None else 'has'} {what}", error.schema["description"]


@cache
def _validator() -> Any:  # noqa: ANN401 - jsonschema makes the class at run time
    from jsonschema import Draft202012Validator

    return exact_validator()(METASCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _plain(value: object) -> object:
    """Return a schema as dicts and lists; a plugin may use any mapping, and tuples."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
