"""Located values against a JSON Schema (Draft 2020-12), with problems in words.

Deviations from the draft, for exactness: decimals are `Decimal`; a number written with a point or
an exponent is not an integer; limits written as floats in a schema mean the decimals they show.
"""

# ruff: noqa: ANN401 - jsonschema's errors have no types

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from steelyard.errors import Problem, Problems, suggest
from steelyard.formats.located import Located, shorten
from steelyard.formats.words import words
from steelyard.model.dates import read_day
from steelyard.model.limits import MAX_LISTED_VALUES

_YES_NO = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


def explain(error: Any, document: Located, code: str, within: str = "") -> Iterator[Problem]:
    """Yield the problems for one error of jsonschema; for the parameters see `validate`."""
    path = tuple(error.absolute_path)
    located = document.at(path)
    name = _name(path, within)
    if error.validator in ("anyOf", "oneOf"):
        yield from _choice(error, document, code, within)
    elif error.validator in ("additionalProperties", "unevaluatedProperties"):
        yield from _unknown_keys(error, located, name, code)
    elif error.validator in ("required", "dependentRequired"):
        for key in _missing(error):
            if not _is_misspelt(error, key):  # a misspelt key is reported as unknown
                what = f"{name} has no `{key}`"
                yield Problem(code, what, located.place, f"the key `{key}`")
    elif isinstance(located.value, dict) and isinstance(error.instance, str):  # propertyNames
        key = error.instance
        what = f"the key {shorten(key)} of {name} is not allowed"
        yield Problem(code, what, located.key_place(key), _expected(error))
    elif error.validator in ("minProperties", "maxProperties"):
        if not _missing_beside(error):
            keys = " and ".join(f"`{key}`" for key in located.value)  # type: ignore[union-attr]
            only = "only " if error.validator == "minProperties" else ""
            what = f"{name} has {only}{keys}" if keys else f"{name} is an empty mapping"
            yield Problem(code, what, located.place, _expected(error))
    else:
        what = f"{name} is {describe(located)}"
        yield Problem(code, what, located.place, _expected(error), _fix(error, located))


def describe(located: Located) -> str:
    """Describe a value in words: `the text 'abc'`, `a list of 3`."""
    value = located.value
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    if isinstance(value, str):
        return f"the text {shorten(value)}" if value else "an empty text"
    return f"the number {located.text or value}"


def _name(path: tuple[str | int, ...], within: str = "") -> str:
    shown = within
    for step in path:
        shown += f"[{step}]" if isinstance(step, int) else f".{step}" if shown else step
    if not shown:
        return "the document"
    return f"`{shown}`" if len(shown) <= 80 and shown.isprintable() else f"`…{shown[-60:]!r}`"


def _choice(error: Any, document: Located, code: str, within: str) -> Iterator[Problem]:
    """Explain a value that fits none of several forms by the form it comes nearest to."""
    located = document.at(tuple(error.absolute_path))
    name = _name(tuple(error.absolute_path), within)
    if not error.context:
        yield Problem(code, f"{name} fits several forms at once", located.place, "just one form")
        return
    forms: dict[object, list[Any]] = {}
    for one in error.context:
        forms.setdefault(one.schema_path[0], []).append(one)
    near = [form for form in forms.values() if not any(_is_about_type(one) for one in form)]
    if near and all(_lacks_keys(form) for form in near):
        forms_keys = [dict.fromkeys(key for one in form for key in _missing(one)) for form in near]
        wanted = _or(" and ".join(f"`{key}`" for key in keys) for keys in forms_keys)
        yield Problem(code, f"{name} lacks a key", located.place, f"the key {wanted}")
    elif near:
        for one in min(near, key=_distance):
            yield from explain(one, document, code, within)
    else:
        top = [one for form in forms.values() for one in form if _is_about_type(one)]
        expected = _or(_expected(one) or "another value" for one in top)
        fix = next((fix for one in top if (fix := _fix(one, located))), None)
        yield Problem(code, f"{name} is {describe(located)}", located.place, expected, fix)


def _is_about_type(error: Any) -> bool:
    return not error.relative_path and error.validator in ("type", "const", "enum")


def _lacks_keys(form: list[Any]) -> bool:
    return all(one.validator == "required" and not one.relative_path for one in form)


def _distance(form: list[Any]) -> tuple[int, int]:
    """Return how far a value is from a form: wrong kind of thing first, then how much is wrong."""
    kinds = sum(one.validator in ("const", "enum", "required") for one in form)
    return kinds, len(form)


def _unknown_keys(error: Any, located: Located, name: str, code: str) -> Iterator[Problem]:
    known = error.schema.get("properties", {})
    wanted = [key for key in error.schema.get("required", ()) if key not in error.instance]
    for key in _not_allowed(error.schema, located.value):
        expected = f"one of {_listed(known)}" if known else "no other keys"
        what = f"{name} has an unknown key {shorten(key)}"
        fix = suggest(key[:80], wanted) or suggest(key[:80], known)
        yield Problem(code, what, located.key_place(key), expected, fix)


def _missing(error: Any) -> list[str]:
    """Return the keys that are missing; jsonschema gives one error a key, all with one list."""
    wanted = error.validator_value
    if isinstance(wanted, dict):  # dependentRequired
        wanted = [key for given, keys in wanted.items() if given in error.instance for key in keys]
    return [key for key in wanted if key not in error.instance]


def _is_misspelt(error: Any, key: str) -> bool:
    """Return whether an unknown key, which is a problem of its own, was meant for a missing one."""
    if error.schema.get("additionalProperties") is not False:
        return False
    return any(suggest(given[:80], [key]) for given in _not_allowed(error.schema, error.instance))


