"""The measures that guardrails may read, and their values for one population or segment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from steelyard.model.facts import FactDeclaration
from steelyard.model.numbers import Int64
from steelyard.model.texts import Text
from steelyard.scorecard.values import Exact

Kind = Literal["count", "points", "rise", "index", "money", "days"]


@dataclass(frozen=True, slots=True)
class _Shape:
    """How measures of one kind are declared; bounds are whole numbers of the unit.

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
_TABLE: tuple[tuple[str, Kind, str, str], ...] = (
    ("merchants", "count", "All merchants of the population or segment", "总体或分组中的全部商家"),
    ("scored_before", "count", "With a score under the live rules", "现行规则下有分数"),
    ("scored_after", "count", "With a score under the candidate", "候选规则下有分数"),
    ("unchanged", "count", "With the same score under both", "两版规则下分数相同"),
    ("up", "count", "With a higher score under the candidate", "候选规则下分数上升"),
    ("down", "count", "With a lower score under the candidate", "候选规则下分数下降"),
    ("newly_scored", "count", "With a score under the candidate only", "仅在候选规则下有分数"),
    ("no_longer_scored", "count", "With a score under the live rules only", "仅在现行规则下有分数"),
    ("newly_rejected", "count", "Rejected under the candidate only", "仅在候选规则下被拒收"),
    ("no_longer_rejected", "count", "Rejected under the live rules only", "仅在现行规则下被拒收"),
    ("tier_up", "count", "In a higher tier under the candidate", "候选规则下升级"),
    ("tier_down", "count", "In a lower tier under the candidate", "候选规则下掉级"),
    ("badge_gained", "count", "Gaining at least one badge", "至少获得一个标识"),
    ("badge_lost", "count", "Losing at least one badge", "至少失去一个标识"),
    ("benefit_gained", "count", "Gaining at least one benefit", "至少获得一项权益"),
    ("benefit_lost", "count", "Losing at least one benefit", "至少失去一项权益"),
    ("near_miss", "count", "Just below a tier under the candidate", "候选规则下距某一等级仅差一点"),
    ("max_drop", "rise", "The largest fall of a score, 0 or more", "最大降幅，不小于 0"),
    ("max_rise", "rise", "The largest rise of a score, 0 or more", "最大升幅，不小于 0"),
    ("mean_change", "points", "The mean change of a score", "分数变化的平均值"),
    ("median_change", "points", "The median change of a score", "分数变化的中位数"),
    ("mean_before", "points", "The mean score under the live rules", "现行规则下的平均分"),
    ("mean_after", "points", "The mean score under the candidate", "候选规则下的平均分"),
    ("median_before", "points", "The median score under the live rules", "现行规则下的中位分"),
    ("median_after", "points", "The median score under the candidate", "候选规则下的中位分"),
    ("psi", "index", "The population stability index of the scores", "分数的群体稳定性指数（PSI）"),
    (
        "benefit_cost_change",
        "money",
        "The change of what benefits cost, negative if they cost less",
        "权益成本的变化，减少为负",
    ),
    (
        "notice_days",
        "days",
        "The shortest notice (in force − announced) of the rulesets that the change touches",
        "变更涉及的规则中最短的公示期（生效日 − 公示日）",
    ),
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: its name, its kind and what it means. Only counts are always there."""

    name: str
    kind: Kind
    meaning: Text

    @property
    def is_count(self) -> bool:
        """Whether it counts merchants, and so may be a share."""
        return self.kind == "count"

    @property
    def declaration(self) -> FactDeclaration:
        """The measure as what the condition language reads: a fact."""
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
    name: Measure(name, kind, Text(en, zh)) for name, kind, en, zh in _TABLE
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
