"""Located values against a JSON Schema (Draft 2020-12), with problems in words.

Deviations from the draft, for exactness: decimals are `Decimal`; a number written with a point or
an exponent is not an integer; limits written as floats in a schema mean the decimals they show.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from steelyard.errors import Problems
from steelyard.formats.located import Located


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
    `within` is the key that the document stands under, where it is part of a larger one.
    """
    from steelyard.formats.schema_messages import explain

    before = len(problems.found)
    seen: set[tuple[object, ...]] = set()
    for error in exact_validator()(schema).iter_errors(document.plain()):
        for problem in explain(error, document, code, within):
            said = (problem.place, problem.what)
            if said not in seen:  # several keywords can say one thing
                seen.add(said)
                problems.extend([problem])
    found = problems.found[before:]
    problems.found[before:] = sorted(found, key=lambda one: (one.place is None, one.place))
    return not found


@cache
def exact_validator() -> Any:  # noqa: ANN401 - jsonschema makes the class at run time
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


def _exactly(keyword: Any) -> Any:  # noqa: ANN401 - jsonschema's own functions
    """Return a keyword's function that takes a float of the schema as the decimal it shows."""

    def check(validator: Any, limit: Any, instance: Any, schema: Any) -> Any:  # noqa: ANN401
        if isinstance(limit, float):
            limit = Decimal(repr(limit))
        return keyword(validator, limit, instance, schema)

    return check
