"""The plugin API: everything that a plugin may import.

In: facts, item types and messages that a plugin registers through one hook.
Out: plain declarations that the catalogue gathers.
Keeps: the API version, and typed expressions that are built once, at compile time.
Never: lets plugin code run while merchants are scored.
"""

from steelyard.language.expressions import (
    Expression,
    RecordList,
    all_of,
    any_of,
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
from steelyard.model.texts import Text
from steelyard.plugin.context import ItemContext
from steelyard.plugin.hooks import API_VERSION, hook
from steelyard.plugin.registry import (
    Award,
    Claims,
    ItemType,
    Registry,
    Requirement,
    refuse,
    require,
)

__all__ = [
    "API_VERSION",
    "Award",
    "Claims",
    "Expression",
    "ItemContext",
    "ItemType",
    "RecordList",
    "Registry",
    "Requirement",
    "Text",
    "all_of",
    "any_of",
    "choose",
    "clamp",
    "days_between",
    "first_match",
    "hook",
    "interpolate",
    "maximum",
    "minimum",
    "month",
    "months_between",
    "quarter",
    "ratio",
    "refuse",
    "require",
    "start_of",
    "steps",
    "weekday",
    "within",
    "working_days",
    "year",
]
