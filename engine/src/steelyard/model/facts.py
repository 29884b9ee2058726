"""Declarations of facts: the data about a merchant that rules can use."""

from typing import Literal

from steelyard.model.frozen import frozen
from steelyard.model.numbers import Int64
from steelyard.model.texts import Prose, Text
from steelyard.model.types import BOOL, DATE, ID, ValueType, enum_type, number_type

FactType = Literal["bool", "int", "decimal", "date", "enum", "records"]
FieldType = Literal["bool", "int", "decimal", "date", "enum", "id"]


def _value_type(kind: str, decimals: int, unit: str | None, values: tuple[str, ...]) -> ValueType:
    if kind == "bool":
        return BOOL
    if kind == "date":
        return DATE
    if kind == "id":
        return ID
    if kind == "enum":
        return enum_type(values)
    return number_type(decimals, unit)


@frozen
class FieldDeclaration:
    """One field of the records of a fact.

    `id` fields are opaque texts that identify records (`key`). Conditions relate, group and count
    records by them, and cannot read them otherwise.
    Bounds are scaled integers (dates: ordinals). `otherwise` is as of a fact.
    """

    name: str
    type: FieldType
    title: Text
    required: bool = True
    decimals: int = 0
    unit: str | None = None
    values: tuple[str, ...] = ()
    low: Int64 = 0
    high: Int64 = 0
    otherwise: str | None = None

    @property
    def value_type(self) -> ValueType:
        """The type of the field's value in a plan."""
        return _value_type(self.type, self.decimals, self.unit, self.values)


@frozen
class FactDeclaration:
    """One fact: its type, bounds, unit and window, with a meaning that people can check.

    `low` and `high` are inclusive bounds as scaled integers (dates: ordinals; enums: 0 and the
    last index). `window` is text such as `30d`. `at_most` names a fact that this one may not
    exceed. `otherwise` is the value of an enum that a text has which is none of its values: None
    rejects such a text. `provider` is the plugin that declares the fact, or `book` or `core`.
    """

    id: str
    type: FactType
    title: Text
    meaning: Prose
    source: Prose
    required: bool = False
    decimals: int = 0
    unit: str | None = None
    low: Int64 = 0
    high: Int64 = 0
    window: str | None = None
    values: tuple[str, ...] = ()
    fields: tuple[FieldDeclaration, ...] = ()
    key: tuple[str, ...] = ()
    max_records: int = 0
    at_most: str | None = None
    industries: tuple[str, ...] = ()
    illustrative: bool = False
    provider: str = "core"
    otherwise: str | None = None

    @property
    def value_type(self) -> ValueType:
        """The type of the fact's value in a plan; raise `TypeError` for a fact of records."""
        if self.type == "records":
            raise TypeError(f"{self.id} is a list of records, not one value")
        return _value_type(self.type, self.decimals, self.unit, self.values)

    def field(self, name: str) -> FieldDeclaration | None:
        """Return the declared field of this name, or None."""
        return next((field for field in self.fields if field.name == name), None)


Declaration = FactDeclaration | FieldDeclaration
