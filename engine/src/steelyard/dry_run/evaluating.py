"""Evaluation of a pair of rules: both sides and all variants in one pass over shared nodes."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from steelyard.dry_run.impact.counting import Integers
from steelyard.dry_run.variants import Variant
from steelyard.evaluators.polars import prepare_nodes, trace_column
from steelyard.model.facts import FactDeclaration
from steelyard.plan.merging import merge
from steelyard.plan.structure import Benefit, Plan

Values = Callable[[int], NDArray]  # from a node of a plan to a value for each merchant
PartName = tuple[str, str]  # the section and the part that an edit names

_CAPS = ("item_cap", "group_cap", "total_cap", "ceiling")  # stages of an item's points


@dataclass(frozen=True, slots=True)
class SideRules:
    """The plan of one side, the facts that it requires, the benefits that it gives, and its caps.

    `caps` has, for each cap, the nodes of the points before and after it. `outcomes` has the node
    of the outcome of each part that may lack data, by section and part.
    """

    plan: Plan
    required: Mapping[str, FactDeclaration]
    benefits: tuple[Benefit, ...]
    caps: tuple[tuple[int, int], ...]
    outcomes: Mapping[PartName, int]

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
        return cls(
            plan, required, tuple(benefits.values()), tuple(_caps(plan)), dict(_outcomes(plan))
        )

    def nodes(self) -> list[int]:
        """Return the nodes of the results that a merchant sees."""
        total = self.plan.total
        nodes = [total.has_score, total.score]
        nodes += [total.tier] if total.tier is not None else []
        nodes += [item.outcome for item in (*self.plan.items, *self.plan.deductions)]
        nodes += [badge.requirement.status for badge in self.plan.badges]
        return nodes + [benefit.cost for benefit in self.benefits if benefit.cost is not None]

    @property
    def cut_decimals(self) -> int:
        """The decimals that the points cut by every cap have at most."""
        return max((self.plan.nodes[node].type.decimals for node, _ in self.caps), default=0)

    def points_cut(self, values: Values, decimals: int) -> Integers:
        """Return the points that caps take from each merchant, with these decimals."""
        cut = np.zeros_like(values(self.plan.total.score))
        for before, after in self.caps:
            factor = 10 ** (decimals - self.plan.nodes[after].type.decimals)
            cut = cut + (values(before) - values(after)) * factor
        return cut


def _caps(plan: Plan) -> Iterator[tuple[int, int]]:
    """Yield the points before and after every cap of a dimension or a bonus item."""
    for dimension in plan.dimensions:
        if dimension.cap is not None:
            yield dimension.score_before_cap, dimension.score
    for item in plan.items:
        before = item.earned
        for cut in item.cuts:
            if cut.stage in _CAPS:
                yield before, cut.points
            before = cut.points


def _outcomes(plan: Plan) -> Iterator[tuple[PartName, int]]:
    """Yield the outcome of every item, deduction, metric and gate."""
    for item in plan.items:
        yield ("items", item.id), item.outcome
    for deduction in plan.deductions:
        yield ("deductions", deduction.id), deduction.outcome
    for dimension in plan.dimensions:
        for metric in dimension.metrics:
            yield ("metrics", f"{dimension.id}/{metric.id}"), metric.outcome
    for gate in plan.gates:
        yield ("gates", gate.id), gate.requirement.status


class PairEvaluator:
    """An evaluator of the rules that share one reading of facts: sides and variants.

    Of the outcomes of parts, it evaluates those of the `edited` ones.
    """

    def __init__(
        self,
        sides: Sequence[Variant | None],
        variants: Sequence[Variant],
        edited: Container[PartName],
    ) -> None:
        rules = (*sides, *variants)
        merged = merge((rule.plan, rule.day) for rule in rules if rule is not None)
        places = iter(merged.places)
        self._places = [None if rule is None else next(places) for rule in rules]
        nodes: set[int] = set()
        for number, (one, where) in enumerate(zip(rules, self._places, strict=True)):
            if one is not None and where is not None:
                total = one.plan.total
                is_side = number < len(sides)
                own = [total.has_score, total.score]
                if is_side:
                    side = SideRules.of(one.plan)
                    own = [*side.nodes(), *(node for cap in side.caps for node in cap)]
                    own += [node for part, node in side.outcomes.items() if part in edited]
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
