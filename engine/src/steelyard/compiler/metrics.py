"""Compilation of metrics, dimensions and the base score.

A metric turns a fact into a score. The score of a dimension is the weighted mean of its metrics,
and the base is the weighted mean of the dimensions; or the platform reports the base, or it is
fixed.
"""

import operator
from collections.abc import Mapping
from dataclasses import dataclass

from steelyard.book.checker.ruleset import (
    Band,
    BaseRule,
    DimensionRule,
    MetricRule,
    Number,
    Ruleset,
    Scale,
)
from steelyard.compiler.conditions import (
    Names,
    caught,
    code,
    facts_in,
    fields_in,
    lower_phrase,
    number_fact,
    place_doubts,
    points,
    score_formula,
)
from steelyard.errors import Problems
from steelyard.language.expressions import (
    Expression,
    ExpressionError,
    Graph,
    all_of,
    choose,
    clamp,
    defined,
    first_match,
    interpolate,
    maximum,
    minimum,
)
from steelyard.model.limits import MAX_DECIMALS
from steelyard.model.outcomes import METRIC_OUTCOMES
from steelyard.plan.structure import Base, Dimension, Metric


@dataclass(frozen=True, slots=True)
class WeightedScore:
    """A score with its weight, and the condition under which it counts."""

    score: Expression
    weight: Expression
    assessed: Expression


def compile_dimension(
    rule: DimensionRule,
    exempt: dict[str, list[Expression]],
    names: Names,
    scale: Scale,
    problems: Problems,
) -> tuple[Dimension, WeightedScore] | None:
    """Compile a dimension; note problems and return None if there are any."""
    high = scale.high if rule.cap is None else None  # the cap limits what metrics give above it
    compiled = [
        _compile_metric(metric, exempt.get(metric.named.id, []), names, scale, high, problems)
        for metric in rule.metrics
    ]
    parts = [part for part in compiled if part is not None]
    if len(parts) < len(compiled) or not parts:
        return None
    graph = names.graph
    with graph.at(rule.named.place), caught(problems, rule.named.place):
        mean = weighted_mean([weighted for _, weighted in parts], scale.precision)
        score = mean.score if rule.cap is None else minimum(mean.score, points(graph, rule.cap))
        weight = Expression.constant(graph, rule.weight)
        dimension = Dimension(
            id=rule.named.id,
            title=rule.named.title,
            weight=weight.index,
            assessed=mean.assessed.index,
            score_before_cap=mean.score.index,
            score=score.index,
            cap=None if rule.cap is None else points(graph, rule.cap).index,
            metrics=tuple(metric for metric, _ in parts),
            place=rule.named.place,
        )
        return dimension, WeightedScore(score, weight, mean.assessed)
    return None


def weighted_mean(parts: list[WeightedScore], precision: int) -> WeightedScore:
    """Return the weighted mean of the assessed parts; those of weight 0 do not count.

    All weights add up to one, so if all parts are always assessed, the mean is an exact sum. Else
    the weights of the assessed parts are divided by their sum, and the result is rounded half-even
    to `precision` decimals (or more, where the exact products have more).
    """
    parts = [part for part in parts if part.weight.node.value]
    _check_decimals(parts)
    graph = parts[0].score.graph
    yes, no = Expression.constant(graph, True), Expression.constant(graph, False)
    assessed = no
    for part in parts:
        assessed = assessed | part.assessed
    total = _sum(part.score * part.weight for part in parts)
    if all(part.assessed.index == yes.index for part in parts):
        return WeightedScore(total, Expression.constant(graph, 1), yes)
    total = _sum(choose(part.assessed, part.score * part.weight, 0) for part in parts)
    weights = _sum(choose(part.assessed, part.weight, 0) for part in parts)
    smallest = min((part.weight for part in parts), key=_ascending)
    decimals = min(max(precision, total.type.decimals), MAX_DECIMALS)
    mean = total.divided_by(maximum(weights, smallest), decimals=decimals, rounding="half_even")
    # a mean is between the lowest and highest score; this limits its interval
    scores = [part.score.scaled(decimals) for part in parts]
    low = min(score.node.low for score in scores)
    high = max(score.node.high for score in scores)
    bounded = clamp(
        mean,
        Expression.scaled_constant(graph, low, mean.type),
        Expression.scaled_constant(graph, high, mean.type),
    )
    return WeightedScore(bounded, Expression.constant(graph, 1), assessed)


