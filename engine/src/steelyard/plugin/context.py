"""The argument of an item type's function: facts to read and the parameters of one item."""

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from steelyard.errors import suggest
from steelyard.language.conditions import Want
from steelyard.language.expressions import Expression, ExpressionError, Graph, RecordList
from steelyard.model.dates import read_day
from steelyard.model.texts import Text


class InterfaceDeprecationWarning(DeprecationWarning):
    """A plugin uses a part of the API that a coming version will not have.

    Hook specifications give one to pluggy's `warn_on_impl` and `warn_on_impl_args`.
    """


def deprecated(what: str, instead: str, *, until: int) -> None:
    """Warn the plugin that called the caller: version `until` removes `what`; use `instead`."""
    text = f"{what} will be removed in version {until} of the plugin API; use {instead}"
    warnings.warn(text, InterfaceDeprecationWarning, stacklevel=3)


_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class ItemContext:
    """The facts and parameters of one item. All values are expressions; nothing is evaluated.

    `parameters` holds the item's `with:` block, checked against the type's schema and completed
    with its defaults; numbers are exact (`int` or `Decimal`). `decimals` is the ruleset's
    precision, the decimals to round curves to. `declared` are the names of all parameters of the
    type.
    """

    graph: Graph
    item: str
    title: Text
    parameters: Mapping[str, Any]
    decimals: int
    parser: Callable[[str, Want], Expression]
    declared: frozenset[str] | None = None

    def fact(self, name: str) -> Expression:
        """Return the value of a declared fact."""
        return Expression.fact(self.graph, name)

    def value(self, name: str) -> Expression:
        """Return the number of a parameter that names a fact or a value, or is a formula."""
        text = self.text(name)
        return self.fact(text) if _NAME.fullmatch(text) else self.formula(text)

    def has(self, name: str) -> Expression:
        """Return whether a fact is present."""
        return Expression.has(self.graph, name)

    def records(self, name: str) -> RecordList:
        """Return the records of a declared fact."""
        return RecordList.fact(self.graph, name)

    def as_of(self) -> Expression:
        """Return the date of the score."""
        return Expression.as_of(self.graph)

    def constant(self, value: Decimal | int | bool) -> Expression:
        """Return a constant."""
        return Expression.constant(self.graph, value)

    def points(self, value: Decimal | int | Expression) -> Expression:
        """Return a number, given or computed, as points."""
        if isinstance(value, Expression):
            return value.in_unit("points")
        return Expression.constant(self.graph, value).in_unit("points")

    def condition(self, text: str) -> Expression:
        """Return a yes/no value written in the condition language."""
        return self.parser(text, "bool")

    def formula(self, text: str) -> Expression:
        """Return a number written in the condition language."""
        return self.parser(text, "number")

    @property
    def parse_condition(self) -> Callable[[str], Expression]:
        """Another name of `condition`, which is deprecated."""
        deprecated("ItemContext.parse_condition", "item.condition(…)", until=2)
        return self.condition

    # --- parameters, each with its type; the type's schema has been checked before

    def given(self, name: str) -> bool:
        """Return whether the item gives a parameter, or it has a default."""
        return name in self.parameters

    def number(self, name: str) -> Decimal | int:
        """Return a parameter that is a number."""
        return self._typed(name, (int, Decimal), "a number")

    def whole(self, name: str) -> int:
        """Return a parameter that is a whole number."""
        return self._typed(name, (int,), "a whole number")

    def text(self, name: str) -> str:
        """Return a parameter that is a text: one of an `enum`, the name of a fact, a condition."""
        return self._typed(name, (str,), "a text")

    def flag(self, name: str) -> bool:
        """Return a parameter that is true or false."""
        return self._typed(name, (bool,), "true or false")

    def day(self, name: str) -> date:
        """Return a parameter that is a date."""
        day = read_day(self.text(name))
        if day is None:
            raise _not(name, "a date YYYY-MM-DD")
        return day

    def names(self, name: str) -> tuple[str, ...]:
        """Return a parameter that is a list of texts, in its order."""
        values = self._list(name)
        if not all(isinstance(value, str) for value in values):
            raise _not(name, "a list of texts")
        return tuple(str(value) for value in values)

    def numbers(self, name: str) -> tuple[Decimal | int, ...]:
        """Return a parameter that is a list of numbers, in its order."""
        return tuple(_number(value, name) for value in self._list(name))

    def pairs(self, name: str) -> list[tuple[Decimal | int, Decimal | int]]:
        """Return a parameter that is a list of pairs of numbers (steps, knots)."""
        pairs: list[tuple[Decimal | int, Decimal | int]] = []
        for value in self._list(name):
            if not isinstance(value, list | tuple) or len(value) != 2:
                raise _not(name, "a list of pairs of numbers")
            pairs.append((_number(value[0], name), _number(value[1], name)))
        return pairs

    def _parameter(self, name: str) -> object:
        if name not in self.parameters:
            if self.declared is not None and name not in self.declared:
                what = f"unknown parameter {name!r}"
                raise ExpressionError("SY316", what, suggest(name, self.declared), misuse=True)
            raise ExpressionError("SY316", f"parameter {name} is needed")
        return self.parameters[name]

    def _typed(self, name: str, kinds: tuple[type, ...], words: str) -> Any:  # noqa: ANN401 - of `kinds`
        value = self._parameter(name)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise _not(name, words)
        return value

    def _list(self, name: str) -> Sequence[object]:
        return self._typed(name, (list, tuple), "a list")


def _number(value: object, name: str) -> Decimal | int:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _not(name, "made of numbers")
    return value


def _not(name: str, what: str) -> ExpressionError:
    return ExpressionError("SY316", f"parameter {name} is not {what}")
