"""The typed expression builder: operators on facts become nodes of a plan.

In: facts by name, constants, operators.
Out: hash-consed nodes in topological order, each with its type and proved interval.
Keeps: types, units, scales; a wrong combination is refused where it is written.
Never: evaluates anything, holds a float.
"""

from steelyard.language.expressions.expression import Expression, Number, all_of, any_of
from steelyard.language.expressions.functions import (
    choose,
    clamp,
    days_between,
    first_match,
    interpolate,
    maximum,
    minimum,
    month,
    months_between,
    quarter,
    ratio,
    start_of,
    steps,
    weekday,
    within,
    working_days,
    year,
)
from steelyard.language.expressions.graph import Derived, Doubt, ExpressionError, Graph, GraphState
from steelyard.language.expressions.presence import defined
from steelyard.language.expressions.records import Groups, RecordList

__all__ = [
    "Derived",
    "Doubt",
    "Expression",
    "ExpressionError",
    "Graph",
    "GraphState",
    "Groups",
    "Number",
    "RecordList",
    "all_of",
    "any_of",
    "choose",
    "clamp",
    "days_between",
    "defined",
    "first_match",
    "interpolate",
    "maximum",
    "minimum",
    "month",
    "months_between",
    "quarter",
    "ratio",
    "start_of",
    "steps",
    "weekday",
    "within",
    "working_days",
    "year",
]
