"""How much of a file is read before it is refused."""

from dataclasses import dataclass


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
    problems: int = 1_000


RULESET_LIMITS = Limits(bytes=2_000_000, depth=32, values=200_000, aliased=10_000)
MERCHANT_LIMITS = Limits(bytes=20_000_000, depth=32, values=2_000_000, aliased=10_000)
