"""The nouns of the field as plain data: numbers, texts, facts, outcomes, limits.

In: nothing.
Out: frozen values that all other packages share.
Keeps: exactness: a number is an integer and its number of decimals.
Never: reads a file, knows a ruleset, or uses a float.
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
