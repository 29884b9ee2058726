"""The types of values in a plan."""

from typing import Literal

from steelyard.model.frozen import frozen

Kind = Literal["bool", "number", "date", "enum", "id"]


@frozen
class ValueType:
    """The type of one value.

    A number is an integer scaled by 10**decimals, with an optional unit (`share`, `hours`,
    `points`); a date is its proleptic Gregorian ordinal (0001-01-01 is 1); an enum value is its
    index in `values`; an id is a text that only tells records apart.
    """

    kind: Kind
    decimals: int = 0
    unit: str | None = None
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.kind == "number":
            shape = f"decimal({self.decimals})" if self.decimals else "int"
            return f"{shape} {self.unit}" if self.unit else shape
        if self.kind == "enum":
            return f"enum({', '.join(self.values[:6])}{', …' if len(self.values) > 6 else ''})"
        return self.kind


BOOL = ValueType("bool")
DATE = ValueType("date")
ID = ValueType("id")
COUNT = ValueType("number", 0, "count")


def number_type(decimals: int = 0, unit: str | None = None) -> ValueType:
    """Return the type of a number."""
    return ValueType("number", decimals, unit)


def enum_type(values: tuple[str, ...]) -> ValueType:
    """Return the type of an enumerated text."""
    return ValueType("enum", values=values)
