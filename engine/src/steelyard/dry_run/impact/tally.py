"""Counting the impact batch by batch; memory grows with scores and segments, not with rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from steelyard.dry_run.impact.counting import Flags, Integers, count_rows, exact_sum
from steelyard.dry_run.impact.model import Status

STATUSES: tuple[Status, ...] = ("scored", "no_score", "rejected")
SCORED, NO_SCORE, REJECTED = range(3)

POPULATION = ""  # the dimension of the whole population
WITHOUT_TIER = 3  # the last standings: below all tiers, no score, rejected
FLAGS = (
    "tier_up",
    "tier_down",
    "badge_gained",
    "badge_lost",
    "benefit_gained",
    "benefit_lost",
    "benefit_reduced",
    "down_by_cap",
    "worse_off",
    "near_miss",
)

Sides = tuple[Integers, Integers]  # before and after
RewardKind = Literal["badge", "benefit"]


@dataclass(frozen=True, slots=True)
class ImpactRows:
    """The merchants of one batch under both sides: arrays with a value for each.

    Statuses are places in `STATUSES`, standings places in the run's standings. Scores are in steps
    of the last displayed decimal and mean nothing without a score; `cut` are the points that caps
    take. `distances` are the numbers of steps to the next tier on each side, 0 if that is no near
    miss. `lacking` merchants lack a fact that one side requires. `weight` ranks merchants in lists;
    it is not negative. `segments` has the code of the segment by dimension; `points` and `scores`
    have a row for each group of edits, with its contribution to the points and to the scored
    merchants. `costs` are sums of money by currency.
    """

    status: Sides
    score: Sides
    standing: Sides
    cut: Sides
    gained: Mapping[RewardKind, Flags]
    lost: Mapping[RewardKind, Flags]
    distances: Sides
    lacking: Flags
    weight: Integers
    segments: dict[str, Integers]
    points: Integers
    scores: Integers
    costs: Mapping[str, Sides]

    @classmethod
    def rejected(
        cls, size: int, *, standing: int, groups: int, currencies: Sequence[str]
    ) -> "ImpactRows":
        """Return rows of merchants that both sides reject, to be filled in."""

        def integers(value: int = 0) -> Integers:
            return np.full(size, value, dtype=np.int64)

        def flags() -> dict[RewardKind, Flags]:
            return {"badge": np.zeros(size, np.bool_), "benefit": np.zeros(size, np.bool_)}

        return cls(
            status=(integers(REJECTED), integers(REJECTED)),
            score=(integers(), integers()),
            standing=(integers(standing), integers(standing)),
            cut=(integers(), integers()),
            gained=flags(),
            lost=flags(),
            distances=(integers(), integers()),
            lacking=np.zeros(size, np.bool_),
            weight=integers(),
            segments={POPULATION: integers()},
            points=np.zeros((groups, size), dtype=np.int64),
            scores=np.zeros((groups, size), dtype=np.int64),
            costs={name: (integers(), integers()) for name in currencies},
        )

    @property
    def both(self) -> Flags:
        """The merchants with a score on both sides."""
        return (self.status[0] == SCORED) & (self.status[1] == SCORED)

    @property
    def change(self) -> Integers:
        """The changes of the scores; 0 where one side has none."""
        return np.where(self.both, self.score[1] - self.score[0], 0)

    @property
    def rejected_by_one(self) -> Flags:
        """The merchants that at least one side rejects."""
        return (self.status[0] == REJECTED) | (self.status[1] == REJECTED)

    @property
    def near_miss(self) -> Flags:
        """The merchants that the change leaves just below a tier.

        A merchant that was there before, with the same score, is not one of them.
        """
        sides = (self.status, self.score, self.standing, self.distances)
        touched = [before != after for before, after in sides]
        return (self.distances[1] > 0) & np.any(touched, axis=0)

    def flags(self) -> dict[str, Flags]:
        """Return the flags that need no ranks of tiers, by name."""
        return {
            "badge_gained": self.gained["badge"],
            "badge_lost": self.lost["badge"],
            "benefit_gained": self.gained["benefit"],
            "benefit_lost": self.lost["benefit"],
            "benefit_reduced": self._cheaper(),
            "down_by_cap": self.both & (self.change < 0) & (self.cut[1] > self.cut[0]),
            "near_miss": self.near_miss,
        }

    def _cheaper(self) -> Flags:
        """Return the merchants whose benefits cost less in at least one currency."""
        nobody = np.zeros(len(self.lacking), dtype=np.bool_)
        return sum((after < before for before, after in self.costs.values()), start=nobody)


@dataclass(slots=True)
class ImpactTally:
    """Counters of a run.

    `counts` has a counter for each dimension and measure: `statuses` and `moves` by (segment,
    before, after); `before`, `after` and `change` by (segment, steps); flags by (segment,).
    `costs` are sums by (dimension, segment, currency, side). The lists have a value for each group
    of edits. `ranks` has the rank of every standing, the highest tier 0.
    """

    dimensions: Sequence[str]
    groups: int
    ranks: Sequence[int]
    rows: int = 0
    counts: dict[tuple[str, str], Counter[tuple[int, ...]]] = field(default_factory=dict)
    costs: Counter[tuple[str, int, str, int]] = field(default_factory=Counter)
    points: list[int] = field(default_factory=list)
    scores: list[int] = field(default_factory=list)
    up: list[int] = field(default_factory=list)
    down: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        for dimension in self.dimensions:
            for measure in ("statuses", "moves", "before", "after", "change", *FLAGS):
                self.counts[dimension, measure] = Counter()
        for sums in (self.points, self.scores, self.up, self.down):
            sums.extend([0] * self.groups)

    def add(self, rows: ImpactRows) -> None:
        """Count a batch."""
        self.rows += len(rows.lacking)
        both, change = rows.both, rows.change
        before, after = (status == SCORED for status in rows.status)
        flags = self._flags(rows)
        for dimension, codes in rows.segments.items():
            count_rows(self.counts[dimension, "statuses"], codes, *rows.status)
            count_rows(self.counts[dimension, "moves"], codes, *rows.standing)
            count_rows(self.counts[dimension, "before"], codes[before], rows.score[0][before])
            count_rows(self.counts[dimension, "after"], codes[after], rows.score[1][after])
            count_rows(self.counts[dimension, "change"], codes[both], change[both])
            for name, chosen in flags.items():
                count_rows(self.counts[dimension, name], codes[chosen])
            for currency, sides in rows.costs.items():
                for code in np.unique(codes).tolist():
                    for side, money in enumerate(sides):
                        total = exact_sum(money[codes == code])
                        self.costs[dimension, code, currency, side] += total
        for group in range(self.groups):
            points = rows.points[group]
            self.points[group] += exact_sum(points)
            self.scores[group] += exact_sum(rows.scores[group])
            self.up[group] += int((points > 0).sum())
            self.down[group] += int((points < 0).sum())

    def _flags(self, rows: ImpactRows) -> dict[str, Flags]:
        """Return all flags by name. A tier lost or gained together with the score counts too."""
        before, after = (status == SCORED for status in rows.status)
        ranks = np.array(self.ranks, dtype=np.int64)
        rank_before, rank_after = (ranks[standing] for standing in rows.standing)
        tiers = len(ranks) - WITHOUT_TIER
        had, has = (standing < tiers for standing in rows.standing)
        flags = rows.flags()
        flags["tier_up"] = (rows.both & (rank_after < rank_before)) | (has & ~before)
        flags["tier_down"] = (rows.both & (rank_after > rank_before)) | (had & ~after)
        rejected_before, rejected_after = (status == REJECTED for status in rows.status)
        flags["worse_off"] = (
            (rows.change < 0) | (before & ~after) | (rejected_after & ~rejected_before)
            | flags["tier_down"] | flags["badge_lost"]
            | flags["benefit_lost"] | flags["benefit_reduced"]
        )  # fmt: skip
        return flags

    def of_segment(self, dimension: str, measure: str, code: int) -> dict[tuple[int, ...], int]:
        """Return the counts of one segment by the rest of their keys, ascending."""
        counts = self.counts[dimension, measure]
        return {key[1:]: counts[key] for key in sorted(counts) if key[0] == code}


@dataclass(slots=True)
class NameCounts:
    """Counters by names of the rules.

    `outcomes` of merchants with a score by (`item` or `deduction`, id, side, outcome); `rewards` by
    (kind, id, `before`, `after`, `gained` or `lost`); `reward_costs` by (benefit, currency, side).
    `kinds` are the kinds of the merchants read; `rejections` counts the merchants that one side
    rejects, each under the code of its first problem. `unreadable` counts rows that cannot be read.
    `with_data` has the edited parts of the rules that read data of at least one merchant: the first
    kind of their pair of rules, the section and the part.
    """

    outcomes: Counter[tuple[str, str, int, str]] = field(default_factory=Counter)
    rewards: Counter[tuple[RewardKind, str, str]] = field(default_factory=Counter)
    reward_costs: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    kinds: set[tuple[str, str | None]] = field(default_factory=set)
    rejections: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0
    with_data: set[tuple[tuple[str, str | None], tuple[str, str]]] = field(default_factory=set)
