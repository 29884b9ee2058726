"""One pair of rules over a batch: both sides and all variants in one pass over shared nodes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from steelyard.dry_run.impact.counting import Flags, Integers
from steelyard.dry_run.variants import Variant
from steelyard.evaluators.polars import prepare_nodes, trace_column
from steelyard.model.facts import FactDeclaration
from steelyard.plan.merging import merge
from steelyard.plan.structure import Benefit, Plan

MET = 0  # of a requirement's statuses


@dataclass(frozen=True, slots=True)
class SideColumns:
    """The results of one side for the merchants that it can read; arrays with a value each.

    `outcomes` are those of items, then deductions. `given` marks the merchants that get each
    benefit, `costs` is the cost of each; both are in the order of `SideRules.benefits`.
    """

    has_score: Flags
    score: Integers
    tier: Integers | None
    badges: tuple[Flags, ...]
    outcomes: tuple[Integers, ...]
    given: tuple[Flags, ...]
    costs: tuple[Integers | None, ...]


@dataclass(frozen=True, slots=True)
class SideRules:
    """The plan of one side, the facts that it requires, and the benefits that it gives."""

    plan: Plan
    required: Mapping[str, FactDeclaration]
    benefits: tuple[Benefit, ...]

    @classmethod
    def of(cls, plan: Plan) -> "SideRules":
        """Return a plan as a side reads it."""
        benefits: dict[str, Benefit] = {}
        for giver in (*plan.tiers, *plan.badges):
            for benefit in giver.benefits:
                # one of the givers of a benefit states its cost
                if benefit.cost is not None or benefit.id not in benefits:
                    benefits[benefit.id] = benefit
        required = {fact.id: fact for fact in plan.facts if fact.required}
        return cls(plan, required, tuple(benefits.values()))

    def nodes(self) -> list[int]:
        """Return the nodes that a dry run reads."""
        total = self.plan.total
        nodes = [total.has_score, total.score]
        nodes += [total.tier] if total.tier is not None else []
        nodes += [item.outcome for item in (*self.plan.items, *self.plan.deductions)]
        nodes += [badge.requirement.status for badge in self.plan.badges]
        return nodes + [one.cost for one in self.benefits if one.cost is not None]


@dataclass(frozen=True, slots=True)
class VariantColumns:
    """Whether there is a score under a variant, and the score in its displayed decimals."""

    has_score: Flags
    score: Integers


class PairEvaluator:
    """Evaluates rules that read merchants in one way: any of the two sides, and variants."""

    def __init__(self, sides: Sequence[Variant | None], variants: Sequence[Variant]) -> None:
        plans = [*(side for side in sides if side is not None), *variants]
        merged = merge((one.plan, one.day) for one in plans)
        places = iter(merged.places)
        self._sides = [
            None if side is None else (SideRules.of(side.plan), next(places)) for side in sides
        ]
        self._totals = [
            (where[one.plan.total.has_score], where[one.plan.total.score])
            for one, where in zip(variants, places, strict=True)
        ]
        nodes = {node for total in self._totals for node in total}
        for side in self._sides:
            if side is not None:
                rules, where = side
                nodes.update(where[node] for node in rules.nodes())
        self._evaluate = prepare_nodes(merged.nodes, sorted(nodes))

    def evaluate(
        self, facts: pl.DataFrame
    ) -> tuple[tuple[SideColumns | None, ...], tuple[VariantColumns, ...]]:
        """Evaluate merchants of one kind, with facts in the columns of `evaluators.polars`."""
        trace = self._evaluate(facts, 1)
        arrays: dict[int, NDArray] = {}

        def values(node: int) -> NDArray:
            if node not in arrays:
                array = trace[trace_column(node)].to_numpy()
                is_bool = array.dtype == np.bool_
                arrays[node] = array if is_bool else array.astype(np.int64, copy=False)
            return arrays[node]

        sides = tuple(None if side is None else _read_side(*side, values) for side in self._sides)
        variants = tuple(VariantColumns(values(has), values(score)) for has, score in self._totals)
        return sides, variants


def _read_side(
    rules: SideRules, where: Sequence[int], values: Callable[[int], NDArray]
) -> SideColumns:
    plan, total = rules.plan, rules.plan.total
    has_score: Flags = values(where[total.has_score])
    tier = None if total.tier is None else values(where[total.tier])
    badges = tuple(
        (values(where[badge.requirement.status]) == MET) & has_score for badge in plan.badges
    )
    nobody = np.zeros(len(has_score), dtype=np.bool_)
    tiers = [nobody if tier is None else has_score & (tier == n) for n in range(len(plan.tiers))]
    givers = list(zip((*plan.tiers, *plan.badges), (*tiers, *badges), strict=True))
    given: list[Flags] = []
    for benefit in rules.benefits:
        merchants = nobody.copy()
        for giver, flags in givers:
            if any(other.id == benefit.id for other in giver.benefits):
                merchants |= flags
        given.append(merchants)
    return SideColumns(
        has_score=has_score,
        score=values(where[total.score]),
        tier=tier,
        badges=badges,
        outcomes=tuple(values(where[item.outcome]) for item in (*plan.items, *plan.deductions)),
        given=tuple(given),
        costs=tuple(
            None if benefit.cost is None else values(where[benefit.cost])
            for benefit in rules.benefits
        ),
    )
