"""Refusal of parameters that are valid each by itself and do not fit together."""

from typing import NoReturn

from steelyard.language.expressions import ExpressionError


def refuse(what: str, fix: str | None = None) -> NoReturn:
    """Refuse the parameters of an item: the ruleset's author reads `what` and `fix`.

    Name the parameter as a word of its own in `what`: the error then points at its line.
    Raises `ExpressionError` with code SY316, always.
    """
    raise ExpressionError("SY316", what, fix)