def _not_allowed(schema: Any, mapping: Any) -> list[str]:
    """Return the keys that a schema neither names nor describes by a pattern."""
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    return [
        key
        for key in (mapping if isinstance(mapping, dict) else ())
        if key not in known and not any(re.search(pattern, key) for pattern in patterns)
    ]


def _missing_beside(error: Any) -> bool:
    return any(key not in error.instance for key in error.schema.get("required", ()))


def _expected(error: Any) -> str | None:  # noqa: PLR0911 - one return a kind of keyword
    schema, wanted = error.schema, error.validator_value
    keyword = error.validator
    if keyword == "type":
        types = [wanted] if isinstance(wanted, str) else wanted
        return _or(words()["schema_types"].get(type_, type_) for type_ in types)
    if keyword == "enum":
        return f"one of {_listed(wanted)}" if len(wanted) > 1 else _shown(wanted[0])
    if keyword == "const":
        return _shown(wanted)
    if keyword == "pattern":
        return _described(schema) or f"a text of the form {wanted}"
    if keyword in words()["schema_limits"]:
        return _range(schema)
    if keyword in ("minItems", "maxItems") and schema.get("minItems") == schema.get("maxItems"):
        return f"a list of exactly {wanted}"
    sentences = words()["schema_keywords"]
    sentence = sentences.get(f"{keyword}.one" if wanted == 1 else keyword, sentences.get(keyword))
    return sentence.format(wanted=wanted) if sentence else _described(schema)


def _fix(error: Any, located: Located) -> str | None:  # noqa: PLR0911 - one return a mistake
    value, text = located.value, located.text
    if error.validator in ("enum", "const") and isinstance(value, str):
        wanted = error.validator_value if error.validator == "enum" else [error.validator_value]
        return suggest(value[:80], [one for one in wanted if isinstance(one, str)])
    if error.validator != "type" or isinstance(value, dict | list):
        return None
    wanted = error.validator_value
    types = {wanted} if isinstance(wanted, str) else set(wanted)
    if value is None:
        return "give a value, or remove the key"
    if isinstance(value, str):
        if "boolean" in types and value.lower() in _YES_NO:
            return f"write {_YES_NO[value.lower()]}"
        if types & {"number", "integer"} and value.replace(".", "", 1).lstrip("+-").isdecimal():
            return "remove the quotes" if located.quoted else None
    elif "string" in types and text and len(text) <= 60:
        return f'write it in quotes: "{text}"'
    if types == {"array"} and text and len(text) <= 60:
        return f"write it in a list: [{text}]"
    return None


def _range(schema: Any) -> str:
    limits = [
        f"{word} {_shown(schema[key])}"
        for key, word in words()["schema_limits"].items()
        if key in schema
    ]
    kind = "a whole number" if schema.get("type") == "integer" else "a number"
    return f"{kind} of {' and '.join(limits)}"


def _described(schema: Any) -> str | None:
    text = str(schema.get("description", "")).rstrip(".")
    if text[1:2].islower() or text[1:2] == " ":  # not an abbreviation
        text = text[:1].lower() + text[1:]
    return text or None


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _listed(values: Iterable[object]) -> str:
    shown = [_shown(value) for value in values]
    return ", ".join(shown[:MAX_LISTED_VALUES]) + (", …" if len(shown) > MAX_LISTED_VALUES else "")


def _or(parts: Iterable[str]) -> str:
    return " or ".join(dict.fromkeys(parts))


def validate(
    document: Located,
    schema: Mapping[str, Any],
    code: str,
    problems: Problems,
    *,
    within: str = "",
) -> bool:
    """Note every way in which a document does not fit a schema; return whether it fits.

    `code` is the code of the problems. Each has the place of the value or key that is wrong.
    `within` is the key that holds the document if it is part of a larger document.
    """
    before = len(problems.found)
    seen: set[tuple[object, ...]] = set()
    validator = exact_validator()(schema, format_checker=_dates())
    for error in validator.iter_errors(document.plain()):
        for problem in explain(error, document, code, within):
            said = (problem.place, problem.what)
            if said not in seen:  # several keywords can find the same problem
                seen.add(said)
                problems.extend([problem])
    found = problems.found[before:]
    problems.found[before:] = sorted(found, key=lambda one: (one.place is None, one.place))
    return not found


def fits(value: object, schema: Mapping[str, Any]) -> bool:
    """Return whether a plain value fits a schema."""
    return exact_validator()(schema, format_checker=_dates()).is_valid(value)


@cache
def _dates() -> Any:
    """Return the checker of formats: a `date` is a real one, written as YYYY-MM-DD."""
    from jsonschema import FormatChecker

    checker = FormatChecker(formats=())
    checker.checks("date")(lambda value: not isinstance(value, str) or read_day(value) is not None)
    return checker


@cache
def exact_validator() -> Any:
    """Return jsonschema's validator with exact numbers; it is slow to import, so not before."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    def is_number(_checker: object, value: object) -> bool:
        return isinstance(value, int | Decimal) and not isinstance(value, bool)

    def is_integer(_checker: object, value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)

    checker = Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"number": is_number, "integer": is_integer}
    )
    exact = {
        name: _exactly(Draft202012Validator.VALIDATORS[name])
        for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
    }
    return extend(Draft202012Validator, exact, type_checker=checker)


def _exactly(keyword: Any) -> Any:
    """Return a keyword's function that takes a float of the schema as the decimal it shows."""

    def check(validator: Any, limit: Any, instance: Any, schema: Any) -> Any:
        if isinstance(limit, float):
            limit = Decimal(repr(limit))
        return keyword(validator, limit, instance, schema)

    return check
