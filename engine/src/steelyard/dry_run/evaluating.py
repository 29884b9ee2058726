"""Evaluation of a pair of rules: both sides and all variants in one pass over shared nodes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from steelyard.dry_run.variants import Variant
from steelyard.evaluators.polars import prepare_nodes, trace_column
from steelyard.model.facts import FactDeclaration
from steelyard.plan.merging import merge
from steelyard.plan.structure import Benefit, Plan

Values = Callable[[int], NDArray]  # from a node of a plan to a value for each merchant


@dataclass(frozen=True, slots=True)
class SideRules:
    """The plan of one side, the facts that it requires, and the benefits that it gives."""

    plan: Plan
    required: Mapping[str, FactDeclaration]
    benefits: tuple[Benefit, ...]

    @classmethod
    def of(cls, plan: Plan) -> "SideRules":
        """Return the plan with its required facts and its benefits."""
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
        return nodes + [benefit.cost for benefit in self.benefits if benefit.cost is not None]


class PairEvaluator:
    """An evaluator of the rules that share one reading of facts: sides and variants."""

    def __init__(self, sides: Sequence[Variant | None], variants: Sequence[Variant]) -> None:
        rules = (*sides, *variants)
        merged = merge((rule.plan, rule.day) for rule in rules if rule is not None)
        places = iter(merged.places)
        self._places = [None if rule is None else next(places) for rule in rules]
        nodes: set[int] = set()
        for number, (one, where) in enumerate(zip(rules, self._places, strict=True)):
            if one is not None and where is not None:
                total = one.plan.total
                is_side = number < len(sides)
                own = SideRules.of(one.plan).nodes() if is_side else [total.has_score, total.score]
                nodes.update(where[node] for node in own)
        self._evaluate = prepare_nodes(merged.nodes, sorted(nodes))

    def evaluate(self, facts: pl.DataFrame) -> list[Values | None]:
        """Evaluate merchants of one kind, with facts in the columns of `evaluators.polars`.

        Return the values of each side, then of each variant; None for a side with another reading.
        """
        trace = self._evaluate(facts, 1)

        @cache
        def values(node: int) -> NDArray:
            array = trace[trace_column(node)].to_numpy()
            return array if array.dtype == np.bool_ else array.astype(np.int64, copy=False)

        def values_of(where: Sequence[int]) -> Values:
            return lambda node: values(where[node])

        return [None if where is None else values_of(where) for where in self._places]
