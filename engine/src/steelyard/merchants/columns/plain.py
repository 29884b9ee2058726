"""Columns of which every value is plainly right, told by their least and greatest values.

Most columns of most batches are; they need no mask a value, and one pass less.
"""

from collections.abc import Mapping

import polars as pl

from steelyard.merchants.columns.columns import EPOCH, column_type
from steelyard.model.facts import FactDeclaration

_MOST_SHIFT = 18  # powers of ten that fit in 64 bits
_EXACT = 10**15  # below it, a decimal of a double's digits is its shortest


def plain_columns(frame: pl.DataFrame, facts: Mapping[str, FactDeclaration]) -> dict[str, pl.Expr]:
    """Return the values of every column that is plainly right as a whole, by the fact's name."""
    looks = [
        look
        for name, kind in frame.schema.items()
        if name in facts and (look := _look(facts[name], kind)) is not None
    ]
    if not looks:
        return {}
    found = frame.lazy().select(check for look in looks for check in look.checks).collect()
    values = found.row(0, named=True) if found.height else {}
    return {look.fact.id: look.value for look in looks if look.holds(values)}


class _Look:
    """What is asked of one column, and its values if the answer is yes."""

    def __init__(
        self, fact: FactDeclaration, scaled: pl.Expr, ends: tuple[int, int], exact: pl.Expr | None
    ) -> None:
        self.fact = fact
        self._ends = ends
        low, high = f"low:{fact.id}", f"high:{fact.id}"
        self.checks = [scaled.min().alias(low), scaled.max().alias(high)]
        if exact is not None:
            self.checks.append(exact.all().alias(f"exact:{fact.id}"))
        factor = 10**fact.decimals if ends != (fact.low, fact.high) else 1
        value = scaled * factor if factor > 1 else scaled
        self.value = value.cast(column_type(fact))

    def holds(self, values: Mapping[str, object]) -> bool:
        low, high = values.get(f"low:{self.fact.id}"), values.get(f"high:{self.fact.id}")
        if low is None or high is None or values.get(f"exact:{self.fact.id}") is False:
            return False
        return self._ends[0] <= low and high <= self._ends[1]  # type: ignore[operator]


def _look(fact: FactDeclaration, kind: pl.DataType) -> _Look | None:
    raw, ends = pl.col(fact.id), (fact.low, fact.high)
    if fact.type == "date":
        return _Look(fact, raw.to_physical() + EPOCH, ends, None) if kind == pl.Date else None
    if fact.type not in ("int", "decimal"):
        return None
    factor = 10**fact.decimals
    if kind.is_integer() and kind != pl.Int128:
        # the ends without decimals, so that nothing is multiplied before it is known to be small
        return _Look(fact, raw.cast(pl.Int64, strict=False), _whole(ends, factor), _fits(raw))
    if isinstance(kind, pl.Decimal):
        return _of_decimals(fact, kind.scale - fact.decimals)
    if kind == pl.Float64:
        nearest = (raw * float(factor)).round(mode="half_to_even")
        exact = (nearest / float(factor) == raw) & (nearest.abs() < _EXACT)
        return _Look(fact, nearest.cast(pl.Int64, strict=False), ends, exact)
    return None


def _of_decimals(fact: FactDeclaration, shift: int) -> _Look | None:
    """Return the look at decimals with so many digits more than the fact, all of them zero."""
    if not 0 <= shift <= _MOST_SHIFT:
        return None
    physical, ends = pl.col(fact.id).to_physical(), (fact.low, fact.high)
    digits = physical.cast(pl.Int64, strict=False)
    if shift == 0:
        return _Look(fact, digits, ends, _fits(physical))
    divisor = 10**shift
    quotient = digits // divisor
    return _Look(fact, quotient, ends, _fits(physical) & (quotient * divisor == digits))


def _whole(ends: tuple[int, int], factor: int) -> tuple[int, int]:
    return (-(-ends[0] // factor), ends[1] // factor) if factor > 1 else ends


def _fits(raw: pl.Expr) -> pl.Expr:
    """Return whether casting to 64 bits loses nothing."""
    return raw.cast(pl.Int64, strict=False).is_not_null() | raw.is_null()
