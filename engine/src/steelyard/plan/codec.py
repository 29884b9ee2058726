"""Plans as JSON: plan files, canonical bytes, and the digest that identifies a plan.

The JSON mirrors the dataclasses: one object a dataclass, one key a field. A field at its default
is left out. An integer that may pass 2**53 (see `Int64`) is written as a decimal text, so that
every JSON reader keeps it exactly. The same plan always gives the same bytes. Wrong data is
rejected with its path.
"""

import re
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    Any,
    Literal,
    NamedTuple,
    NoReturn,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import orjson

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.errors.printable import visible
from steelyard.model.addresses import address_fix
from steelyard.model.arguments import given, given_path
from steelyard.model.limits import MAX_PLAN_BYTES
from steelyard.model.numbers import INT64_HIGH, INT64_LOW, Int64
from steelyard.model.texts import LANGUAGE_CODE, Prose, Text
from steelyard.model.types import ValueType
from steelyard.plan.structure import FORMAT, NodeIndex, Plan
from steelyard.plan.wellformed import faults

SAFE_INTEGER = 2**53 - 1  # RFC 8785 and JavaScript keep integers exactly up to here
MOST_REMEMBERED = 1_000

Convert = Callable[[Any], Any]

_INTEGER = re.compile(r"-?[1-9][0-9]{0,18}\Z|0\Z", re.ASCII)
_LANGUAGE = re.compile(LANGUAGE_CODE, re.ASCII)


class MalformedError(Exception):
    """An error in the data of a plan; `path` is the keys that lead to it, the innermost first."""

    def __init__(self, what: str, expected: str) -> None:
        super().__init__(what)
        self.what = what
        self.expected = expected
        self.path: list[str] = []


