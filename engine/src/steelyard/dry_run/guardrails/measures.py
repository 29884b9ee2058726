"""The measures that guardrails may read, and their values for one population or segment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from steelyard.model.facts import FactDeclaration
from steelyard.model.numbers import Int64
from steelyard.model.texts import Text
from steelyard.report.wording.messages import say
from steelyard.scorecard.model import Exact

Kind = Literal["count", "points", "rise", "index", "money", "days"]


@dataclass(frozen=True, slots=True)
class _Shape:
    """The declaration of measures of one kind; bounds are whole numbers of the unit.

    Bounds and decimals leave room in 64 bits for shares, for sums and for products with limits
    of a few decimals. Points have the nine decimals that a ruleset may compute with at most.
    """

    unit: str | None
    decimals: int
    low: Int64
    high: Int64


_SHAPES: dict[Kind, _Shape] = {
    "count": _Shape("count", 0, 0, 10**10),
    "points": _Shape("points", 9, -(10**6), 10**6),
    "rise": _Shape("points", 9, 0, 10**6),
    "index": _Shape(None, 6, 0, 10**6),
    "money": _Shape("money", 6, -(10**12), 10**12),
    "days": _Shape("days", 0, -3_652_059, 3_652_059),
}
_KINDS: dict[Kind, tuple[str, ...]] = {
    "count": (
        "merchants", "scored_before", "scored_after", "unchanged", "up", "down", "newly_scored",
        "no_longer_scored", "newly_rejected", "no_longer_rejected", "tier_up", "tier_down",
        "badge_gained", "badge_lost", "benefit_gained", "benefit_lost", "near_miss",
    ),
    "rise": ("max_drop", "max_rise"),
    "points": (
        "mean_change", "median_change", "mean_before", "mean_after", "median_before",
        "median_after",
    ),
    "index": ("psi",),
    "money": ("benefit_cost_change",),
    "days": ("notice_days",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: its name, its kind and what it means. Only counts are always there."""

    name: str
    kind: Kind
    meaning: Text

    @property
    def is_count(self) -> bool:
        """True if the measure counts merchants, so that it can be expressed as a share."""
        return self.kind == "count"

    @property
    def declaration(self) -> FactDeclaration:
        """The declaration of the measure as a fact, for the condition language."""
        shape = _SHAPES[self.kind]
        scale = 10**shape.decimals
        return FactDeclaration(
            self.name,
            "decimal" if shape.decimals else "int",
            self.meaning,
            self.meaning.en,
            "",
            required=self.is_count,
            decimals=shape.decimals,
            unit=shape.unit,
            low=shape.low * scale,
            high=shape.high * scale,
        )


WHOLE = "merchants"  # the count that shares are taken of
MEASURES: dict[str, Measure] = {
    name: Measure(name, kind, Text(say(f"measure.{name}", "en"), say(f"measure.{name}", "zh")))
    for kind, names in _KINDS.items()
    for name in names
}
DECLARATIONS: dict[str, FactDeclaration] = {
    name: measure.declaration for name, measure in MEASURES.items()
}


@dataclass(frozen=True, slots=True)
class Measured:
    """The measures of the whole population or of one segment.

    `dimension` and `segment` are empty for the whole population, else as `industry` and
    `maternity`; `title` is the segment's. `values` are by the names of `MEASURES`: counts are all
    there (`merchants` may be left to the field), any other measure may be None or left out. Points
    have at most nine decimals, money and the stability index six.
    """

    dimension: str
    segment: str
    title: Text
    merchants: int
    values: Mapping[str, Exact | int | None]

    def facts(self) -> dict[str, int]:
        """Return the measures that are there as scaled integers with their declared decimals.

        Raises `ValueError` for a count that is missing, a name that is no measure, or a number
        with more decimals than its measure has: a program's mistakes, not a user's.
        """
        given = {**self.values, WHOLE: self.merchants}
        if unknown := sorted(given.keys() - MEASURES.keys()):
            raise ValueError(f"not a measure: {', '.join(unknown)}")
        if missing := [
            name for name, one in MEASURES.items() if one.is_count and given.get(name) is None
        ]:
            raise ValueError(f"counts are missing: {', '.join(missing)}")
        return {
            name: _scaled(name, value, DECLARATIONS[name].decimals)
            for name, value in given.items()
            if value is not None
        }


def _scaled(name: str, value: Exact | int, decimals: int) -> int:
    if isinstance(value, int):
        return value * 10**decimals
    if value.decimals <= decimals:
        return value.at(decimals)
    scaled, rest = divmod(value.value, 10 ** (value.decimals - decimals))
    if rest:
        raise ValueError(f"{name} is {value}, with more than {decimals} decimals")
    return scaled
