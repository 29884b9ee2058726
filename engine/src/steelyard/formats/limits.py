"""How much of a file is read before it is refused."""

from dataclasses import dataclass

from steelyard.model.limits import (
    MAX_ALIASED_VALUES,
    MAX_FILE_PROBLEMS,
    MAX_MERCHANT_BYTES,
    MAX_MERCHANT_VALUES,
    MAX_NESTING,
    MAX_RULES_BYTES,
    MAX_RULES_VALUES,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on one document.

    `bytes` of the file; `depth` of nesting (a scalar alone has depth 0); `values` including keys;
    `aliased` values that aliases repeat, in all; `problems` reported before reading stops.
    """

    bytes: int
    depth: int
    values: int
    aliased: int
    problems: int = MAX_FILE_PROBLEMS


RULESET_LIMITS = Limits(MAX_RULES_BYTES, MAX_NESTING, MAX_RULES_VALUES, MAX_ALIASED_VALUES)
MERCHANT_LIMITS = Limits(MAX_MERCHANT_BYTES, MAX_NESTING, MAX_MERCHANT_VALUES, MAX_ALIASED_VALUES)
