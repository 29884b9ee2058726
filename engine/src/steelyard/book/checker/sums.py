"""Sums and orders: weights add up to one, bands and tiers stand in order."""

from decimal import Decimal
from itertools import pairwise

from steelyard.book.checker.ruleset import Band, Named, Number, Ruleset
from steelyard.errors import Place, Problems
from steelyard.model.numbers import decimals_of

_RISING = ("at_most", "below")  # rows of these edges must ascend; of the others, descend


def check_weights(ruleset: Ruleset, problems: Problems, *, all_dimensions: bool = True) -> None:
    """Report weights that do not add up to exactly one.

    Where not all dimensions could be read, nothing can be said about their sum.
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
        listed = " + ".join(f"{weight} {name}" for name, weight in parts)
        problems.add(
            "SY311",
            f"the weights of {what} add up to {total}: {listed}",
            place,
            expected="exactly 1",
            fix=f"add {1 - total} to one of them" if total < 1 else f"take away {total - 1}",
        )


def check_bands(ruleset: Ruleset, problems: Problems) -> None:
    """Report band tables with unreachable rows or without an end, and curves that turn back."""
    for rule in ruleset.dimensions:
        for metric in rule.metrics:
            _check_rows(metric.bands, problems)
            if metric.bands and all(band.edge is not None for band in metric.bands):
                problems.add(
                    "SY312",
                    f"the bands of {metric.named.id} leave some values without a score",
                    metric.bands[-1].place,
                    fix="end with {otherwise: true, score: …}",
                )
            values = [x for x, _ in metric.curve]
            for number, (left, right) in enumerate(pairwise(values), start=1):
                if left >= right:
                    problems.add(
                        "SY312",
                        f"the knots of {metric.named.id} do not ascend: {left}, then {right}",
                        metric.curve_places[number] if metric.curve_places else metric.named.place,
                        fix="sort them by their first number, each once",
                    )


def check_scores(ruleset: Ruleset, problems: Problems) -> None:
    """Report scores of metrics, and a fixed base, that lie outside the range.

    They would be cut off, where they were not mistyped. A dimension with a cap may have metrics
    that go above it.
    """
    scale, base = ruleset.scale, ruleset.base
    if scale.low >= scale.high:
        return  # the range itself is wrong
    said: list[tuple[str, Number, Place]] = []
    if base.source == "fixed" and base.score is not None:
        said.append(("the base", base.score, base.place))
    for rule in ruleset.dimensions:
        for metric in rule.metrics:
            what, place = f"metric {metric.named.id}", metric.named.place
            found = [(what, band.score, band.place) for band in metric.bands]
            places = metric.curve_places or (place,) * len(metric.curve)
            found += [
                (what, score, at) for (_, score), at in zip(metric.curve, places, strict=True)
            ]
            for fixed in (metric.sample and metric.sample.score, metric.small_sample):
                if fixed is not None:
                    found.append((what, fixed[1] if isinstance(fixed, tuple) else fixed, place))
            said += [one for one in found if rule.cap is None or one[1] <= scale.high]
    for what, score, place in said:
        if not scale.low <= score <= scale.high:
            problems.add(
                "SY503",
                f"{what} may be {score}, outside the range of scores",
                place,
                expected=f"{scale.low} to {scale.high}",
            )


def _check_rows(bands: tuple[Band, ...], problems: Problems) -> None:
    for before, band in pairwise(bands):
        if before.edge is None:
            problems.add(
                "SY312",
                "no value reaches a row after `otherwise`",
                band.place,
                fix="put `otherwise` last",
            )
        elif band.edge is not None:
            rising = before.edge in _RISING
            if rising != (band.edge in _RISING):
                problems.add(
                    "SY312",
                    f"`{before.edge}` and `{band.edge}` do not go together",
                    band.place,
                    expected="`at_least` and `above`, or `at_most` and `below`, in one table",
                )
                return
            if not _reaches_further(before, band, rising=rising):
                problems.add(
                    "SY312",
                    f"no value reaches {band.edge} {band.limit} after {before.edge} {before.limit}",
                    band.place,
                    fix=f"list the {'lowest' if rising else 'highest'} limit first",
                )


def _reaches_further(before: Band, band: Band, *, rising: bool) -> bool:
    if before.limit == band.limit:  # `above 5` then `at_least 5` adds the value 5 itself
        return (before.edge, band.edge) in (("above", "at_least"), ("below", "at_most"))
    return band.limit > before.limit if rising else band.limit < before.limit


def check_tiers(ruleset: Ruleset, problems: Problems) -> None:
    """Report tiers that are not listed from the highest down."""
    previous: Number | None = None
    ended: Named | None = None
    for tier in ruleset.tiers:
        if ended is not None or (
            previous is not None and tier.at_least is not None and tier.at_least >= previous
        ):
            problems.add(
                "SY313",
                f"no score reaches tier {tier.named.id} after "
                + ("`otherwise`" if ended else f"at_least {previous}"),
                tier.place or tier.named.place,
                expected="tiers from the highest down, `otherwise` last",
            )
        if tier.at_least is not None and tier.at_least > ruleset.scale.high:
            problems.add(
                "SY313",
                f"no score reaches tier {tier.named.id}: scores end at {ruleset.scale.high}",
                tier.place or tier.named.place,
            )
        if tier.at_least is None:
            ended = tier.named
        elif decimals_of(tier.at_least) > ruleset.scale.decimals:
            problems.add(
                "SY404",
                f"tier {tier.named.id} begins at {tier.at_least}, but scores are displayed with "
                f"{ruleset.scale.decimals} decimals",
                tier.place or tier.named.place,
                fix="use no more decimals than the score is displayed with",
            )
        else:
            previous = tier.at_least