def _check_decimals(parts: list[WeightedScore]) -> None:
    for part in parts:
        score, weight = part.score.type.decimals, part.weight.type.decimals
        if score + weight > MAX_DECIMALS:
            raise ExpressionError(
                "SY404",
                f"scores with {score} decimals times a weight with {weight} have {score + weight}; "
                f"max {MAX_DECIMALS}",
                "shorten the weights, or lower `score.precision`",
            )


def _ascending(weight: Expression) -> tuple[int, int]:
    return weight.node.value * 10 ** (MAX_DECIMALS - weight.type.decimals), weight.index


def _sum(parts) -> Expression:  # noqa: ANN001 - an iterable of expressions
    total: Expression | None = None
    for part in parts:
        total = part if total is None else total + part
    assert total is not None
    return total


def _compile_metric(
    rule: MetricRule,
    exempt: list[Expression],
    names: Names,
    scale: Scale,
    high: Number | None,
    problems: Problems,
) -> tuple[Metric, WeightedScore] | None:
    graph = names.graph
    place = rule.named.place
    before = len(problems.errors)
    observed = number_fact(graph, rule.fact, "a metric", rule.fact_place, problems)
    if rule.sample is not None:
        number_fact(graph, rule.sample.fact, "a sample", rule.sample.place, problems)
    with graph.at(place):
        in_scope = lower_phrase(rule.scope, names, problems) if rule.scope else None
        small = lower_phrase(rule.small_sample[0], names, problems) if rule.small_sample else None
        owner = f"metric {rule.named.id}"
        formula = score_formula(owner, rule.formula, scale, high, names, problems)
        if observed is None or len(problems.errors) > before:
            return None
        with caught(problems, place):
            score = _score(rule, observed, formula, scale.precision)
            return _assemble(rule, observed, score, exempt, in_scope, small)
    return None


def _score(
    rule: MetricRule, observed: Expression, formula: Expression | None, precision: int
) -> Expression:
    """Return the score of a metric by its formula, bands or curve."""
    if formula is not None:
        return formula
    graph = observed.graph
    doubts = len(graph.doubts)
    if rule.bands:
        score = _from_bands(observed, rule.bands)
    else:
        score = interpolate(observed.in_unit(None), rule.curve, decimals=precision)
    knots = zip((knot for knot, _ in rule.curve), rule.curve_places, strict=False)
    limits = [(band.limit, band.place) for band in rule.bands]
    place_doubts(graph, doubts, rule.named.place, (*knots, *limits))
    return score.in_unit("points")


def _assemble(
    rule: MetricRule,
    observed: Expression,
    score: Expression,
    exempt: list[Expression],
    in_scope: Expression | None,
    small: Expression | None,
) -> tuple[Metric, WeightedScore]:
    graph = observed.graph

    def outcome(name: str) -> Expression:
        return code(graph, METRIC_OUTCOMES, name)

    known = defined(observed)
    if rule.formula is not None:  # it may read other facts
        known = all_of(known, defined(score))
    result = outcome("scored")
    if rule.small_sample is not None and small is not None:
        score = choose(small, points(graph, rule.small_sample[1]), score)
        result = choose(small, outcome("fixed"), result)
        known = all_of(known, defined(small))
    if rule.sample is not None:
        volume = Expression.fact(graph, rule.sample.fact)
        doubts = len(graph.doubts)
        enough = volume >= rule.sample.at_least
        sample = (rule.sample.at_least, rule.sample.place)
        place_doubts(graph, doubts, rule.named.place, (sample,))
        known = all_of(known, defined(enough))
        if rule.sample.score is None:
            result = choose(enough, result, outcome("not_assessed"))
        else:
            score = choose(enough, score, points(graph, rule.sample.score))
            result = choose(enough, result, outcome("fixed"))
    result = choose(known, result, outcome("no_data"))
    masks = [known]
    for active in exempt:
        result = choose(active, outcome("exempt"), result)
    if in_scope is not None:
        scoped = defined(in_scope)
        masks.append(scoped)
        result = choose(in_scope, result, outcome("not_assessed"))
        result = choose(scoped, result, outcome("no_data"))
    counts = (METRIC_OUTCOMES.index("scored"), METRIC_OUTCOMES.index("fixed"))
    possible = set(_codes(result))
    assessed = (
        Expression.constant(graph, True)
        if possible <= set(counts)
        else result.is_in([METRIC_OUTCOMES[index] for index in counts])
    )
    weight = Expression.constant(graph, rule.weight)
    metric = Metric(
        id=rule.named.id,
        title=rule.named.title,
        fact=rule.fact,
        observed=observed.index,
        outcome=result.index,
        score=score.index,
        weight=weight.index,
        assessed=assessed.index,
        bands=_band_texts(rule),
        optional_facts=facts_in(graph, masks),
        optional_fields=fields_in(graph, masks),
        source=rule.named.source,
        illustrative=rule.named.illustrative,
        place=rule.named.place,
    )
    return metric, WeightedScore(score, weight, assessed)


