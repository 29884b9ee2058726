"""Evaluation of one batch under both sides: arrays with one value for each row."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.dry_run.attribution import contributions, denominator
from steelyard.dry_run.calculation import Calculation, PairCalculation
from steelyard.dry_run.evaluating import SideRules, Values
from steelyard.dry_run.impact.counting import Flags, Integers
from steelyard.dry_run.impact.tally import (
    NO_SCORE,
    REJECTED,
    SCORED,
    ImpactRows,
    NameCounts,
    RewardKind,
)
from steelyard.dry_run.pairs import Pair
from steelyard.dry_run.segments import Dimension
from steelyard.evaluators.polars import fact_column
from steelyard.merchants.columns import Batch
from steelyard.model.facts import FactDeclaration
from steelyard.model.outcomes import ITEM_OUTCOMES
from steelyard.model.rollout import members
from steelyard.plan.structure import Plan
from steelyard.scoring.batches import lacks, of_kind

_MET = 0  # of a requirement's statuses
_NOT_APPLIED = ("no_data", "out_of_scope", "exempt")  # outcomes of a part that reads no data
NEAR_MISS_PARTS = 100  # a near miss is within 1/100 of the range of scores below a tier

Rewards = Mapping[tuple[RewardKind, str], Flags]


@dataclass(frozen=True, slots=True)
class PlacedRows:
    """The rows of a batch, read with the facts of each side.

    `numbers` are all row numbers. For each reading, `facts` are the accepted rows, `at` their
    indices in `numbers`, and `others` their shop types in the other reading; where it rejects the
    row, the shop type in this one.
    """

    numbers: Integers
    facts: tuple[pl.DataFrame, ...]
    at: tuple[Integers, ...]
    others: tuple[pl.Series, ...]


def place_rows(batches: Sequence[Batch]) -> PlacedRows:
    """Return the rows of several readings of one batch, aligned by row number."""
    accepted = [batch.facts["row"].cast(pl.Int64).to_numpy() for batch in batches]
    rejected = [np.array([reject.row for reject in b.rejects], dtype=np.int64) for b in batches]
    numbers = np.unique(np.concatenate([*accepted, *rejected]))
    facts = tuple(batch.facts for batch in batches)
    at = tuple(np.searchsorted(numbers, own) for own in accepted)
    shop_types = [own["shop_type"].cast(pl.String).to_numpy() for own in facts]
    others: list[pl.Series] = []
    for here in range(len(batches)):
        found = np.empty(len(numbers), dtype=object)
        for reading in (here, 1 - here)[: len(batches)]:
            found[at[reading]] = shop_types[reading]
        others.append(pl.Series(found[at[here]].tolist(), dtype=pl.String))
    return PlacedRows(numbers, facts, at, tuple(others))


class BatchEvaluator:
    """An evaluator of batches under all pairs of rules of a dry run."""

    def __init__(
        self,
        calculation: Calculation,
        dimensions: Sequence[Dimension],
        weight: FactDeclaration | None,
    ) -> None:
        self._calculation = calculation
        self._dimensions = dimensions
        self._weight = weight
        tiers = [standing.id for standing in calculation.standings if standing.is_tier]
        self._tiers = {name: place for place, name in enumerate(tiers)}
        self._below = len(tiers)  # then come the standings no score and rejected
        self.currencies = _currencies(calculation)
        rules = [side for pair in calculation.pairs for side in pair.sides if side is not None]
        self._cut_decimals = max((side.cut_decimals for side in rules), default=0)

    def evaluate(self, placed: PlacedRows, counts: NameCounts) -> ImpactRows:
        """Return the results of a batch; add outcomes, rewards and kinds to `counts`."""
        size = len(placed.numbers)
        rows = ImpactRows.rejected(
            size,
            standing=self._below + REJECTED,
            groups=len(self._calculation.groups),
            currencies=tuple(self.currencies),
        )
        for pair in self._calculation.pairs:
            self._evaluate_pair(pair, placed, rows, counts)
        for facts in placed.facts:
            counts.kinds.update(facts.select("industry", "shop_type").unique().rows())
        for dimension in self._dimensions:
            codes = np.full(size, len(dimension.segments) - 1, dtype=np.int64)
            for facts, at in zip(placed.facts, placed.at, strict=True):
                codes[at] = dimension.codes(facts)
            rows.segments[dimension.id] = codes
        for facts, at in zip(placed.facts, placed.at, strict=True):
            rows.weight[at] = _weights(facts, self._weight)
        return rows

    def _evaluate_pair(
        self, pair: PairCalculation, placed: PlacedRows, rows: ImpactRows, counts: NameCounts
    ) -> None:
        chosen = [
            _of_moves(facts, others, pair.pair, reading)
            for reading, (facts, others) in enumerate(zip(placed.facts, placed.others, strict=True))
        ]
        if not any(flags.any() for flags in chosen):
            return
        size = len(placed.numbers)
        own = np.zeros(size, dtype=np.bool_)
        has = [np.zeros(size, dtype=np.bool_) for _ in pair.variants]
        scores = [np.zeros(size, dtype=np.int64) for _ in pair.variants]
        rewards = tuple(defaultdict(lambda: np.zeros(size, dtype=np.bool_)) for _ in pair.sides)
        for facts, at, flags, evaluator, numbers in zip(
            placed.facts, placed.at, chosen, pair.evaluators, pair.evaluated, strict=True
        ):
            merchants = facts if flags.all() else facts.filter(pl.Series(flags))
            if not merchants.height:
                continue
            positions = at[flags]
            own[positions] = True
            before, after, *variants = evaluator.evaluate(merchants)
            for side, (values, rules) in enumerate(zip((before, after), pair.sides, strict=True)):
                if values is not None and rules is not None:
                    lacking = lacks(merchants, rules.required)
                    given = self._fill_side(side, values, rules, lacking, positions, rows, counts)
                    for key, gets in given.items():
                        rewards[side][key][positions] |= gets
                    _note_data(pair, rules, values, lacking, counts)
            for number, values in zip(numbers, variants, strict=True):
                variant = pair.variants[number]
                assert variant is not None  # there is something to evaluate
                assert values is not None
                total = variant.plan.total
                lacking = lacks(merchants, SideRules.of(variant.plan).required)
                has[number][positions] = values(total.has_score) & ~lacking
                scores[number][positions] = values(total.score) * self._steps(variant.plan)
        _count_rewards(rewards[0], rewards[1], rows, counts)
        if pair.table is not None:
            self._fill_contributions(pair, pair.table, own, has, scores, rows)

    def _steps(self, plan: Plan) -> int:
        """Return the factor from the last decimal of a plan's score to that of the dry run."""
        return 10 ** (self._calculation.decimals - plan.display_decimals)

    def _fill_side(
        self,
        side: int,
        values: Values,
        rules: SideRules,
        lacking: Flags,
        positions: Integers,
        rows: ImpactRows,
        counts: NameCounts,
    ) -> Rewards:
        """Fill in the results of one side; return the merchants with each badge and benefit."""
        plan, total = rules.plan, rules.plan.total
        scored = values(total.has_score) & ~lacking
        status = np.where(lacking, REJECTED, np.where(scored, SCORED, NO_SCORE))
        score = values(total.score) * self._steps(plan)
        standing = np.full(len(positions), self._below, dtype=np.int64)
        holders: list[Flags] = []
        if total.tier is not None:
            names = plan.nodes[total.tier].type.values
            tier = values(total.tier)
            standing = np.array([self._tiers.get(name, self._below) for name in names])[tier]
            holders = [scored & (tier == place) for place in range(len(plan.tiers))]
        rows.status[side][positions] = status
        rows.lacking[positions] |= lacking
        rows.score[side][positions] = score
        rows.standing[side][positions] = np.where(scored, standing, self._below + status)
        rows.cut[side][positions] = rules.points_cut(values, self._cut_decimals)
        for item in (*plan.items, *plan.deductions):
            kind = "item" if item in plan.items else "deduction"
            merchants = np.bincount(
                values(item.outcome)[scored], minlength=len(ITEM_OUTCOMES)
            ).tolist()
            for name, n in zip(ITEM_OUTCOMES, merchants, strict=True):
                counts.outcomes[kind, item.id, side, name] += n
        rewards: dict[tuple[RewardKind, str], Flags] = {}
        for badge in plan.badges:
            flags = rewards["badge", badge.id] = (values(badge.requirement.status) == _MET) & scored
            holders.append(flags)
        for giver, flags in zip((*plan.tiers, *plan.badges), holders, strict=True):
            for benefit in giver.benefits:
                others = rewards.get(("benefit", benefit.id), np.zeros_like(flags))
                rewards["benefit", benefit.id] = others | flags
        for benefit in rules.benefits:
            if benefit.cost is not None:
                flags, cost = rewards["benefit", benefit.id], values(benefit.cost)
                shift = self.currencies[benefit.currency] - plan.nodes[benefit.cost].type.decimals
                money = np.where(flags, cost, 0) * 10**shift
                rows.costs[benefit.currency][side][positions] += money
                counts.reward_costs[benefit.id, benefit.currency, side] += int(money.sum())
        decimals = self._calculation.decimals
        rows.distances[side][positions] = _near_miss_distance(plan, score, decimals, scored)
        return rewards

    def _fill_contributions(
        self,
        pair: PairCalculation,
        table: Integers,
        own: Flags,
        has: Sequence[Flags],
        scores: Sequence[Integers],
        rows: ImpactRows,
    ) -> None:
        """Fill in the contribution of each group of edits, in the common denominator."""
        factor = self._calculation.denominator // denominator(len(pair.groups))
        # one plan may score several subsets of the groups: their weights are added
        weights = np.zeros((table.shape[0], len(pair.variants)), dtype=np.int64)
        for mask, variant in enumerate(pair.masks):
            weights[:, variant] += table[:, mask]
        both = np.flatnonzero(own & rows.both)
        everyone = np.flatnonzero(own)
        live = pair.masks[0]
        known = scores[live][both]
        # a variant under which a merchant has no score counts as no change of points
        points = [np.where(h[both], s[both], known) for h, s in zip(has, scores, strict=True)]
        scored = [h[everyone].astype(np.int64) for h in has]
        for target, positions, values in (
            (rows.points, both, points),
            (rows.scores, everyone, scored),
        ):
            parts = contributions(values, weights, live) * factor
            for group, part in zip(pair.groups, parts, strict=True):
                target[group, positions] += part


