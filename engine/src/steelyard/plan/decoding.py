"""The reader of plans: dataclasses from JSON data; wrong data is rejected with its path."""

import re
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from steelyard.model.numbers import INT64_HIGH, INT64_LOW, Int64
from steelyard.model.texts import LANGUAGE_CODE, Text
from steelyard.model.types import ValueType
from steelyard.plan.structure import NodeIndex

SAFE_INTEGER = 2**53 - 1  # RFC 8785 and JavaScript keep integers exactly up to here
MOST_REMEMBERED = 1_000

Decode = Callable[[Any], Any]

_INTEGER = re.compile(r"-?[1-9][0-9]{0,18}\Z|0\Z", re.ASCII)

_LANGUAGE = re.compile(LANGUAGE_CODE, re.ASCII)


class MalformedError(Exception):
    """Plan data that does not fit; `path` leads to it, innermost key first."""

    def __init__(self, what: str, expected: str) -> None:
        super().__init__(what)
        self.what = what
        self.expected = expected
        self.path: list[str] = []


@cache
def decoder(owner: type) -> Decode:
    """Return the function that makes objects of a dataclass from JSON data."""
    hints = get_type_hints(owner, include_extras=True)
    parts = {field.name: _decode_as(hints[field.name]) for field in fields(owner)}
    needed = [field.name for field in fields(owner) if field.default is MISSING]

    def decode(data: Any) -> Any:  # noqa: ANN401 - JSON to an object of `owner`
        if type(data) is not dict:
            raise MalformedError(f"{_shown(data)} is not allowed here", "an object")
        values = {}
        for name, part in data.items():
            convert = parts.get(name)
            if convert is None:
                raise MalformedError(f"the key {_shown(name)} is unknown", ", ".join(parts))
            try:
                values[name] = convert(part)
            except MalformedError as wrong:
                wrong.path.append(name)
                raise
        for name in needed:
            if name not in values:
                raise MalformedError(f"the key {name!r} is missing", ", ".join(needed))
        return owner(**values)

    return _remembering(decode) if owner is ValueType else decode


def _remembering(decode: Decode) -> Decode:
    """Return a decoder that makes equal small objects once: a plan has few types, many nodes."""
    made: dict[tuple[Any, ...], Any] = {}

    def remembered(data: Any) -> Any:  # noqa: ANN401 - as `decode`
        if type(data) is not dict:
            return decode(data)
        # with their types, as True and 1 are equal keys but not equal JSON
        key = (*data.items(), *map(type, data.values()))
        try:
            return made[key]
        except TypeError:  # it holds a list
            return decode(data)
        except KeyError:
            value = decode(data)
            if len(made) < MOST_REMEMBERED:
                made[key] = value
            return value

    return remembered


def _decode_as(hint: Any) -> Decode:  # noqa: ANN401, PLR0911 - a type hint; one case a kind
    if hint is Int64:
        return _read_wide
    if hint is int or hint is NodeIndex:
        return _read_integer
    if hint is str:
        return _read_text
    if hint is bool:
        return _read_bool
    if hint is Text:
        return _read_languages
    if is_dataclass(hint) and isinstance(hint, type):
        return decoder(hint)
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        (inner,) = (part for part in get_args(hint) if part is not NoneType)
        convert = _decode_as(inner)
        return lambda data: None if data is None else convert(data)
    if origin is tuple:
        return _decode_tuple(get_args(hint))
    assert origin is Literal
    return _decode_literal(get_args(hint))


def _decode_tuple(parts: tuple[Any, ...]) -> Decode:
    convert = _decode_as(parts[0])
    length = None if parts[-1] is Ellipsis else len(parts)

    def read_list(data: Any) -> tuple[Any, ...]:  # noqa: ANN401 - JSON
        if type(data) is not list:
            raise MalformedError(f"{_shown(data)} is not allowed here", "a list")
        if length is not None and len(data) != length:
            raise MalformedError(f"the list has {len(data)} entries", str(length))
        values = []
        for item in data:
            try:
                values.append(convert(item))
            except MalformedError as wrong:
                wrong.path.append(str(len(values)))
                raise
        return tuple(values)

    return read_list


def _decode_literal(values: tuple[str, ...]) -> Decode:
    known = {value: value for value in values}

    def read_name(data: Any) -> str:  # noqa: ANN401 - JSON
        if type(data) is not str or data not in known:
            raise MalformedError(f"{_shown(data)} is not known here", ", ".join(values))
        return known[data]

    return read_name


def _read_wide(data: Any) -> int:  # noqa: ANN401 - JSON
    if type(data) is str and _INTEGER.match(data) and INT64_LOW <= int(data) <= INT64_HIGH:
        return int(data)
    raise MalformedError(f"{_shown(data)} is not allowed here", "an integer of 64 bits, as a text")


def _read_integer(data: Any) -> int:  # noqa: ANN401 - JSON
    if type(data) is int and -SAFE_INTEGER <= data <= SAFE_INTEGER:
        return data
    raise MalformedError(f"{_shown(data)} is not allowed here", "a whole number below 2**53")


def _read_text(data: Any) -> str:  # noqa: ANN401 - JSON
    if type(data) is str:
        return data
    raise MalformedError(f"{_shown(data)} is not allowed here", "a text")


def _read_languages(data: Any) -> Text:  # noqa: ANN401 - JSON
    if type(data) is not dict:
        raise MalformedError(f"{_shown(data)} is not allowed here", "an object")
    for name, part in data.items():
        if type(part) is not str or not _LANGUAGE.search(name):
            wrong = MalformedError(f"{_shown(part)} is not allowed here", "a text by language code")
            wrong.path.append(name)
            raise wrong
    for name in ("en", "zh"):
        if name not in data:
            raise MalformedError(f"the key {name!r} is missing", "en, zh")
    return Text(**data)


def _read_bool(data: Any) -> bool:  # noqa: ANN401 - JSON
    if type(data) is bool:
        return data
    raise MalformedError(f"{_shown(data)} is not allowed here", "true or false")


def _shown(data: object) -> str:
    if isinstance(data, dict | list):
        return "an object" if isinstance(data, dict) else "a list"
    return repr(data)[:60]
