"""Exact numbers and the other values that a scorecard shows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from steelyard.model.numbers import format_scaled


@dataclass(frozen=True, slots=True)
class Exact:
    """The number value / 10**decimals, with its unit; writes itself without trailing zeros."""

    value: int
    decimals: int
    unit: str | None = None

    @property
    def decimal(self) -> Decimal:
        """The same number as a `Decimal`."""
        return Decimal(format_scaled(self.value, self.decimals))

    def at(self, decimals: int) -> int:
        """Return the scaled integer at a scale that is at least the number's own."""
        return self.value * 10 ** (decimals - self.decimals)

    def __str__(self) -> str:
        return format_scaled(self.value, self.decimals, trim=True)


Value = Exact | date | str | bool  # enum values are their text


def minus(left: Exact, right: Exact) -> Exact:
    """Return left − right at the finer of the two scales, in the unit of the left."""
    decimals = max(left.decimals, right.decimals)
    return Exact(left.at(decimals) - right.at(decimals), decimals, left.unit or right.unit)
