"""Checks of a ruleset: references between its parts, and sums, orders and ranges of numbers."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from steelyard.book import Joined
from steelyard.book.checker.ruleset import Band, CostRule, MetricRule, Number, Ruleset
from steelyard.book.layering import word_of
from steelyard.errors import Place, Problems, suggest
from steelyard.formats import Located
from steelyard.model.numbers import decimals_of

_RISING = ("at_most", "below")  # rows of these edges must ascend; of the others, descend


def resolve_blocks(blocks: str | list[str], joined: Joined) -> tuple[str, ...]:
    """Return the items that a veto blocks: `all`, item ids, or ids of groups."""
    if blocks == "all":
        return tuple(joined.entries.get("items", {}))
    groups = joined.entries.get("groups", {})
    names: list[str] = []
    for block in blocks:
        members = groups[block].plain().get("items", []) if block in groups else [block]
        names.extend(joined.aliases.get(name, name) for name in members)
    return tuple(dict.fromkeys(names))


def check_references(ruleset: Ruleset, joined: Joined, problems: Problems) -> None:
    """Report references to missing entries, and ambiguous names."""
    for rule in ruleset.deductions:
        if rule.named.id in joined.entries.get("items", {}):
            what = f"{rule.named.id} is both an item and a deduction"
            problems.add("SY305", what, rule.named.place, fix="rename one of the two")
    for dimension in ruleset.dimensions:
        if dimension.named.id in ("base", "total"):
            what = f"score.{dimension.named.id} is a score of its own in conditions"
            expected = "a dimension of another name"
            problems.add("SY305", what, dimension.named.place, expected=expected)
    metrics: dict[str, Place] = {}
    for metric in (metric.named for rule in ruleset.dimensions for metric in rule.metrics):
        first = metrics.setdefault(metric.id, metric.place)
        if first is not metric.place:
            what = f"metric {metric.id} is in two dimensions"
            problems.add("SY305", what, metric.place, fix=f"rename it here or at {first}")
    _check_names(joined, "vetoes", "blocks", ("items", "groups"), problems)
    _check_names(joined, "exemptions", "metrics", ("metrics",), problems)
    _check_names(joined, "groups", "items", ("items", "deductions"), problems)
    _check_groups(joined, problems)
    _check_base(ruleset, joined, problems)
    _check_costs(ruleset, problems)


def _check_costs(ruleset: Ruleset, problems: Problems) -> None:
    """Report a benefit with two different costs, because reports sum the cost of a benefit."""
    costs: dict[str, CostRule] = {}
    for benefit in (one for rule in (*ruleset.tiers, *ruleset.badges) for one in rule.benefits):
        cost = benefit.cost
        if cost is None:
            continue
        first = costs.setdefault(benefit.id, cost)
        if (first.amount, first.currency, first.per) != (cost.amount, cost.currency, cost.per):
            what = f"the benefit {benefit.id} costs something else at {first.place}"
            expected = "one cost for a benefit, wherever it is given"
            fix = "give the cost once, or give one of the two benefits another id"
            problems.add("SY305", what, cost.place, expected=expected, fix=fix)


def _check_base(ruleset: Ruleset, joined: Joined, problems: Problems) -> None:
    base, lowest = ruleset.base, ruleset.layers[0]
    if base.source == "metrics" and not joined.entries.get("dimensions"):
        what = f"neither {lowest.name} nor a layer above it has `dimensions` for the base score"
        fix = "add `dimensions`, or base: {from: reported, reported: <fact>}"
        problems.add("SY315", what, lowest.place, fix=fix)
    needs = {
        "reported": ("reported", "<fact>", base.reported),
        "fixed": ("score", "<number>", base.score),
        "formula": ("formula", "<expression>", base.formula),
        "metrics": ("", "", True),
    }
    key, value, given = needs[base.source]
    if given is None:
        what = f"`base` is from {base.source} and has no `{key}`"
        fix = f"write base: {{from: {base.source}, {key}: {value}}}"
        problems.add("SY315", what, base.place, fix=fix)


def _check_names(
    joined: Joined, kind: str, key: str, kinds: tuple[str, ...], problems: Problems
) -> None:
    """Report every name listed under `key` that is not an id in one of the sections `kinds`."""
    ids = {name for one in kinds for name in _ids(joined, one)}
    words = " or ".join(map(word_of, kinds))
    for owner, entry in joined.all(kind):
        for located in _names_in(entry, key):
            name = str(located.value)
            if joined.aliases.get(name, name) in ids:
                continue
            retired = [joined.retired[one, name] for one in kinds if (one, name) in joined.retired]
            what = f"{word_of(kind)} {owner} lists "
            if retired:
                what += f"{name}, which is retired at {retired[0].place}"
                fix = f"there, remove {name} from the `{key}` of {owner}, or retire {owner} too"
            else:
                what += f"the unknown {words} {name!r}"
                fix = suggest(name, ids)
            problems.add("SY306", what, located.place, fix=fix)


def _ids(joined: Joined, kind: str) -> Iterator[str]:
    if kind != "metrics":
        yield from joined.entries.get(kind, {})
        return
    for _, dimension in joined.all("dimensions"):
        if "metrics" in dimension.mapping:
            yield from dimension.mapping["metrics"].mapping


def _names_in(entry: Located, key: str) -> list[Located]:
    """Return the names listed under a key; none for a missing key or a word such as `all`."""
    names = entry.mapping[key].value if key in entry.mapping else ()
    return names if isinstance(names, list) else []


def _check_groups(joined: Joined, problems: Problems) -> None:
    """Report groups of both items and deductions, and members of two groups."""
    items, deductions = joined.entries.get("items", {}), joined.entries.get("deductions", {})
    group_of: dict[str, str] = {}
    for group, entry in joined.all("groups"):
        names = [(str(located.value), located.place) for located in _names_in(entry, "items")]
        members = {joined.aliases.get(name, name): place for name, place in names}
        mixed = [place for name, place in members.items() if name in deductions]
        if mixed and any(name in items for name in members):
            what = f"group {group} has both items and deductions"
            problems.add(
                "SY319", what, mixed[0], fix="write two groups: one of items, one of deductions"
            )
        for name, place in members.items():
            other = group_of.setdefault(name, group)
            if other != group:
                what = f"{name} is in two groups, {other} and {group}"
                problems.add("SY319", what, place, fix="leave it in one of them")


def check_weights(ruleset: Ruleset, problems: Problems, *, all_dimensions: bool = True) -> None:
    """Report weights that do not add up to exactly one.

    The sum is checked only if all dimensions are valid.
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
    """Report band tables with unreachable rows or without a last row, and curves out of order."""
    for metric in (metric for rule in ruleset.dimensions for metric in rule.metrics):
        _check_rows(metric.bands, problems)
        if metric.bands and all(band.edge is not None for band in metric.bands):
            what = f"the bands of {metric.named.id} leave some values without a score"
            fix = "end with {otherwise: true, score: …}"
            problems.add("SY312", what, metric.bands[-1].place, fix=fix)
        places = _curve_places(metric)
        for place, ((left, _), (right, _)) in zip(places[1:], pairwise(metric.curve), strict=True):
            if left >= right:
                what = f"the knots of {metric.named.id} are not in ascending order: "
                what += f"{left}, then {right}"
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
            problems.add("SY503", what, place, expected=f"a score from {scale.low} to {scale.high}")


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
                what = f"`{before.edge}` and `{band.edge}` cannot be combined"
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
