"""One pair of rules over a batch: both sides and all variants in one pass over shared nodes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from steelyard.dry_run.variants import Variant
from steelyard.evaluators.polars import prepare_nodes, trace_column
from steelyard.model.facts import FactDeclaration
from steelyard.plan.merging import merge
from steelyard.plan.structure import Benefit, Plan

Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

MET = 0  # of a requirement's statuses


@dataclass(frozen=True, slots=True)
class SideColumns:
    """What one side says of merchants that it can read; arrays with a value each.

    `outcomes` are those of items, then deductions; `given` says which benefits a merchant gets,
    `costs` what they cost; both in the order of `SideRules.benefits`.
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
    """One side's plan, and the facts that it requires."""

    plan: Plan
    required: Mapping[str, FactDeclaration]
    benefits: tuple[Benefit, ...]

    @classmethod
    def of(cls, plan: Plan) -> "SideRules":
        """Return a plan as a side reads it."""
        benefits: dict[str, Benefit] = {}
        for one in (*plan.tiers, *plan.badges):
            for benefit in one.benefits:
                # a cost is said once for a benefit, wherever it is given
                if benefit.cost is not None or benefit.id not in benefits:
                    benefits[benefit.id] = benefit
        required = {fact.id: fact for fact in plan.facts if fact.required}
        return cls(plan, required, tuple(benefits.values()))

    def wanted(self) -> list[int]:
        """Return the nodes that a dry run looks at."""
        total = self.plan.total
        nodes = [total.has_score, total.score]
        nodes += [total.tier] if total.tier is not None else []
        nodes += [one.outcome for one in (*self.plan.items, *self.plan.deductions)]
        nodes += [badge.requirement.status for badge in self.plan.badges]
        return nodes + [one.cost for one in self.benefits if one.cost is not None]


@dataclass(frozen=True, slots=True)
class VariantColumns:
    """The score under every variant, in steps of the displayed score, and where there is one."""

    has_score: tuple[Flags, ...]
    score: tuple[Integers, ...]


class PairEvaluator:
    """Evaluates rules that read merchants in one way: any of the two sides, and variants."""

    def __init__(self, sides: Sequence[Variant | None], variants: Sequence[Variant]) -> None:
        plans = [*(one for one in sides if one is not None), *variants]
        merged = merge((one.plan, one.day) for one in plans)
        self._sides: list[tuple[SideRules, tuple[int, ...]] | None] = []
        places = iter(merged.places)
        for one in sides:
            self._sides.append(None if one is None else (SideRules.of(one.plan), next(places)))
        self._variants = [(one.plan, where) for one, where in zip(variants, places, strict=True)]
        wanted = {
            where[node]
            for one in self._sides
            if one
            for node in one[0].wanted()
            for where in [one[1]]
        }
        for plan, where in self._variants:
            wanted |= {where[plan.total.has_score], where[plan.total.score]}
        self._evaluate = prepare_nodes(merged.nodes, sorted(wanted))

    def evaluate(
        self, facts: pl.DataFrame
    ) -> tuple[tuple[SideColumns | None, ...], VariantColumns]:
        """Evaluate merchants of one kind; facts are as `evaluators.polars` says."""
        trace = self._evaluate(facts, 1)
        arrays: dict[int, NDArray] = {}

        def values(node: int) -> NDArray:
            if node not in arrays:
                array = trace[trace_column(node)].to_numpy()
                wide = array.dtype == np.bool_
                arrays[node] = array if wide else array.astype(np.int64, copy=False)
            return arrays[node]

        sides = tuple(None if one is None else _side(one[0], one[1], values) for one in self._sides)
        flags = tuple(values(where[plan.total.has_score]) for plan, where in self._variants)
        scores = tuple(values(where[plan.total.score]) for plan, where in self._variants)
        return sides, VariantColumns(flags, scores)


def _side(rules: SideRules, where: Sequence[int], values) -> SideColumns:  # noqa: ANN001 - from a node to its array
    plan, total = rules.plan, rules.plan.total
    has_score: Flags = values(where[total.has_score])
    tier = None if total.tier is None else values(where[total.tier])
    badges = tuple(
        (values(where[badge.requirement.status]) == MET) & has_score for badge in plan.badges
    )
    given = []
    for benefit in rules.benefits:
        gets = np.zeros(len(has_score), dtype=np.bool_)
        for number, one in enumerate(plan.tiers):
            if tier is not None and any(other.id == benefit.id for other in one.benefits):
                gets |= tier == number
        gets &= has_score
        for flags, badge in zip(badges, plan.badges, strict=True):
            if any(other.id == benefit.id for other in badge.benefits):
                gets |= flags
        given.append(gets)
    return SideColumns(
        has_score=has_score,
        score=values(where[total.score]),
        tier=tier,
        badges=badges,
        outcomes=tuple(values(where[one.outcome]) for one in (*plan.items, *plan.deductions)),
        given=tuple(given),
        costs=tuple(
            None if one.cost is None else values(where[one.cost]) for one in rules.benefits
        ),
    )
