"""Plans as JSON: `to_json`, `from_json`, and reading and writing plan files.

The JSON mirrors the dataclasses: one object a dataclass, one key a field. A field at its default
is left out. An integer that may pass 2**53 (see `Int64`) is written as a decimal text, so that
every JSON reader keeps it exactly. The same plan always gives the same bytes.
"""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.model.limits import MAX_PLAN_BYTES
from steelyard.model.numbers import Int64
from steelyard.model.texts import Text
from steelyard.plan.decoding import SAFE_INTEGER, MalformedError, decoder
from steelyard.plan.structure import FORMAT, NodeIndex, Plan
from steelyard.plan.wellformed import faults

_Owner = TypeVar("_Owner")

Encode = Callable[[Any], Any]


def to_json(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON data."""
    return _encoder(Plan)(plan)


def canonical_bytes(plan: Plan) -> bytes:
    """Return a plan as canonical JSON (RFC 8785).

    Keys are names of fields (ASCII) and integers are safe, which the encoder sees to; for such
    data sorted keys are all that canonical form asks.
    """
    return orjson.dumps(to_json(plan), option=orjson.OPT_SORT_KEYS)


def from_json(data: object) -> Plan:
    """Return the plan that JSON data holds; raises `InvalidInput` SY504 if it is not a plan."""
    if not isinstance(data, dict) or "format" not in data:
        _refuse("the data is not a plan", f"an object with format {FORMAT!r}")
    if data["format"] != FORMAT:
        _refuse(f"the plan's format is {str(data['format'])[:60]!r}", FORMAT)
    try:
        plan: Plan = decoder(Plan)(data)
    except MalformedError as wrong:
        where = ".".join(reversed(wrong.path))
        _refuse(f"{where}: {wrong.what}" if where else wrong.what, wrong.expected)
    found = faults(plan)
    if found:
        raise InvalidInput(Problem("SY504", what) for what in found)
    return plan


def write_plan(plan: Plan, path: Path) -> None:
    """Write a plan file: canonical JSON, whose SHA-256 is the plan's digest.

    Raises `InvalidInput` SY116 if the file cannot be written.
    """
    try:
        path.write_bytes(canonical_bytes(plan))
    except OSError as error:
        what = f"{path} cannot be written: {error.strerror}"
        raise InvalidInput([Problem("SY116", what)]) from None


def read_plan(path: Path) -> Plan:
    """Read a plan file. Raises `InvalidInput`: SY101, SY102 or SY504."""
    place = Place(str(path))
    try:
        with path.open("rb") as file:
            content = file.read(MAX_PLAN_BYTES + 1)
    except (OSError, ValueError) as error:
        what = f"the plan cannot be read: {getattr(error, 'strerror', None) or error}"
        raise InvalidInput([Problem("SY101", what, place)]) from None
    if len(content) > MAX_PLAN_BYTES:
        what = f"the plan has more than {MAX_PLAN_BYTES} bytes"
        raise InvalidInput([Problem("SY102", what, place)])
    try:
        data = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        place = Place(str(path), max(error.lineno, 1), max(error.colno, 1))
        raise InvalidInput(
            [Problem("SY504", f"the plan is not JSON: {error.msg}", place)]
        ) from None
    try:
        return from_json(data)
    except InvalidInput as error:
        raise InvalidInput(
            Problem(one.code, one.what, Place(str(path)), one.expected, one.fix)
            for one in error.problems
        ) from None


def encode(value: object) -> bytes:
    """Return any of the project's dataclasses as JSON with sorted keys."""
    return orjson.dumps(_encoder(type(value))(value), option=orjson.OPT_SORT_KEYS)


def decode(owner: type[_Owner], content: bytes | None) -> _Owner | None:
    """Return the object of a dataclass that `encode` wrote; None if it is not one."""
    if content is None:
        return None
    try:
        return decoder(owner)(orjson.loads(content))
    except (orjson.JSONDecodeError, MalformedError):
        return None


def _refuse(what: str, expected: str) -> NoReturn:
    raise InvalidInput([Problem("SY504", what, expected=expected)])


# --- from dataclasses to JSON


@cache
def _encoder(owner: type) -> Encode:
    """Return the function that turns objects of a dataclass into JSON data."""
    hints = get_type_hints(owner, include_extras=True)
    parts = [(field.name, field.default, _encode_as(hints[field.name])) for field in fields(owner)]
    assert all(name.isascii() for name, _, _ in parts)

    def encode(value: Any) -> dict[str, Any]:  # noqa: ANN401 - an object of `owner`
        written = {}
        for name, default, convert in parts:
            part = getattr(value, name)
            if default is MISSING or part != default:
                written[name] = part if convert is None else convert(part)
        return written

    return encode


def _encode_as(hint: Any) -> Encode | None:  # noqa: ANN401, PLR0911 - a type hint; one case a kind
    """Return the function that encodes values of a type; None if they are JSON already."""
    if hint is Int64:
        return lambda value: str(int(value))
    if hint is int or hint is NodeIndex:
        return _safe
    if hint is Text:
        return lambda text: text.by_language
    if is_dataclass(hint) and isinstance(hint, type):
        return _encoder(hint)
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        (inner,) = (part for part in get_args(hint) if part is not NoneType)
        convert = _encode_as(inner)
        if convert is None:
            return None
        return lambda value: None if value is None else convert(value)
    if origin is tuple:
        converts = [_encode_as(part) for part in get_args(hint) if part is not Ellipsis]
        (convert,) = set(converts)  # every part of a pair has one type
        if convert is None:
            return list
        return lambda values: [convert(value) for value in values]
    assert hint in (str, bool) or origin is Literal
    return None


def _safe(value: int) -> int:
    if abs(value) > SAFE_INTEGER:
        raise AssertionError(f"{value} is not declared Int64 and passes 2**53")
    return int(value)
