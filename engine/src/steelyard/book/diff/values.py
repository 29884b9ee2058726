"""Comparison of values of rulesets by meaning, and their text as in a ruleset."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

from steelyard.formats import Located


def same(one: Located | None, other: Located | None) -> bool:
    """Return whether two values are equal, apart from layout; 0.8 equals 0.80."""
    if one is None or other is None:
        return one is other
    return _comparable(one.plain()) == _comparable(other.plain())


def format_value(value: Located | None) -> str | None:
    """Return a value on one line, as a ruleset writes it; None where there is none."""
    return None if value is None else flow(value.plain())


def flow(value: Any, *, quoted: bool = False) -> str:  # noqa: ANN401 - as in the file
    """Return plain data on one line: `{min_requests: 20, tiers: [[0.60, 0.03]]}`.

    With `quoted`, texts have quotes: `"1"` is not `1`, and `["a, b"]` is not `["a", "b"]`.
    """
    if isinstance(value, dict):
        parts = (f"{key}: {flow(part, quoted=quoted)}" for key, part in value.items())
        return f"{{{', '.join(parts)}}}"
    if isinstance(value, list):
        return f"[{', '.join(flow(part, quoted=quoted) for part in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = " ".join(str(value).split())
    return json.dumps(text, ensure_ascii=False) if quoted and isinstance(value, str) else text


def differing(one: Located | None, other: Located | None) -> tuple[Located | None, Located | None]:
    """Return the parts in which two values differ, each with its place.

    Elements that both lists contain are left out. Keys with equal values in both mappings are left
    out too, except `id`.
    """
    if one is None or other is None or same(one, other):
        return one, other
    if isinstance(one.value, list) and isinstance(other.value, list):
        left, right = _without(one.value, other.value), _without(other.value, one.value)
        if len(left) == len(right) == 1:
            return differing(left[0], right[0])
        if left and right:
            return _narrowed(one, left), _narrowed(other, right)
    if isinstance(one.value, dict) and isinstance(other.value, dict):
        keys = [key for key in one.value if not same(one.value[key], other.value.get(key))]
        added = [key for key in other.value if key not in one.value]
        named = [key for key in ("id",) if key in one.value]
        if keys != list(one.value) and (keys or added):
            left = {key: one.value[key] for key in (*named, *keys)}
            right = {key: other.value[key] for key in (*named, *keys, *added) if key in other.value}
            first = next(iter((*keys, *added)))
            return (
                replace(one, value=left, place=one.value[first].place if keys else one.place),
                replace(
                    other,
                    value=right,
                    place=other.value[first].place if first in other.value else other.place,
                ),
            )
    return one, other


def _without(values: list[Located], others: list[Located]) -> list[Located]:
    """Return the values that the other list does not contain."""
    left = [_comparable(other.plain()) for other in others]
    kept: list[Located] = []
    for value in values:
        plain = _comparable(value.plain())
        if plain in left:
            left.remove(plain)
        else:
            kept.append(value)
    return kept


def _narrowed(whole: Located, parts: list[Located]) -> Located:
    return replace(whole, value=parts, place=parts[0].place)


def _comparable(value: Any) -> Any:  # noqa: ANN401 - as in the file
    # texts over several lines differ in layout only; True is not 1
    if isinstance(value, dict):
        return {key: _comparable(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_comparable(part) for part in value]
    if isinstance(value, bool):
        return ("truth", value)
    return " ".join(value.split()) if isinstance(value, str) else value
