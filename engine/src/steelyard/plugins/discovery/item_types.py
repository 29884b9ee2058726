"""Checks of the item types that a plugin registered."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from steelyard.errors import Problems, suggest
from steelyard.formats.validation import exact_validator, fits
from steelyard.model.texts import Text
from steelyard.plugin import ItemType
from steelyard.plugins.discovery.places import place_of_function, place_of_plugin

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z", re.ASCII)
_PARAMETER = re.compile(r"[a-z][a-z0-9_]*\Z", re.ASCII)


def check_item_types(
    plugin_name: str, plugin: object, registered: Iterable[object], problems: Problems
) -> list[ItemType]:
    """Return the valid item types; note the faults of the others (SY204, SY208)."""
    module = str(getattr(plugin, "__name__", type(plugin).__module__))
    valid: dict[str, ItemType] = {}
    for item_type in registered:
        if not isinstance(item_type, ItemType):
            problems.add(
                "SY208",
                f"the plugin {plugin_name} registered a {type(item_type).__name__} as an item type",
                place_of_plugin(plugin),
                expected="registry.item_type(ItemType(name=…, …))",
            )
            continue
        place = place_of_function(item_type.build, module) or place_of_plugin(plugin)
        faults = list(_faults(plugin_name, item_type))
        for fault, expected in faults:
            what = f"item type {item_type.name!r} of the plugin {plugin_name}: {fault}"
            problems.add("SY208", what, place, expected=expected)
        if not faults and item_type.name in valid:
            what = f"the plugin {plugin_name} registers {item_type.name} twice"
            problems.add("SY204", what, place, fix="rename or remove one of the two")
        elif not faults:
            valid[item_type.name] = item_type
    return list(valid.values())


def _faults(plugin_name: str, item_type: ItemType) -> Iterator[tuple[str, str]]:
    """Yield each fault with the correct form; Python does not enforce a plugin's types."""
    name: Any = item_type.name
    plugin, _, own = name.partition("/") if isinstance(name, str) else ("", "", "")
    if plugin != plugin_name or not _ID.match(own):
        yield "its name is not valid", f"{plugin_name}/<words-in-kebab-case>"
    for label, text in (("title", item_type.title), ("summary", item_type.summary)):
        if not isinstance(text, Text) or not all(
            isinstance(part, str) and part.strip() for part in (text.en, text.zh)
        ):
            yield f"its {label} is not a text in both languages", 'Text("English", "中文")'
    if not callable(item_type.build):
        yield "its build is not a function", "build=a function from ItemContext to Award"
    if not isinstance(item_type.example, str):
        yield "its example is not a text", "an item as a ruleset has it, in YAML"
    yield from _parameter_faults(item_type.parameters, item_type.required)


def _parameter_faults(parameters: Any, required: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    if not isinstance(parameters, Mapping):
        yield "its parameters are not a mapping", "a JSON Schema for each parameter, by name"
        return
    for name, schema in parameters.items():
        if not isinstance(name, str) or not _PARAMETER.match(name):
            yield f"the parameter name {name!r} is not valid", "words_in_snake_case"
        faults = list(schema_faults(schema))
        for what, expected in faults:
            yield f"the schema of parameter {name} {what}", expected
        default = None if faults else schema.get("default")
        if default is not None and not fits(_plain(default), schema):
            yield f"the default of parameter {name} does not fit its schema", "one that fits"
    if not isinstance(required, tuple | list):
        yield "required is not a tuple of names", 'required=("points",)'
        return
    for name in required:
        schema = parameters.get(name) if isinstance(name, str) else None
        if schema is None:
            yield f"required names the unknown parameter {name!r}", "names of parameters"
        elif isinstance(schema, Mapping) and "default" in schema:
            yield f"parameter {name} is required and has a default", "one of the two"


def schema_faults(schema: object) -> Iterator[tuple[str, str]]:
    """Yield each fault of a parameter's schema, with the correct form.

    A JSON Schema validator ignores keywords that it does not know, so a misspelt `minimum` would
    never apply: `parameter_schema.json`, the schema of these schemas, allows no other keywords.
    """
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

    text = (files("steelyard.plugins.discovery") / "parameter_schema.json").read_text("utf-8")
    schema = json.loads(text)
    return exact_validator()(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _plain(value: object) -> object:
    """Return a schema as dicts and lists; a plugin may use any mapping, and tuples."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