def to_json(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON data."""
    encode = form_of(Plan).encode
    assert encode is not None  # of every dataclass
    return encode(plan)


def canonical_bytes(plan: Plan) -> bytes:
    """Return a plan as canonical JSON (RFC 8785).

    Keys are names of fields (ASCII) and integers are safe, which the encoder ensures; for
    such data, sorting the keys gives canonical form.
    """
    return orjson.dumps(to_json(plan), option=orjson.OPT_SORT_KEYS)


def from_json(data: object) -> Plan:
    """Return the plan that JSON data holds; raises `InvalidInput` SY504 if it is not a plan."""
    if not isinstance(data, dict) or "format" not in data:
        _refuse("the data is not a plan", f"an object with format {FORMAT!r}")
    if data["format"] != FORMAT:
        _refuse(f"the plan's format is {str(data['format'])[:60]!r}", FORMAT)
    try:
        plan: Plan = form_of(Plan).decode(data)
    except MalformedError as wrong:
        where = ".".join(reversed(wrong.path))
        _refuse(f"{where}: {wrong.what}" if where else wrong.what, wrong.expected)
    mistakes = faults(plan)
    if mistakes:
        raise InvalidInput(Problem("SY504", what) for what in mistakes)
    return plan


def read_plan(path: Path) -> Plan:
    """Read a plan file. Raises `InvalidInput`: SY101, SY102 or SY504."""
    path = given_path(path, "path")
    place = Place(str(path))
    try:
        with path.open("rb") as file:
            content = file.read(MAX_PLAN_BYTES + 1)
    except (OSError, ValueError) as error:
        what = f"the plan cannot be read: {getattr(error, 'strerror', None) or error}"
        raise InvalidInput([Problem("SY101", what, place, fix=address_fix(path))]) from None
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
            Problem(problem.code, problem.what, Place(str(path)), problem.expected, problem.fix)
            for problem in error.problems
        ) from None


def _refuse(what: str, expected: str) -> NoReturn:
    raise InvalidInput([Problem("SY504", what, expected=expected)])


def digest(plan: Plan) -> str:
    """Return the digest of a plan, `sha256:` and 64 hexadecimal digits."""
    given(plan, Plan, "plan", "a plan")
    return digest_bytes(canonical_bytes(plan))


def meaning_digest(plan: Plan) -> str:
    """Return the digest of what a plan computes and says, whoever it is selected for.

    Places in files, digests of files and versions of plugins are left out: comments and layout may
    change, and so may a plugin that still gives the same plan.
    """
    data = _without_places(to_json(plan))
    data["layers"] = [layer.name for layer in plan.layers]
    data["plugins"] = [plugin.name for plugin in plan.plugins]
    for label in ("selection", "scene", "rollout"):
        data.pop(label, None)
    return digest_bytes(canonical_json(data))


def _without_places(data: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(data, dict):
        return {key: _without_places(part) for key, part in data.items() if key != "place"}
    return [_without_places(part) for part in data] if isinstance(data, list) else data


def digest_bytes(content: bytes) -> str:
    """Return the digest of bytes: `sha256:` and 64 hexadecimal digits."""
    return f"sha256:{sha256(content).hexdigest()}"


def canonical_json(data: object) -> bytes:
    """Return any JSON data in canonical form (RFC 8785).

    If all keys are ASCII and all numbers are safe integers, sorting the keys gives the same bytes
    much faster. All other data are encoded by the library `rfc8785`.
    """
    if _is_simple(data):
        return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
    import rfc8785

    return rfc8785.dumps(data)  # type: ignore[arg-type]  # it refuses values outside JSON


def _is_simple(data: object) -> bool:
    todo: list[Any] = [data]
    while todo:
        value = todo.pop()
        if type(value) is dict:
            if not all(type(key) is str and key.isascii() for key in value):
                return False
            todo.extend(value.values())
        elif type(value) in (list, tuple):
            todo.extend(value)
        elif type(value) is int:
            if not -SAFE_INTEGER <= value <= SAFE_INTEGER:
                return False
        elif value is not None and type(value) not in (str, bool):
            return False
    return True


# --- the forms of types


class Form(NamedTuple):
    """The functions that turn values of a type into JSON data and back.

    `encode` is None if the values are JSON already. `decode` raises `MalformedError`.
    """

    encode: Convert | None
    decode: Convert


@cache
def form_of(hint: Any) -> Form:  # noqa: ANN401 - a type hint
    """Return the form of a dataclass, or of the type of one of its fields."""
    if hint in _LEAVES:
        return _LEAVES[hint]
    if is_dataclass(hint) and isinstance(hint, type):
        return _form_of_dataclass(hint)
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        (inner,) = (form_of(part) for part in parts if part is not NoneType)
        return Form(inner.encode and _optional(inner.encode), _optional(inner.decode))
    if origin is tuple:
        (inner,) = {form_of(part) for part in parts if part is not Ellipsis}  # pairs have one type
        length = None if parts[-1] is Ellipsis else len(parts)
        encode = inner.encode
        return Form(
            list if encode is None else lambda values: [encode(value) for value in values],
            _list_reader(inner.decode, length),
        )
    assert origin is Literal
    return Form(None, _name_reader(parts))


def _form_of_dataclass(owner: type) -> Form:
    hints = get_type_hints(owner, include_extras=True)
    forms = {
        name: _PROSE if hint is str and name in _PROSE_FIELDS else form_of(hint)
        for name, hint in ((field.name, hints[field.name]) for field in fields(owner))
    }
    defaults = {field.name: field.default for field in fields(owner)}
    needed = [name for name, default in defaults.items() if default is MISSING]
    parts = [(name, defaults[name], form.encode) for name, form in forms.items()]
    assert all(name.isascii() for name in forms)

    def encode(value: Any) -> dict[str, Any]:  # noqa: ANN401 - an object of `owner`
        written = {}
        for name, default, convert in parts:
            part = getattr(value, name)
            if default is MISSING or part != default:
                written[name] = part if convert is None else convert(part)
        return written

    def decode(data: Any) -> Any:  # noqa: ANN401 - JSON to an object of `owner`
        if type(data) is not dict:
            raise _misfit(data, "an object")
        values = {}
        for name, part in data.items():
            form = forms.get(name)
            if form is None:
                raise MalformedError(f"the key {_shown(name)} is unknown", ", ".join(forms))
            try:
                values[name] = form.decode(part)
            except MalformedError as wrong:
                wrong.path.append(name)
                raise
        missing = [name for name in needed if name not in values]
        if missing:
            raise MalformedError(f"the key {missing[0]!r} is missing", ", ".join(needed))
        return owner(**values)

    return Form(encode, _remembering(decode) if owner is ValueType else decode)


def _remembering(decode: Convert) -> Convert:
    """Return a decoder that reuses equal objects, because many nodes of a plan share few types."""
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


def _optional(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)


def _list_reader(convert: Convert, length: int | None) -> Convert:
    def read_list(data: Any) -> tuple[Any, ...]:  # noqa: ANN401 - JSON
        if type(data) is not list:
            raise _misfit(data, "a list")
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


def _name_reader(values: tuple[str, ...]) -> Convert:
    known = {value: value for value in values}

    def read_name(data: Any) -> str:  # noqa: ANN401 - JSON
        if type(data) is not str or data not in known:
            raise MalformedError(f"{_shown(data)} is not known here", ", ".join(values))
        return known[data]

    return read_name


def _reader(kind: type, expected: str) -> Convert:
    def read(data: Any) -> Any:  # noqa: ANN401 - JSON
        if type(data) is kind:
            return data
        raise _misfit(data, expected)

    return read


def _read_name(data: Any) -> str:  # noqa: ANN401 - JSON
    # a name goes into lines of reports as it is
    if type(data) is str and visible(data, keep="") == data:
        return data
    raise _misfit(data, "a text in one line, without control characters")


def _read_wide(data: Any) -> int:  # noqa: ANN401 - JSON
    if type(data) is str and _INTEGER.match(data) and INT64_LOW <= int(data) <= INT64_HIGH:
        return int(data)
    raise _misfit(data, "an integer of 64 bits, as a text")


def _read_integer(data: Any) -> int:  # noqa: ANN401 - JSON
    if type(data) is int and -SAFE_INTEGER <= data <= SAFE_INTEGER:
        return data
    raise _misfit(data, "a whole number below 2**53")


def _write_integer(value: int) -> int:
    if abs(value) > SAFE_INTEGER:
        raise AssertionError(f"{value} is not declared Int64 and passes 2**53")
    return int(value)


def _read_languages(data: Any) -> Text:  # noqa: ANN401 - JSON
    if type(data) is not dict:
        raise _misfit(data, "an object")
    for name, part in data.items():
        if type(part) is not str or not _LANGUAGE.search(name):
            wrong = _misfit(part, "a text by language code")
            wrong.path.append(name)
            raise wrong
    for name in ("en", "zh"):
        if name not in data:
            raise MalformedError(f"the key {name!r} is missing", "en, zh")
    return Text(**data)


def _misfit(data: object, expected: str) -> MalformedError:
    return MalformedError(f"{_shown(data)} is not allowed here", expected)


def _shown(data: object) -> str:
    if isinstance(data, dict | list):
        return "an object" if isinstance(data, dict) else "a list"
    return repr(data)[:60]


_PROSE = Form(None, _reader(str, "a text"))
# texts that authors write over several lines, and names of files, which may hold anything
_PROSE_FIELDS = ("text", "meaning", "file")
_LEAVES: dict[Any, Form] = {
    Int64: Form(lambda value: str(int(value)), _read_wide),
    int: Form(_write_integer, _read_integer),
    NodeIndex: Form(_write_integer, _read_integer),
    str: Form(None, _read_name),
    bool: Form(None, _reader(bool, "true or false")),
    Text: Form(lambda text: text.by_language, _read_languages),
    Prose: Form(
        lambda prose: prose if isinstance(prose, str) else prose.by_language,
        lambda data: _read_languages(data) if type(data) is dict else _PROSE.decode(data),
    ),
}
