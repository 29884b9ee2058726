"""JSON Schemas of dataclasses and named tuples, from their type hints and docstrings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from inspect import getdoc
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from steelyard.model.texts import LANGUAGE_CODE, Text

Schema = dict[str, Any]

SchemaName = Literal[
    "ruleset", "book", "lock", "cases", "facts", "calendar", "board", "plan", "scorecard",
    "guardrails", "impact", "levels", "certification", "dispatch",
]  # fmt: skip
SCHEMA_NAMES: tuple[SchemaName, ...] = get_args(SchemaName)

PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
}


def object_schema(properties: Schema, required: Sequence[str] | None = None) -> Schema:
    """Return the schema of an object; every property is required unless `required` lists some."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties if required is None else required),
        "additionalProperties": False,
    }


def text_schema() -> Schema:
    """Return the schema of a `Text`: English, Chinese, and any language by its code."""
    text = {"type": "string"}
    return {
        "description": getdoc(Text) or "",
        **object_schema({"en": text, "zh": text}),
        "patternProperties": {LANGUAGE_CODE: text},
    }


@dataclass(slots=True)
class SchemaGenerator:
    """A generator of the schemas of a class and of all classes that it refers to.

    `shapes` are the schemas of all other types, `words` the allowed texts of single fields. With
    `default`, which makes JSON of a field's default and type hint, such fields may be omitted.
    """

    shapes: Mapping[Any, Schema]
    words: Mapping[tuple[type, str], Sequence[str]] = field(default_factory=dict)
    default: Callable[[Any, Any], Any] | None = None
    definitions: dict[str, Schema] = field(default_factory=dict)

    def define(self, owner: type) -> dict[str, Schema]:
        """Return the schemas by the names of the classes."""
        self.definitions[owner.__name__] = {}  # for classes that refer to each other
        properties: Schema = {}
        required: list[str] = []
        for name, hint in get_type_hints(owner, include_extras=True).items():
            words = self.words.get((owner, name))
            properties[name] = {"enum": list(words)} if words else self._shape(hint)
            value = _default(owner, name)
            if self.default is None or value is MISSING:
                required.append(name)
            else:
                properties[name]["default"] = self.default(value, hint)
        self.definitions[owner.__name__] = {
            "description": getdoc(owner) or "",
            **object_schema(properties, required),
        }
        return self.definitions

    def _shape(self, hint: Any) -> Schema:  # noqa: ANN401 - a type hint
        if hint in self.shapes:
            return dict(self.shapes[hint])
        origin, parts = get_origin(hint), get_args(hint)
        if origin is Literal:
            return {"enum": list(parts)}
        if origin is tuple and parts[-1] is Ellipsis:
            return {"type": "array", "items": self._shape(parts[0])}
        if origin is tuple:
            items = [self._shape(part) for part in parts]
            return {"type": "array", "prefixItems": items, "items": False, "minItems": len(parts)}
        if origin in (Union, UnionType):
            return {"anyOf": [self._shape(part) for part in parts]}
        if hint.__name__ not in self.definitions:
            self.define(hint)
        return {"$ref": f"#/$defs/{hint.__name__}"}


def _default(owner: type, name: str) -> Any:  # noqa: ANN401 - of any field
    if not is_dataclass(owner):
        return MISSING
    return next(field.default for field in fields(owner) if field.name == name)
