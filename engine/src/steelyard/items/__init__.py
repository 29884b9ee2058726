"""The core's item types: the shapes that bonus items and deductions have in every industry.

In: parameters of an item in a ruleset, and declared facts.
Out: ten item types named `core/…`, registered through the hook that every plugin uses.
Keeps: each type in a module of its own that says what it does, why, and what missing data mean.
Never: imports more of steelyard than `steelyard.plugin`, or knows an industry.
"""

from steelyard.items.certified_staff import CERTIFIED_STAFF
from steelyard.items.count_tolerance import COUNT_TOLERANCE
from steelyard.items.coverage import COVERAGE
from steelyard.items.curve import CURVE
from steelyard.items.decision_table import DECISION_TABLE
from steelyard.items.enrolment import ENROLMENT
from steelyard.items.flat import FLAT
from steelyard.items.per_unit import PER_UNIT
from steelyard.items.share import SHARE
from steelyard.items.steps import STEPS
from steelyard.plugin import Registry, hook

STEELYARD_API = 1

ITEM_TYPES = (
    FLAT,
    STEPS,
    DECISION_TABLE,
    CURVE,
    PER_UNIT,
    SHARE,
    COUNT_TOLERANCE,
    CERTIFIED_STAFF,
    ENROLMENT,
    COVERAGE,
)


@hook
def steelyard_register(registry: Registry) -> None:
    """Register the core's item types."""
    for item_type in ITEM_TYPES:
        registry.item_type(item_type)
