"""The core's item types: the shapes that bonus items and deductions have in every industry.

In: parameters of an item in a ruleset, and declared facts.
Out: ten item types named `core/…`, registered through the hook that every plugin uses.
Keeps: each type in a module of its own that says what it does, why, and what missing data mean.
Never: imports more of steelyard than `steelyard.plugin`, or knows an industry.
"""

from steelyard.plugin import Registry, hook
from steelyard.plugins.core.certified_staff import CERTIFIED_STAFF
from steelyard.plugins.core.count_tolerance import COUNT_TOLERANCE
from steelyard.plugins.core.coverage import COVERAGE
from steelyard.plugins.core.curve import CURVE
from steelyard.plugins.core.decision_table import DECISION_TABLE
from steelyard.plugins.core.enrolment import ENROLMENT
from steelyard.plugins.core.flat import FLAT
from steelyard.plugins.core.per_unit import PER_UNIT
from steelyard.plugins.core.share import SHARE
from steelyard.plugins.core.steps import STEPS

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
