"""Alternatives for one merchant: the score with another outcome of an item or another fact."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

from steelyard.model.facts import FactDeclaration
from steelyard.plan.monotone import direction_of
from steelyard.plan.nodes import Node, nodes_below
from steelyard.plan.structure import Metric, Plan
from steelyard.plan.trace import Facts, Trace
from steelyard.plan.what_if import breakpoints, item_variants
from steelyard.scorecard.model import Exact, Improvement
from steelyard.scorecard.reading import TraceReader

Evaluate = Callable[[Facts, int], Trace]
Prepare = Callable[[Sequence[Node], Iterable[FactDeclaration], Sequence[int]], Evaluate]


class Alternatives:
    """An evaluator of variants of one plan; `prepare` is the `prepare_nodes` of an evaluator."""

    def __init__(self, plan: Plan, prepare: Prepare) -> None:
        total = plan.total
        self._plan = plan
        self._facts = {fact.id: fact for fact in plan.facts}
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
        every = [metric for dimension in plan.dimensions for metric in dimension.metrics]
        # a derived value cannot be changed by itself, but by one fact that moves it
        changes = {metric.id: self._change_of(metric) for metric in every}
        self._changes = {name: change for name, change in changes.items() if change is not None}
        metrics = [metric for metric in every if metric.id in self._changes]
        self._links = {fact: self._links_of(fact) for fact, _ in self._changes.values()}
        self._breakpoints = {
            metric.id: breakpoints(plan.nodes, metric.score, metric.observed) for metric in metrics
        }
        self._evaluate_metric = {
            metric.id: prepare(plan.nodes, plan.facts, [metric.score]) for metric in metrics
        }
        self._evaluate_value = {
            metric.id: prepare(plan.nodes, plan.facts, [metric.observed])
            for metric in metrics
            if metric.fact not in self._facts
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
        The fact of a metric of a derived value is the one that moves the value up or down.
        """
        fact, direction = self._changes.get(metric.id, ("", 0))
        now = facts.get(fact)
        if not isinstance(now, int) or trace.word(metric.outcome) != "scored":
            return ()
        unrounded, tier = self._plan.total.unrounded, self._plan.total.tier
        evaluate_metric = self._evaluate_metric[metric.id]
        changed = dict(facts)
        better: list[tuple[int, Trace]] = []
        observed = trace.raw(metric.observed)
        candidates = (
            self._candidates_of_value(metric, facts, now, observed, as_of)
            if direction
            else self._candidates(metric, facts, now)
        )
        for value in candidates:
            changed[fact] = value
            if evaluate_metric(changed, as_of)[0] > trace.raw(metric.score):
                result = self._evaluate_score(changed, as_of)
                if result[0] and result[1] > trace.raw(unrounded):
                    better.append((value, result))
        if not better:
            return ()
        best = max(better, key=lambda one: one[1][1])
        to_tier = next((one for one in better if tier and one[1][3] != trace.raw(tier)), best)
        return tuple(
            self._improvement(trace, fact, Exact(now, *self._shown(fact)), value, result)
            for value, result in better
            if (value, result) in (better[0], to_tier, best)
        )

    def _links_of(self, name: str) -> list[tuple[FactDeclaration, bool]]:
        """Return the facts that limit a fact from above (True), or that it must not fall below."""
        limit = self._facts[name].at_most
        return [
            (other, other.id == limit)
            for other in self._facts.values()
            if limit == other.id or other.at_most == name
        ]

    def _change_of(self, metric: Metric) -> tuple[str, int] | None:
        """Return the fact to change for a metric, and the direction in which it moves the value.

        The direction is 0 if the metric reads the fact itself. Of the facts that a derived value
        reads, one must be left that is proved to move it one way, and that limits no other: more of
        a part is advice, fewer of the whole is not.
        """
        if metric.fact in self._facts:
            return metric.fact, 0
        below = nodes_below(self._plan.nodes, (metric.observed,))
        names = {self._plan.nodes[index].name for index in below} & self._facts.keys()
        wholes = {self._facts[name].at_most for name in names}
        moving = [
            (name, direction)
            for name in sorted(names - wholes)
            if self._facts[name].type in ("int", "decimal")
            and (direction := direction_of(self._plan.nodes, metric.observed, name))
        ]
        return moving[0] if len(moving) == 1 else None

    def _candidates_of_value(
        self, metric: Metric, facts: Facts, now: int, observed: int, as_of: int
    ) -> list[int]:
        """Return, for each limit of a derived value, the nearest value of the fact that reaches it.

        The value goes one way with the fact, so a search by halves finds it.
        """
        name, direction = self._changes[metric.id]
        evaluate, changed = self._evaluate_value[metric.id], dict(facts)
        low, high = self._range(name, facts)
        found: set[int] = set()
        for below, above in self._breakpoints[metric.id]:
            target = above if observed < above else below
            side = 1 if target > observed else -1
            step = side * direction  # the way in which the fact goes

            def reaches(value: int, target: int = target, side: int = side) -> bool:
                changed[name] = value
                return side * evaluate(changed, as_of)[0] >= side * target

            near, far = now, high if step > 0 else low
            if target == observed or step * (far - now) <= 0 or not reaches(far):
                continue
            while abs(far - near) > 1:  # `far` reaches the target, `near` does not
                middle = (near + far) // 2
                near, far = (near, middle) if reaches(middle) else (middle, far)
            found.add(far)
        return sorted(found, key=lambda value: (abs(value - now), value))

    def _shown(self, name: str) -> tuple[int, str | None]:
        """Return the decimals and the unit of a fact."""
        return self._facts[name].decimals, self._facts[name].unit

    def _candidates(self, metric: Metric, facts: Facts, now: int) -> list[int]:
        """Return the nearest value beyond every limit of a metric's fact, the nearest first."""
        low, high = self._range(metric.fact, facts)
        values = {above if now < above else below for below, above in self._breakpoints[metric.id]}
        return sorted(
            (value for value in values if low <= value <= high and value != now),
            key=lambda value: (abs(value - now), value),
        )

    def _range(self, name: str, facts: Facts) -> tuple[int, int]:
        """Return the range of a fact that is consistent with the merchant's other facts."""
        fact = self._facts[name]
        low, high = fact.low, fact.high
        for other, is_limit in self._links[name]:
            value = facts.get(other.id)
            if isinstance(value, int):
                scaled = Fraction(value * 10**fact.decimals, 10**other.decimals)
                low = low if is_limit else max(low, ceil(scaled))
                high = min(high, floor(scaled)) if is_limit else high
        return low, high

    def _improvement(
        self, trace: TraceReader, name: str, observed: Exact, value: int, result: Trace
    ) -> Improvement:
        """Return the result of another value of the fact; `result` is of `_evaluate_score`."""
        total = self._plan.total
        _, unrounded, score, *tier = result
        now = trace.number(total.unrounded)
        new_tier: str | None = None
        if total.tier is not None and tier[0] != trace.raw(total.tier):
            new_tier = self._plan.nodes[total.tier].type.values[tier[0]] or None
        return Improvement(
            fact=trace.of_plan.name(name),
            observed=observed,
            needed=Exact(value, *self._shown(name)),
            gain=replace(now, value=unrounded - now.value),
            score=replace(trace.number(total.score), value=score),
            tier=new_tier,
        )
