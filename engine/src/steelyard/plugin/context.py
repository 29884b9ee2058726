"""What an item type's function is given: facts to read and the parameters of one item."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from steelyard.expression import Expression, ExpressionError, Graph, RecordList
from steelyard.model.texts import Text


@dataclass(frozen=True, slots=True)
class ItemContext:
    """The facts and parameters of one item. All values are expressions; nothing is evaluated.

    `parameters` holds the item's `with:` block, checked against the type's schema and completed
    with its defaults; numbers are exact (`int` or `Decimal`). `decimals` is the ruleset's
    precision, the decimals to round curves to.
    """

    graph: Graph
    item: str
    title: Text
    parameters: Mapping[str, Any]
    decimals: int
    parse_condition: Callable[[str], Expression]

    def fact(self, name: str) -> Expression:
        """Return the value of a declared fact."""
        return Expression.fact(self.graph, name)

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
        """Return a condition written in the condition language."""
        return self.parse_condition(text)

    def number(self, name: str) -> Decimal | int:
        """Return a parameter that is a number."""
        value = self.parameters[name]
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise ExpressionError("SY316", f"parameter {name} is not a number")
        return value

    def text(self, name: str) -> str:
        """Return a parameter that is a text."""
        value = self.parameters[name]
        if not isinstance(value, str):
            raise ExpressionError("SY316", f"parameter {name} is not a text")
        return value

    def pairs(self, name: str) -> list[tuple[Decimal | int, Decimal | int]]:
        """Return a parameter that is a list of pairs of numbers (steps, knots)."""
        return [(left, right) for left, right in self.parameters[name]]
