"""The words of the field as plain data: numbers, texts, facts, outcomes.

In: nothing.
Out: frozen values that every other stage speaks in.
Keeps: exactness. A number is an integer and a count of decimals.
Never: reads a file, knows a ruleset, or holds a float.
"""

from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.numbers import NumberError, format_scaled, parse_decimal, to_scaled
from steelyard.model.outcomes import (
    ITEM_OUTCOMES,
    MERCHANT_STATUSES,
    METRIC_OUTCOMES,
    REQUIREMENT_STATUSES,
)
from steelyard.model.texts import Text
from steelyard.model.types import BOOL, COUNT, DATE, ValueType, enum_type, number_type

__all__ = [
    "BOOL",
    "COUNT",
    "DATE",
    "ITEM_OUTCOMES",
    "MERCHANT_STATUSES",
    "METRIC_OUTCOMES",
    "REQUIREMENT_STATUSES",
    "FactDeclaration",
    "FieldDeclaration",
    "NumberError",
    "Text",
    "ValueType",
    "enum_type",
    "format_scaled",
    "number_type",
    "parse_decimal",
    "to_scaled",
]
