"""Coverage targets of metrics: outcomes, and bands or sections of a curve."""

import operator
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

from steelyard.book.checker.ruleset import Band, MetricRule, Ruleset
from steelyard.model.outcomes import METRIC_OUTCOMES
from steelyard.plan.structure import Metric, Plan
from steelyard.testing.coverage_target import Evaluation, Found, Target, Touches, codes, value_is

_HOLDS = {
    "at_least": operator.ge,
    "above": operator.gt,
    "at_most": operator.le,
    "below": operator.lt,
}


def metric_targets(plan: Plan, rules: Ruleset) -> Found:
    """Give every outcome of metrics, and their bands or stretches."""
    by_id = {metric.named.id: metric for one in rules.dimensions for metric in one.metrics}
    for dimension in plan.dimensions:
        for metric in dimension.metrics:
            rule = by_id[metric.id]
            for value in codes(plan, metric.outcome):
                target = Target("metric", rule.named.place, metric.id, METRIC_OUTCOMES[value])
                yield target, value_is(metric.outcome, value)
            yield from _bands(plan, metric, rule)


def _bands(plan: Plan, metric: Metric, rule: MetricRule) -> Found:
    node = plan.nodes[metric.observed]
    scored = METRIC_OUTCOMES.index("scored")

    def observed(run: Evaluation) -> Decimal | None:
        value = run.values[metric.observed]
        if value is None or run.values[metric.outcome] != scored:
            return None
        return Decimal(int(value)).scaleb(-node.type.decimals)

    def touches(row: int, find: Callable[[Decimal], int]) -> Touches:
        return lambda run: (value := observed(run)) is not None and find(value) == row

    if rule.bands:
        find = _row_finder(rule.bands)
        for index, (band, text) in enumerate(zip(rule.bands, metric.bands, strict=True)):
            yield Target("band", band.place, metric.id, text), touches(index, find)
        return
    knots = [Decimal(value) for value, _ in rule.curve]
    low, high = (Decimal(end).scaleb(-node.type.decimals) for end in (node.low, node.high))
    stretches = [f"up to {knots[0]}"]
    stretches += [f"{left} to {right}" for left, right in pairwise(knots)]
    stretches.append(f"above {knots[-1]}")
    for index, text in enumerate(stretches):
        if (index == 0 and low > knots[0]) or (index == len(knots) and high <= knots[-1]):
            continue  # no merchant can be there
        place = rule.curve_places[min(index, len(knots) - 1)]
        yield (
            Target("band", place, metric.id, text),
            touches(index, lambda value: sum(value > knot for knot in knots)),
        )


def _row_finder(bands: tuple[Band, ...]) -> Callable[[Decimal], int]:
    """Return a function from a value to the number of the first band that holds for it."""

    def holds(band: Band, value: Decimal) -> bool:
        return band.edge is None or _HOLDS[band.edge](value, band.limit)

    return lambda value: next(
        (index for index, band in enumerate(bands) if holds(band, value)), len(bands)
    )