def _weights(facts: pl.DataFrame, weight: FactDeclaration | None) -> Integers:
    """Return the weight of every merchant: 1 without a fact, 0 if it is absent or negative."""
    if weight is None:
        return np.ones(facts.height, dtype=np.int64)
    column = fact_column(weight.id)
    if column not in facts.columns:
        return np.zeros(facts.height, dtype=np.int64)
    return np.maximum(facts[column].cast(pl.Int64).fill_null(0).to_numpy(), 0)


def _note_data(
    pair: PairCalculation, rules: SideRules, values: Values, lacking: Flags, counts: NameCounts
) -> None:
    """Note the edited parts of the rules that are applied to the data of at least one merchant."""
    for part in pair.edited & rules.outcomes.keys():
        node = rules.outcomes[part]
        outcomes = rules.plan.nodes[node].type.values
        passed_over = [code for code, name in enumerate(outcomes) if name in _NOT_APPLIED]
        if (~np.isin(values(node), passed_over) & ~lacking).any():
            counts.with_data.add((pair.pair.kinds[0], part))


def _count_rewards(before: Rewards, after: Rewards, rows: ImpactRows, counts: NameCounts) -> None:
    nobody = np.zeros_like(rows.lacking)
    for kind, name in dict.fromkeys((*before, *after)):
        had, has = before.get((kind, name), nobody), after.get((kind, name), nobody)
        gained, lost = has & ~had, had & ~has
        rows.gained[kind][gained] = True
        rows.lost[kind][lost] = True
        for what, flags in (("before", had), ("after", has), ("gained", gained), ("lost", lost)):
            counts.rewards[kind, name, what] += int(flags.sum())


