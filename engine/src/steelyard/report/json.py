"""Scorecards as JSON; numbers are written from integers, never through a float."""

from collections.abc import Callable
from datetime import date
from typing import Any

import orjson

from steelyard.errors import Problem
from steelyard.errors.output import problem_json
from steelyard.model.texts import Text
from steelyard.scorecard.model import Exact, FactName, Scorecard

FORMAT = "steelyard-scorecard/1"


def scorecard_json(card: Scorecard) -> dict[str, Any]:
    """Return a scorecard as data for `to_text`; numbers are ready JSON tokens."""
    return {"format": FORMAT, **to_data(card)}


def rejection_json(merchant: str, problems: tuple[Problem, ...]) -> dict[str, Any]:
    """Return the JSON data of a rejected merchant, with every problem."""
    return {
        "format": FORMAT,
        "merchant": merchant,
        "status": "rejected",
        "problems": [problem_json(problem) for problem in problems],
    }


def to_text(data: object) -> str:
    """Return data as indented JSON with a newline at its end."""
    return orjson.dumps(data, option=orjson.OPT_INDENT_2).decode() + "\n"


def to_data(value: Any) -> Any:  # noqa: ANN401 - any part of a scorecard
    """Return a part of a scorecard as JSON data; numbers are tokens with their exact digits."""
    kind = type(value)
    if value is None or kind is str or kind is bool or kind is int:
        return value
    if kind is tuple:
        return [to_data(part) for part in value]
    special = _SPECIAL.get(kind)
    if special is not None:
        return special(value)
    if issubclass(kind, tuple):  # a part of the scorecard: a named tuple
        names: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]
        return {name: to_data(part) for name, part in zip(names, value, strict=True)}
    return text_json(value)


def text_json(text: Text) -> dict[str, str]:
    """Return a text in all languages as JSON data."""
    return dict(text.by_language)


_SPECIAL: dict[type, Callable[[Any], Any]] = {
    Exact: lambda number: orjson.Fragment(str(number)),
    date: lambda day: day.isoformat(),
    FactName: lambda fact: fact.id,
}
