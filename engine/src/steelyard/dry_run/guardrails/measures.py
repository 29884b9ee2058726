"""The measures that guardrails may read, and their values for one population or segment."""

from collections.abc import Mapping
from dataclasses import dataclass

from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text
from steelyard.report.wording.messages import say
from steelyard.scorecard.model import Exact

WHOLE = "merchants"  # the count that shares are taken of
NOTHING_TO_ANNOUNCE = 3_652_059  # days of notice if nothing changes: those of the whole calendar
RUN_WIDE = frozenset(("unexercised_edits",))  # the same for every day, scene and segment
# their values if it is proved that nothing changes; all others need scores
UNCHANGED = {
    **dict.fromkeys(
        (
            "up", "down", "newly_scored", "no_longer_scored", "newly_rejected",
            "no_longer_rejected", "tier_up", "tier_down", "badge_gained", "badge_lost",
            "benefit_gained", "benefit_lost", "benefit_reduced", "down_by_cap", "worse_off",
            "max_drop", "max_rise", "mean_change", "median_change", "psi",
        ),
        0,
    ),
    "notice_days": NOTHING_TO_ANNOUNCE,
}  # fmt: skip

# by name: the unit of some measures, their decimals, and bounds in whole numbers of the unit.
# Bounds and decimals leave room in 64 bits for shares, for sums and for products with limits of a
# few decimals. Points have the nine decimals that a ruleset may compute with at most.
_SHAPES: dict[tuple[str, ...], tuple[str | None, int, int, int]] = {
    (
        "merchants", "scored_before", "scored_after", "unchanged", "up", "down", "newly_scored",
        "no_longer_scored", "newly_rejected", "no_longer_rejected", "tier_up", "tier_down",
        "badge_gained", "badge_lost", "benefit_gained", "benefit_lost", "benefit_reduced",
        "down_by_cap", "worse_off", "near_miss",
    ): ("count", 0, 0, 10**10),
    ("max_drop", "max_rise"): ("points", 9, 0, 10**6),
    (
        "mean_change", "median_change", "mean_before", "mean_after", "median_before",
        "median_after",
    ): ("points", 9, -(10**6), 10**6),
    ("psi",): (None, 6, 0, 10**6),
    ("benefit_cost_change",): ("money", 6, -(10**12), 10**12),
    ("notice_days",): ("days", 0, -NOTHING_TO_ANNOUNCE, NOTHING_TO_ANNOUNCE),
    ("unexercised_edits",): (None, 0, 0, 10**6),
}  # fmt: skip


def _declare(name: str, unit: str | None, decimals: int, low: int, high: int) -> FactDeclaration:
    meaning = Text(say(f"measure.{name}", "en"), say(f"measure.{name}", "zh"))
    return FactDeclaration(
        name,
        "decimal" if decimals else "int",
        meaning,
        meaning.en,
        "",
        required=unit == "count",  # any other measure may be missing
        decimals=decimals,
        unit=unit,
        low=low * 10**decimals,
        high=high * 10**decimals,
    )


# every measure as a fact, for the condition language; its title is its meaning
MEASURES: dict[str, FactDeclaration] = {
    name: _declare(name, *shape) for names, shape in _SHAPES.items() for name in names
}
COUNTS = tuple(name for name, measure in MEASURES.items() if measure.required)


@dataclass(frozen=True, slots=True)
class Measured:
    """The measures of the whole population or of one segment.

    `dimension` and `segment` are empty for the whole population, else for example `industry` and
    `maternity`; `title` is the title of the segment. `values` have the names of `MEASURES`. All
    counts are given, except perhaps `merchants`; any other measure may be None or missing. Points
    have at most nine decimals, money and the stability index six. If the values are `proved`
    without scoring anybody, they hold for any number of merchants.
    """

    dimension: str
    segment: str
    title: Text
    merchants: int
    values: Mapping[str, Exact | int | None]
    proved: bool = False

    def facts(self) -> dict[str, int]:
        """Return the known measures as scaled integers with their declared decimals.

        Raises `ValueError` for a missing count, an unknown name, or a number with more decimals
        than its measure. These are mistakes of the calling code, not of a user.
        """
        given = {**self.values, WHOLE: self.merchants}
        if unknown := sorted(given.keys() - MEASURES.keys()):
            raise ValueError(f"not a measure: {', '.join(unknown)}")
        if missing := [name for name in COUNTS if given.get(name) is None]:
            raise ValueError(f"counts are missing: {', '.join(missing)}")
        return {
            name: _scaled(name, value, MEASURES[name].decimals)
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