def _of_moves(facts: pl.DataFrame, others: pl.Series, pair: Pair, reading: int) -> Flags:
    """Return the merchants of a pair of rules, by their kinds in both readings."""
    chosen = np.zeros(facts.height, dtype=np.bool_)
    for move in pair.moves:
        other = move[1 - reading][1]
        is_other = others.is_null() if other is None else others.eq_missing(other)
        chosen |= of_kind(facts, move[reading]) & is_other.to_numpy()
    for rollout, inside in pair.arms:
        positions = np.flatnonzero(chosen)
        names = facts["merchant"][positions].to_list()
        chosen[positions] = np.array(members(rollout, names), dtype=np.bool_) == inside
    return chosen


def _near_miss_distance(plan: Plan, score: Integers, decimals: int, scored: Flags) -> Integers:
    """Return the distance of each score to the next tier, in steps; 0 if it is not within reach."""
    factor = 10 ** (decimals - plan.display_decimals)
    limits = [
        plan.nodes[tier.at_least].value * factor for tier in plan.tiers if tier.at_least is not None
    ]
    near = near_miss_steps(plan, decimals)
    distance = np.zeros(len(score), dtype=np.int64)
    for limit in sorted(limits, reverse=True):  # the next tier is the lowest limit above
        missing = limit - score
        distance = np.where(scored & (missing > 0), np.where(missing <= near, missing, 0), distance)
    return distance


def near_miss_steps(plan: Plan, decimals: int) -> int:
    """Return the largest distance of a near miss, in steps of the last of `decimals`.

    It is a hundredth of the range of scores, and at least one displayed step of the plan.
    """
    low, high = (plan.nodes[node].value for node in (plan.total.low, plan.total.high))
    width = (high - low) * 10**plan.display_decimals // 10**plan.decimals
    return max(width // NEAR_MISS_PARTS, 1) * 10 ** (decimals - plan.display_decimals)


def _currencies(calculation: Calculation) -> dict[str, int]:
    """Return the decimals of money in each currency."""
    currencies: dict[str, int] = {}
    for side in (side for pair in calculation.pairs for side in pair.sides if side is not None):
        for benefit in side.benefits:
            if benefit.cost is not None:
                decimals = side.plan.nodes[benefit.cost].type.decimals
                currencies[benefit.currency] = max(currencies.get(benefit.currency, 0), decimals)
    return currencies
