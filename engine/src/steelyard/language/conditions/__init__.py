"""Conditions: a documented subset of CEL, parsed and lowered to typed expressions.

In: the text of a condition with its place; a scope that knows facts, scores and items.
Out: a `Condition` with the names it reads; an `Expression` of the plan in the making.
Keeps: the place of every part; exact decimals; limits on length and depth.
Never: evaluates, calls user code, reads the clock, or stops at the first problem of types.
"""

from steelyard.language.conditions.condition import Condition, Read, parse
from steelyard.language.conditions.lookup import FactScope, Scope
from steelyard.language.conditions.lowering import Want, lower, lower_sides
from steelyard.language.conditions.text import format_condition

__all__ = [
    "Condition",
    "FactScope",
    "Read",
    "Scope",
    "Want",
    "format_condition",
    "lower",
    "lower_sides",
    "parse",
]
