"""Alternatives for one merchant: the score with another outcome of an item or another fact."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

from steelyard.model.facts import FactDeclaration
from steelyard.plan.nodes import Node
from steelyard.plan.structure import Metric, Plan
from steelyard.plan.trace import Facts, Trace
from steelyard.plan.what_if import breakpoints, item_variants
from steelyard.scorecard.model import Improvement
from steelyard.scorecard.reading import TraceReader
from steelyard.scorecard.values import Exact

Evaluate = Callable[[Facts, int], Trace]
Prepare = Callable[[Sequence[Node], Iterable[FactDeclaration], Sequence[int]], Evaluate]


class Alternatives:
    """Evaluates variants of one plan; `prepare` is the `prepare_nodes` of an evaluator."""

    def __init__(self, plan: Plan, prepare: Prepare) -> None:
        total = plan.total
        self._plan = plan
        self._facts = {fact.id: fact for fact in plan.facts}
        self._links = [
            (fact.id, fact.at_most) for fact in plan.facts if fact.at_most in self._facts
        ]
        variants = item_variants(plan)
        self._items = tuple(variants.scores)
        wanted = [
            index
            for score in variants.scores.values()
            for index in (score.has_score, score.unrounded)
        ]
        self._evaluate_items = prepare(variants.nodes, plan.facts, wanted)
        roots = (total.has_score, total.unrounded, total.score, total.tier)
        self._evaluate_score = prepare(
            plan.nodes, plan.facts, [index for index in roots if index is not None]
        )
        metrics = [metric for dimension in plan.dimensions for metric in dimension.metrics]
        self._breakpoints = {
            metric.id: breakpoints(plan.nodes, metric.score, metric.observed) for metric in metrics
        }
        self._evaluate_metric = {
            metric.id: prepare(plan.nodes, plan.facts, [metric.score]) for metric in metrics
        }

    def stakes(self, trace: TraceReader, facts: Facts, as_of: int) -> dict[str, int]:
        """Return, for each item and deduction, how much the unrounded score could rise by it.

        An item counts as awarded with the most points it can give, a deduction as not taken.
        """
        now = trace.raw(self._plan.total.unrounded)
        values = self._evaluate_items(facts, as_of)
        pairs = zip(values[::2], values[1::2], strict=True)
        return {
            item: max(0, unrounded - now) if has_score else 0
            for item, (has_score, unrounded) in zip(self._items, pairs, strict=True)
        }

    def improvements(
        self, trace: TraceReader, metric: Metric, facts: Facts, as_of: int
    ) -> tuple[Improvement, ...]:
        """Return the changes of a metric's fact that raise the score, the smallest first.

        They are: the next better band or knot, the first that reaches a better tier, and the best.
        """
        now = facts.get(metric.fact)
        if not isinstance(now, int) or trace.word(metric.outcome) != "scored":
            return ()
        present = (trace.raw(metric.score),)
        better = [
            improvement
            for value in self._candidates(metric, facts, now)
            if self._evaluate_metric[metric.id]({**facts, metric.fact: value}, as_of) > present
            and (improvement := self._improvement(trace, metric, facts, as_of, value)) is not None
        ]
        if not better:
            return ()
        best = max(better, key=lambda improvement: improvement.gain.value)
        to_tier = next(
            (improvement for improvement in better if improvement.tier is not None), best
        )
        return tuple(
            improvement for improvement in better if improvement in (better[0], to_tier, best)
        )

    def _candidates(self, metric: Metric, facts: Facts, now: int) -> list[int]:
        """Return the nearest value beyond every limit of a metric's fact, the nearest first."""
        low, high = self._range(metric.fact, facts)
        values = {
            above if now < above else below
            for below, above in self._breakpoints[metric.id]
            if not below == above == now
        }
        return sorted(
            (value for value in values if low <= value <= high and value != now),
            key=lambda value: (abs(value - now), value),
        )

    def _range(self, name: str, facts: Facts) -> tuple[int, int]:
        """Return the values that a fact can have beside the merchant's other facts."""
        fact = self._facts[name]
        low, high = fact.low, fact.high
        for part, limit in self._links:
            if name not in (part, limit):
                continue
            other = self._facts[limit if name == part else part]
            value = facts.get(other.id)
            if isinstance(value, int):
                scaled = Fraction(value * 10**fact.decimals, 10**other.decimals)
                if name == part:
                    high = min(high, floor(scaled))
                else:
                    low = max(low, ceil(scaled))
        return low, high

    def _improvement(
        self, trace: TraceReader, metric: Metric, facts: Facts, as_of: int, value: int
    ) -> Improvement | None:
        """Return what another value of a metric's fact gives; None if the score does not rise."""
        total = self._plan.total
        has_score, *numbers = self._evaluate_score({**facts, metric.fact: value}, as_of)
        now = trace.number(total.unrounded)
        gain = replace(now, value=numbers[0] - now.value)
        if not has_score or gain.value <= 0:
            return None
        fact = self._facts[metric.fact]
        return Improvement(
            fact=trace.of_plan.name(metric.fact),
            observed=trace.number(metric.observed),
            needed=Exact(value, fact.decimals, fact.unit),
            gain=gain,
            score=replace(trace.number(total.score), value=numbers[1]),
            tier=self._other_tier(trace, numbers[2:]),
        )

    def _other_tier(self, trace: TraceReader, tier: Sequence[int]) -> str | None:
        index = self._plan.total.tier
        if index is None or not tier or tier[0] == trace.raw(index):
            return None
        return self._plan.nodes[index].type.values[tier[0]] or None
