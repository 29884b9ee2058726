"""Counting the impact batch by batch; what is kept grows with scores and segments only."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from steelyard.dry_run.impact.counting import Flags, Integers, count_flags, count_pairs
from steelyard.model.limits import MAX_LABELS

STATUSES = ("scored", "no_score", "rejected")
SCORED, NO_SCORE, REJECTED = range(3)

WHOLE = ""  # the dimension of the whole population


@dataclass(frozen=True, slots=True)
class Rows:
    """Merchants of one batch: arrays with a value each.

    Statuses are places in `STATUSES`, labels places in the run's labels; scores are in steps of the
    last displayed decimal and mean nothing without a score. `segments` has the code of the segment
    by dimension, `shares` a row a block. `costs` are sums of money of benefits given, by currency,
    one array before and one after.
    """

    status_before: Integers
    status_after: Integers
    score_before: Integers
    score_after: Integers
    label_before: Integers
    label_after: Integers
    badge_gained: Flags
    badge_lost: Flags
    benefit_gained: Flags
    benefit_lost: Flags
    near_miss: Flags
    segments: Mapping[str, Integers]
    shares: Integers | None
    score_shares: Integers | None
    costs: Mapping[str, tuple[Integers, Integers]]

    @property
    def both(self) -> Flags:
        """Where there is a score on both sides."""
        return (self.status_before == SCORED) & (self.status_after == SCORED)

    @property
    def change(self) -> Integers:
        """What the score changes by; 0 where one side has none."""
        return np.where(self.both, self.score_after - self.score_before, 0)


@dataclass(slots=True)
class Tally:
    """Counters by dimension; the key of each begins with the code of a segment."""

    dimensions: Sequence[str]
    blocks: int
    tier_ranks: Mapping[int, int]  # of labels that are tiers, the higher tier the smaller number
    rows: int = 0
    statuses: dict[str, Counter[tuple[int, int]]] = field(default_factory=dict)
    before: dict[str, Counter[tuple[int, int]]] = field(default_factory=dict)
    after: dict[str, Counter[tuple[int, int]]] = field(default_factory=dict)
    change: dict[str, Counter[tuple[int, int]]] = field(default_factory=dict)
    moves: dict[str, Counter[tuple[int, int]]] = field(default_factory=dict)
    flags: dict[tuple[str, str], Counter[int]] = field(default_factory=dict)
    costs: dict[tuple[str, str], dict[int, list[int]]] = field(default_factory=dict)
    points: list[int] = field(default_factory=list)
    scores: list[int] = field(default_factory=list)
    up: list[int] = field(default_factory=list)
    down: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in self.dimensions:
            for counters in (self.statuses, self.before, self.after, self.change, self.moves):
                counters[name] = Counter()
            for flag in FLAGS:
                self.flags[name, flag] = Counter()
        for counts in (self.points, self.scores, self.up, self.down):
            counts.extend([0] * self.blocks)

    def add(self, rows: Rows) -> None:
        """Count a batch."""
        self.rows += len(rows.status_before)
        scored = (rows.status_before == SCORED, rows.status_after == SCORED)
        both, change = rows.both, rows.change
        up, down = self._tier_moves(rows)
        flags = {
            "tier_up": up,
            "tier_down": down,
            "badge_gained": rows.badge_gained,
            "badge_lost": rows.badge_lost,
            "benefit_gained": rows.benefit_gained,
            "benefit_lost": rows.benefit_lost,
            "near_miss": rows.near_miss,
        }
        labels = (
            max(int(rows.label_before.max(initial=0)), int(rows.label_after.max(initial=0))) + 1
        )
        for name in self.dimensions:
            codes = rows.segments[name]
            statuses = rows.status_before * len(STATUSES) + rows.status_after
            count_pairs(codes, statuses, self.statuses[name])
            count_pairs(codes[scored[0]], rows.score_before[scored[0]], self.before[name])
            count_pairs(codes[scored[1]], rows.score_after[scored[1]], self.after[name])
            count_pairs(codes[both], change[both], self.change[name])
            moves: Counter[tuple[int, int]] = Counter()
            count_pairs(codes, rows.label_before * labels + rows.label_after, moves)
            for (code, move), n in moves.items():
                # labels are few: a fixed base keeps the codes of all batches alike
                self.moves[name][code, move // labels * MAX_LABELS + move % labels] += n
            for flag in FLAGS:
                count_flags(codes, flags[flag], self.flags[name, flag])
            for currency, sides in rows.costs.items():
                self._add_costs(name, currency, codes, sides)
        if rows.shares is not None:
            self._add_shares(rows)

    def _tier_moves(self, rows: Rows) -> tuple[Flags, Flags]:
        """Return who rose and who fell in tier, among those with a score on both sides."""
        ranks = np.zeros(MAX_LABELS, dtype=np.int64)
        for label, rank in self.tier_ranks.items():
            ranks[label] = rank
        before, after = ranks[rows.label_before], ranks[rows.label_after]
        return rows.both & (after < before), rows.both & (after > before)

    def _add_costs(
        self, name: str, currency: str, codes: Integers, sides: tuple[Integers, Integers]
    ) -> None:
        sums = self.costs.setdefault((name, currency), {})
        for code in np.unique(codes).tolist():
            own = sums.setdefault(code, [0, 0])
            for place, values in enumerate(sides):
                own[place] += exact_sum(values[codes == code])

    def _add_shares(self, rows: Rows) -> None:
        assert rows.shares is not None
        assert rows.score_shares is not None
        for block in range(self.blocks):
            shares = rows.shares[block]
            self.points[block] += exact_sum(shares)
            self.scores[block] += exact_sum(rows.score_shares[block])
            self.up[block] += int((shares > 0).sum())
            self.down[block] += int((shares < 0).sum())


FLAGS = (
    "tier_up",
    "tier_down",
    "badge_gained",
    "badge_lost",
    "benefit_gained",
    "benefit_lost",
    "near_miss",
)
_SAFE = 2**62


def exact_sum(values: NDArray[np.int64]) -> int:
    """Return the sum of integers, however large it is."""
    if not len(values):
        return 0
    largest = max(abs(int(values.max())), abs(int(values.min())))
    return int(values.sum()) if largest * len(values) < _SAFE else sum(values.tolist())
