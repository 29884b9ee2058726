"""One batch under both sides: arrays with a value for every row, whatever became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from steelyard.dry_run.attribution import denominator, shares
from steelyard.dry_run.calculation import Calculation, PairCalculation
from steelyard.dry_run.evaluating import SideColumns, SideRules
from steelyard.dry_run.impact.tally import NO_SCORE, REJECTED, SCORED, WHOLE, Rows
from steelyard.dry_run.segments import Dimension
from steelyard.merchants.columns import Batch
from steelyard.model.outcomes import ITEM_OUTCOMES
from steelyard.plan.structure import Plan
from steelyard.scoring.batches import lacks

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

NEAR = 100  # a hundredth of the range of scores is near


@dataclass(frozen=True, slots=True)
class Counted:
    """What a batch adds to counts by name, besides its rows.

    `outcomes` by (kind, id, side, outcome); `rewards` by (kind, id, what), what being `before`,
    `after`, `gained` or `lost`; `kinds` are those of which there was somebody.
    """

    outcomes: Mapping[tuple[str, str, int, str], int]
    rewards: Mapping[tuple[str, str, str], int]
    reward_costs: Mapping[tuple[str, str, int], int]
    kinds: frozenset[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Placed:
    """The rows of a batch: their numbers, and where those that each reading accepts stand."""

    rows: Integers
    facts: tuple[pl.DataFrame, ...]
    at: tuple[Integers, ...]


def place_rows(batches: Sequence[Batch]) -> Placed:
    """Line up what several readings made of the same rows."""
    numbers = [batch.facts["row"].cast(pl.Int64).to_numpy() for batch in batches]
    rejected = [np.array([one.row for one in b.rejects], dtype=np.int64) for b in batches]
    rows = np.unique(np.concatenate([*numbers, *rejected]))
    return Placed(
        rows,
        tuple(batch.facts for batch in batches),
        tuple(np.searchsorted(rows, own) for own in numbers),
    )


class BatchEvaluator:
    """Evaluates batches under all pairs of rules of a dry run."""

    def __init__(self, calculation: Calculation, dimensions: Sequence[Dimension]) -> None:
        self._calculation = calculation
        self._dimensions = dimensions
        self._places = {name: place for place, (name, _) in enumerate(calculation.labels)}
        count = len(calculation.labels)
        self.below, self.no_score, self.rejected = count, count + 1, count + 2
        self.currencies = _currencies(calculation)

    def evaluate(self, placed: Placed) -> tuple[Rows, Counted, Integers]:
        """Return the rows, what is counted by name, and how far each is below the next tier."""
        size = len(placed.rows)
        work = _Work(self._calculation, size, self.currencies, self.rejected)
        for one in self._calculation.calculations:
            self._pair(one, placed, work)
        for facts in placed.facts:
            work.kinds.update(facts.select("industry", "shop_type").unique().rows())
        segments = {WHOLE: np.zeros(size, dtype=np.int64)}
        for dimension in self._dimensions:
            codes = np.full(size, len(dimension.segments) - 1, dtype=np.int64)
            for facts, at in zip(placed.facts, placed.at, strict=True):
                codes[at] = dimension.codes(facts)
            segments[dimension.id] = codes
        rows = Rows(
            status_before=work.status[0],
            status_after=work.status[1],
            score_before=work.score[0],
            score_after=work.score[1],
            label_before=work.label[0],
            label_after=work.label[1],
            badge_gained=work.gained["badge"],
            badge_lost=work.lost["badge"],
            benefit_gained=work.gained["benefit"],
            benefit_lost=work.lost["benefit"],
            near_miss=work.distance > 0,
            segments=segments,
            shares=work.shares,
            score_shares=work.score_shares,
            costs={name: (sides[0], sides[1]) for name, sides in work.costs.items()},
        )
        counted = Counted(work.outcomes, work.rewards, work.reward_costs, frozenset(work.kinds))
        return rows, counted, work.distance

    def _pair(self, one: PairCalculation, placed: Placed, work: "_Work") -> None:
        chosen = [_of_kinds(facts, one) for facts in placed.facts]
        if not any(here.any() for here in chosen):
            return
        size = len(placed.rows)
        own = np.zeros(size, dtype=np.bool_)
        has = [np.zeros(size, dtype=np.bool_) for _ in one.variants]
        scores = [np.zeros(size, dtype=np.int64) for _ in one.variants]
        given: list[dict[tuple[str, str], Flags]] = [{}, {}]
        for facts, at, here, evaluator, places in zip(
            placed.facts, placed.at, chosen, one.evaluators, one.evaluated, strict=True
        ):
            mine = facts.filter(pl.Series(here)) if not here.all() else facts
            if not mine.height:
                continue
            positions = at[here]
            own[positions] = True
            sides, variants = evaluator.evaluate(mine)
            for side, (columns, rules) in enumerate(zip(sides, one.sides, strict=True)):
                if columns is not None and rules is not None:
                    self._side(side, columns, rules, mine, positions, work, given[side])
            for place, flags, score in zip(places, variants.has_score, variants.score, strict=True):
                variant = one.variants[place]
                assert variant is not None  # there is something to evaluate
                plan = variant.plan
                required = {fact.id: fact for fact in plan.facts if fact.required}
                factor = 10 ** (self._calculation.decimals - plan.display_decimals)
                has[place][positions] = flags & ~lacks(mine, required)
                scores[place][positions] = score * factor
        _count_rewards(given, work, size)
        if one.table is not None:
            self._shares(one, own, has, scores, work)

    def _side(
        self,
        side: int,
        columns: SideColumns,
        rules: SideRules,
        facts: pl.DataFrame,
        positions: Integers,
        work: "_Work",
        given: dict[tuple[str, str], Flags],
    ) -> None:
        plan = rules.plan
        lacking = lacks(facts, rules.required)
        scored = columns.has_score & ~lacking
        work.status[side][positions] = np.where(
            lacking, REJECTED, np.where(scored, SCORED, NO_SCORE)
        )
        factor = 10 ** (self._calculation.decimals - plan.display_decimals)
        score = columns.score * factor
        work.score[side][positions] = score
        label = np.full(len(positions), self.below, dtype=np.int64)
        if columns.tier is not None and plan.total.tier is not None:
            names = plan.nodes[plan.total.tier].type.values
            known = np.array([self._places.get(name, self.below) for name in names])
            label = known[columns.tier]
        label = np.where(scored, label, np.where(lacking, self.rejected, self.no_score))
        work.label[side][positions] = label
        for part, outcome in zip((*plan.items, *plan.deductions), columns.outcomes, strict=True):
            kind = "item" if part in plan.items else "deduction"
            often = np.bincount(outcome[scored], minlength=len(ITEM_OUTCOMES)).tolist()
            for name, n in zip(ITEM_OUTCOMES, often, strict=True):
                key = (kind, part.id, side, name)
                work.outcomes[key] = work.outcomes.get(key, 0) + n
        for badge, flags in zip(plan.badges, columns.badges, strict=True):
            _spread(given, ("badge", badge.id), flags & ~lacking, positions, len(work.distance))
        for number, benefit in enumerate(rules.benefits):
            flags = columns.given[number] & ~lacking
            _spread(given, ("benefit", benefit.id), flags, positions, len(work.distance))
            cost = columns.costs[number]
            if cost is not None and benefit.cost is not None:
                shift = self.currencies[benefit.currency] - plan.nodes[benefit.cost].type.decimals
                money = np.where(flags, cost, 0) * 10**shift
                work.costs[benefit.currency][side][positions] += money
                key = (benefit.id, benefit.currency, side)
                work.reward_costs[key] = work.reward_costs.get(key, 0) + int(money.sum())
        if side == 1:
            work.distance[positions] = _distance(plan, score, factor, scored)

    def _shares(
        self,
        one: PairCalculation,
        own: Flags,
        has: Sequence[Flags],
        scores: Sequence[Integers],
        work: "_Work",
    ) -> None:
        """Fill in what each block is to blame for, in the common denominator."""
        assert one.table is not None
        assert work.shares is not None
        assert work.score_shares is not None
        factor = self._calculation.denominator // denominator(len(one.blocks))
        columns = _merged_columns(one.table, one.masks, len(one.variants))
        both = np.flatnonzero(own & (work.status[0] == SCORED) & (work.status[1] == SCORED))
        live = one.masks[0]
        known = scores[live][both]
        # a variant under which a merchant has no score says nothing about points: no change
        values = [np.where(h[both], s[both], known) for h, s in zip(has, scores, strict=True)]
        everyone = np.flatnonzero(own)
        flags = [h[everyone].astype(np.int64) for h in has]
        for whole, positions, found in (
            (work.shares, both, values),
            (work.score_shares, everyone, flags),
        ):
            parts = shares(found, columns, live) * factor
            for place, block in enumerate(one.blocks):
                whole[block, positions] += parts[place]


def _count_rewards(
    given: Sequence[Mapping[tuple[str, str], Flags]], work: "_Work", size: int
) -> None:
    nobody = np.zeros(size, dtype=np.bool_)
    for key in dict.fromkeys((*given[0], *given[1])):
        before, after = given[0].get(key, nobody), given[1].get(key, nobody)
        gained, lost = after & ~before, before & ~after
        counts = {"before": before, "after": after, "gained": gained, "lost": lost}
        for what, flags in counts.items():
            work.rewards[*key, what] = work.rewards.get((*key, what), 0) + int(flags.sum())
        work.gained[key[0]] |= gained
        work.lost[key[0]] |= lost


class _Work:
    """Arrays of one batch in the making."""

    def __init__(
        self, calculation: Calculation, size: int, currencies: Mapping[str, int], rejected: int
    ) -> None:
        def numbers(value: int = 0) -> Integers:
            return np.full(size, value, dtype=np.int64)

        blocks = len(calculation.blocks)
        self.status = (numbers(REJECTED), numbers(REJECTED))
        self.score = (numbers(), numbers())
        self.label = (numbers(rejected), numbers(rejected))
        self.distance = numbers()
        self.gained = {k: np.zeros(size, dtype=np.bool_) for k in ("badge", "benefit")}
        self.lost = {k: np.zeros(size, dtype=np.bool_) for k in ("badge", "benefit")}
        self.costs = {name: (numbers(), numbers()) for name in currencies}
        self.shares = np.zeros((blocks, size), dtype=np.int64) if blocks else None
        self.score_shares = np.zeros((blocks, size), dtype=np.int64) if blocks else None
        self.outcomes: dict[tuple[str, str, int, str], int] = {}
        self.rewards: dict[tuple[str, str, str], int] = {}
        self.reward_costs: dict[tuple[str, str, int], int] = {}
        self.kinds: set[tuple[str, str | None]] = set()


def _of_kinds(facts: pl.DataFrame, one: PairCalculation) -> Flags:
    here = np.zeros(facts.height, dtype=np.bool_)
    for industry, shop_type in one.pair.kinds:
        here |= (
            facts.select(
                pl.col("industry").eq_missing(pl.lit(industry, pl.String))
                & pl.col("shop_type").eq_missing(pl.lit(shop_type, pl.String))
            )
            .to_series()
            .to_numpy()
        )
    return here


def _spread(
    given: dict[tuple[str, str], Flags],
    key: tuple[str, str],
    flags: Flags,
    positions: Integers,
    size: int,
) -> None:
    whole = given.setdefault(key, np.zeros(size, dtype=np.bool_))
    whole[positions] |= flags


def _distance(plan: Plan, score: Integers, factor: int, scored: Flags) -> Integers:
    """Return how many steps a score lies below the next tier, 0 where that is not near."""
    limits = [
        plan.nodes[tier.at_least].value * factor for tier in plan.tiers if tier.at_least is not None
    ]
    near = near_steps(plan) * factor
    distance = np.zeros(len(score), dtype=np.int64)
    for limit in sorted(limits, reverse=True):  # the next tier is the lowest limit above
        missing = limit - score
        distance = np.where(scored & (missing > 0), np.where(missing <= near, missing, 0), distance)
    return distance


def near_steps(plan: Plan) -> int:
    """Return how near below a tier is near, in steps of the plan's last displayed decimal."""
    ends = [plan.nodes[node].value for node in (plan.total.low, plan.total.high)]
    width = (ends[1] - ends[0]) // 10 ** (plan.decimals - plan.display_decimals)
    return max(width // NEAR, 1)


def _currencies(calculation: Calculation) -> dict[str, int]:
    """Return the decimals of money in each currency."""
    found: dict[str, int] = {}
    for one in calculation.calculations:
        for side in one.sides:
            for benefit in side.benefits if side is not None else ():
                if benefit.cost is not None and side is not None:
                    decimals = side.plan.nodes[benefit.cost].type.decimals
                    found[benefit.currency] = max(found.get(benefit.currency, 0), decimals)
    return found


def _merged_columns(table: Integers, masks: Sequence[int], variants: int) -> Integers:
    """Return the weights of different plans: those of all subsets that one plan scores, added."""
    merged = np.zeros((table.shape[0], variants), dtype=np.int64)
    for mask, place in enumerate(masks):
        merged[:, place] += table[:, mask]
    return merged