def _codes(outcome: Expression) -> list[int]:
    """Return the codes that a choice between constants can give."""
    node = outcome.node
    if node.op == "constant":
        return [node.value]
    branches = (Expression(outcome.graph, index) for index in node.args[1:])
    return [value for branch in branches for value in _codes(branch)]


_EDGES = {
    "at_least": ("≥", operator.ge),
    "above": (">", operator.gt),
    "at_most": ("≤", operator.le),
    "below": ("<", operator.lt),
}


def _from_bands(observed: Expression, bands: tuple[Band, ...]) -> Expression:
    *rows, last = bands
    if not rows:
        return Expression.constant(observed.graph, last.score)
    return first_match(
        [
            (
                _EDGES[band.edge][1](observed, band.limit),
                Expression.constant(observed.graph, band.score),
            )
            for band in rows
            if band.edge is not None
        ],
        last.score,
    )


def _band_texts(rule: MetricRule) -> tuple[str, ...]:
    if rule.formula is not None:
        return (" ".join(str(rule.formula.value).split()),)
    if rule.curve:
        return tuple(f"{x} → {y}" for x, y in rule.curve)
    return tuple(
        f"{_EDGES[band.edge][0]} {band.limit} → {band.score}" if band.edge else f"… → {band.score}"
        for band in rule.bands
    )


@dataclass(frozen=True, slots=True)
class CompiledBase:
    """The compiled base score: its part of the plan, whether it exists, and its value.

    `before_clamp` is the value before it is limited to the range of scores, `used` the one after.
    """

    record: Base
    available: Expression
    before_clamp: Expression
    used: Expression


def compile_base(
    ruleset: Ruleset,
    dimensions: Mapping[str, tuple[Dimension, WeightedScore]],
    names: Names,
    problems: Problems,
) -> CompiledBase | None:
    """Return the base score; note problems and return None if there are any."""
    graph, rule = names.graph, ruleset.base
    reported = _reported(rule, graph, problems) if rule.reported else None
    phrase = rule.formula if rule.source == "formula" else None
    scale = ruleset.scale
    formula = score_formula("the base", phrase, scale, scale.high, names, problems)
    if len(dimensions) < len(ruleset.dimensions) or (rule.reported and reported is None):
        return None
    computed: WeightedScore | None = None
    if ruleset.dimensions:
        place = ruleset.dimensions[0].named.place
        with graph.at(rule.place), caught(problems, place, "the mean of the dimensions: "):
            parts = [dimensions[dimension.named.id][1] for dimension in ruleset.dimensions]
            computed = weighted_mean(parts, ruleset.scale.precision)
        if computed is None:
            return None
    with graph.at(rule.place), caught(problems, rule.place):
        has_reported = defined(reported) if reported is not None else None
        before: Expression | None
        if rule.source == "metrics":
            before = computed.score if computed else None
            available = computed.assessed if computed else None
        elif rule.source == "reported":
            before, available = reported, has_reported
        elif rule.source == "formula":
            before, available = formula, defined(formula) if formula is not None else None
        else:
            before = points(graph, rule.score or 0)
            available = Expression.constant(graph, True)
        if before is None or available is None:
            return None
        before = before.in_unit("points")
        low, high = (points(graph, end) for end in (ruleset.scale.low, ruleset.scale.high))
        used = clamp(before, low, high)
        names.define("score.base", or_zero(available, used))
        record = Base(
            source=rule.source,
            available=available.index,
            before_clamp=before.index,
            used=used.index,
            computed=computed.score.index if computed else None,
            computed_available=computed.assessed.index if computed else None,
            reported=reported.index if reported is not None else None,
            reported_available=has_reported.index if has_reported is not None else None,
            reported_fact=rule.reported or "",
        )
        return CompiledBase(record, available, before, used)
    return None


def _reported(rule: BaseRule, graph: Graph, problems: Problems) -> Expression | None:
    place = rule.reported_place or rule.place
    fact = number_fact(graph, rule.reported or "", "a reported score", place, problems)
    if fact is not None and fact.type.unit not in (None, "points"):
        problems.add(
            "SY406",
            f"the unit of {rule.reported} is {fact.type.unit}, and that of a score is points",
            place,
            expected="a fact whose unit is points, or that has none",
        )
    return fact


def or_zero(available: Expression, value: Expression) -> Expression:
    """Return the value that conditions read: 0 if nothing was assessed."""
    return choose(available, value, 0)
