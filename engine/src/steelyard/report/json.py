"""Scorecards, bounds and other values as JSON; numbers are exact, never through a float."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson

from steelyard.errors import Problem
from steelyard.errors.output import place_json, problem_json
from steelyard.model.numbers import format_scaled
from steelyard.model.texts import Text
from steelyard.plan.bounds import REASONS, Bounds, Range
from steelyard.scorecard.model import Exact, FactName, Scorecard

if TYPE_CHECKING:  # it loads what writes plan text
    from steelyard.plan.item_part import ItemBounds, ItemPart

FORMAT = "steelyard-scorecard/1"

Special = dict[type, Callable[[Any], Any]]


def scorecard_json(card: Scorecard) -> dict[str, Any]:
    """Return a scorecard as data for `to_text`; numbers are ready JSON tokens."""
    return {"format": FORMAT, **to_data(card)}


def rejection_json(merchant: str, problems: tuple[Problem, ...]) -> dict[str, Any]:
    """Return the JSON data of a rejected merchant, with every problem."""
    return {
        "format": FORMAT,
        "merchant": merchant,
        "status": "rejected",
        "problems": to_data(problems),
    }


def bounds_json(bounds: Bounds) -> dict[str, Any]:
    """Return the proven ranges of the parts of a plan; each range is [low, high]."""
    return never_json(bounds)


def never_json(bounds: "Bounds | ItemBounds") -> dict[str, Any]:
    """Return bounds as JSON data, with words for parts that have no effect."""
    data = to_data(bounds)
    for part in data["never_awarded"]:
        part["text"] = REASONS[part["reason"]]
    for part in data["never_binding"]:
        part["id"] = part["id"] or None
    return data


def item_part_json(part: "ItemPart") -> dict[str, Any]:
    """Return the part of a plan that judges one item as JSON data."""
    return {
        **attributes(part.item, ("id", "type", "title")),
        **place_json(part.item.place),
        "facts": list(part.facts),
        "reads": list(part.reads),
        "nodes": [to_data(node) for node in part.nodes],
    }


def to_text(data: object, *, indented: bool = True) -> str:
    """Return data as JSON, indented or in one line, with a newline at its end.

    Characters that could steer a terminal are escaped.
    """
    options = orjson.OPT_INDENT_2 if indented else 0
    text = orjson.dumps(data, option=options).decode() + "\n"
    return text if text.replace("\n", "").isprintable() else _NOT_PLAIN.sub(_escaped, text)


_NOT_PLAIN = re.compile(r"[^\n -~]")


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    return character if character.isprintable() else json.dumps(character)[1:-1]


def to_data(value: Any, special: Special | None = None) -> Any:  # noqa: ANN401 - any value
    """Return a value as JSON data: fields by name, and numbers as tokens with their exact digits.

    `special` has the functions for the types that are not written like this.
    """
    special = special or SPECIAL
    kind = type(value)
    if value is None or kind is str or kind is bool or kind is int:
        return value
    if kind in special:
        return special[kind](value)
    if kind is tuple or kind is list:
        return [to_data(part, special) for part in value]
    if isinstance(value, Mapping):
        return {str(key): to_data(part, special) for key, part in value.items()}
    if is_dataclass(value):
        return attributes(value, [field.name for field in fields(value)], special)
    names = getattr(kind, "_fields", None)  # a part of the scorecard: a named tuple
    return value if names is None else attributes(value, names, special)


def exact_data(data: Any) -> Any:  # noqa: ANN401 - JSON data, as below
    """Return JSON data for Python: numbers with decimals as `Decimal`, no tokens of the writer."""
    return json.loads(to_text(data), parse_float=Decimal)


def attributes(
    value: object, names: Iterable[str], special: Special | None = None
) -> dict[str, Any]:
    """Return some attributes of a value as JSON data."""
    return {name: to_data(getattr(value, name), special) for name in names}


def range_json(bounds: Range) -> list[Any]:
    """Return a range as [low, high] with exact digits."""
    ends = (bounds.low, bounds.high)
    return [orjson.Fragment(format_scaled(end, bounds.decimals, trim=True)) for end in ends]


SPECIAL: Special = {
    Exact: lambda number: orjson.Fragment(str(number)),
    Decimal: lambda number: orjson.Fragment(format(number, "f")),
    date: lambda day: day.isoformat(),
    FactName: lambda fact: fact.id,
    Text: lambda text: dict(text.by_language),
    Problem: problem_json,
    Range: range_json,
}
