"""Checks of numbers: the sums of weights, the order of bands and tiers, the range of scores."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from steelyard.book.checker.ruleset import Band, MetricRule, Number, Ruleset
from steelyard.errors import Place, Problems
from steelyard.model.numbers import decimals_of

_RISING = ("at_most", "below")  # rows of these edges must ascend; of the others, descend


def check_weights(ruleset: Ruleset, problems: Problems, *, all_dimensions: bool = True) -> None:
    """Report weights that do not add up to exactly one.

    Without all dimensions their sum is not checked.
    """
    if ruleset.dimensions and all_dimensions:
        parts = [(rule.named.id, rule.weight) for rule in ruleset.dimensions]
        _check_sum("the dimensions", parts, ruleset.dimensions[0].named.place, problems)
    for rule in ruleset.dimensions:
        parts = [(metric.named.id, metric.weight) for metric in rule.metrics]
        if parts:
            _check_sum(f"dimension {rule.named.id}", parts, rule.named.place, problems)


def _check_sum(
    what: str, parts: list[tuple[str, Number]], place: Place, problems: Problems
) -> None:
    total = sum((Decimal(weight) for _, weight in parts), Decimal(0))
    if total != 1:
        terms = " + ".join(f"{weight} {name}" for name, weight in parts)
        what = f"the weights of {what} add up to {total}: {terms}"
        fix = f"add {1 - total} to one of them" if total < 1 else f"take away {total - 1}"
        problems.add("SY311", what, place, expected="exactly 1", fix=fix)


def check_bands(ruleset: Ruleset, problems: Problems) -> None:
    """Report band tables with unreachable rows or without an end, and curves that turn back."""
    for metric in (metric for rule in ruleset.dimensions for metric in rule.metrics):
        _check_rows(metric.bands, problems)
        if metric.bands and all(band.edge is not None for band in metric.bands):
            what = f"the bands of {metric.named.id} leave some values without a score"
            fix = "end with {otherwise: true, score: …}"
            problems.add("SY312", what, metric.bands[-1].place, fix=fix)
        places = _curve_places(metric)
        for place, ((left, _), (right, _)) in zip(places[1:], pairwise(metric.curve), strict=True):
            if left >= right:
                what = f"the knots of {metric.named.id} do not ascend: {left}, then {right}"
                fix = "sort them by their first number, each once"
                problems.add("SY312", what, place, fix=fix)


def _curve_places(metric: MetricRule) -> tuple[Place, ...]:
    return metric.curve_places or (metric.named.place,) * len(metric.curve)


def check_scores(ruleset: Ruleset, problems: Problems) -> None:
    """Report scores of metrics, and a fixed base, outside the range, which would be cut off.

    A dimension with a cap may have metrics that go above it.
    """
    scale, base = ruleset.scale, ruleset.base
    if scale.low >= scale.high:
        return  # the range itself is wrong
    scores: list[tuple[str, Number, Place]] = []
    if base.source == "fixed" and base.score is not None:
        scores.append(("the base", base.score, base.place))
    for rule in ruleset.dimensions:
        for metric in rule.metrics:
            may_exceed = rule.cap is not None
            scores += [
                (f"metric {metric.named.id}", score, place)
                for score, place in _metric_scores(metric)
                if not may_exceed or score <= scale.high
            ]
    for owner, score, place in scores:
        if not scale.low <= score <= scale.high:
            what = f"{owner} may be {score}, outside the range of scores"
            problems.add("SY503", what, place, expected=f"{scale.low} to {scale.high}")


def _metric_scores(metric: MetricRule) -> Iterator[tuple[Number, Place]]:
    """Iterate over the scores that a metric may give, with their places."""
    yield from ((band.score, band.place) for band in metric.bands)
    scores = (score for _, score in metric.curve)
    yield from zip(scores, _curve_places(metric), strict=True)
    if metric.sample is not None and metric.sample.score is not None:
        yield metric.sample.score, metric.named.place
    if metric.small_sample is not None:
        yield metric.small_sample[1], metric.named.place


def _check_rows(bands: tuple[Band, ...], problems: Problems) -> None:
    for before, band in pairwise(bands):
        if before.edge is None:
            what, fix = "no value reaches a row after `otherwise`", "put `otherwise` last"
            problems.add("SY312", what, band.place, fix=fix)
        elif band.edge is not None:
            rising = before.edge in _RISING
            if rising != (band.edge in _RISING):
                what = f"`{before.edge}` and `{band.edge}` do not go together"
                expected = "`at_least` and `above`, or `at_most` and `below`, in one table"
                problems.add("SY312", what, band.place, expected=expected)
                return
            if not _reaches_further(before, band, rising=rising):
                what = f"no value reaches {band.edge} {band.limit} after "
                what += f"{before.edge} {before.limit}"
                fix = f"list the {'lowest' if rising else 'highest'} limit first"
                problems.add("SY312", what, band.place, fix=fix)


def _reaches_further(before: Band, band: Band, *, rising: bool) -> bool:
    if before.limit == band.limit:  # `above 5` then `at_least 5` adds the value 5 itself
        return (before.edge, band.edge) in (("above", "at_least"), ("below", "at_most"))
    return band.limit > before.limit if rising else band.limit < before.limit


def check_tiers(ruleset: Ruleset, problems: Problems) -> None:
    """Report tiers that no score reaches, and limits with too many decimals."""
    scale = ruleset.scale
    previous: Number | None = None
    ended = False
    for tier in ruleset.tiers:
        name, limit, place = tier.named.id, tier.at_least, tier.place or tier.named.place
        if ended or (previous is not None and limit is not None and limit >= previous):
            what = f"no score reaches tier {name} after "
            what += "`otherwise`" if ended else f"at_least {previous}"
            expected = "tiers from the highest down, `otherwise` last"
            problems.add("SY313", what, place, expected=expected)
        if limit is None:
            ended = True
            continue
        if limit > scale.high:
            what = f"no score reaches tier {name}: scores end at {scale.high}"
            problems.add("SY313", what, place)
        if decimals_of(limit) > scale.decimals:
            what = f"tier {name} begins at {limit}, but scores are displayed with "
            what += f"{scale.decimals} decimals"
            fix = "use no more decimals than the score is displayed with"
            problems.add("SY404", what, place, fix=fix)
        else:
            previous = limit
