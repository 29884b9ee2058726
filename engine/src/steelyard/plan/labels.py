"""The names of a plan's values in its text: `metric.reply`, `item.coverage.earned`."""

from collections.abc import Iterator

from steelyard.plan.structure import Plan


def labels_of(plan: Plan) -> dict[int, str]:
    """Return the names of the values that have a place of their own in the text."""
    labels: dict[int, str] = {}
    for index, name in _named(plan):
        # a plain fact or constant says more by itself than by a name
        if plan.nodes[index].args:
            labels.setdefault(index, name)
    return labels


def _named(plan: Plan) -> Iterator[tuple[int, str]]:
    """Give every value that is named in the text, in the order of the text."""
    for one in plan.exemptions:
        yield one.active, f"exemption.{one.id}"
    for dimension in plan.dimensions:
        for metric in dimension.metrics:
            yield metric.assessed, f"metric.{metric.id}.assessed"
            yield metric.score, f"metric.{metric.id}"
        yield dimension.assessed, f"score.{dimension.id}.assessed"
        yield dimension.score_before_cap, f"score.{dimension.id}.before_cap"
        yield dimension.score, f"score.{dimension.id}"
    yield plan.base.before_clamp, "score.base.before_range"
    yield plan.base.used, "score.base"
    for one in plan.vetoes:
        yield one.active, f"veto.{one.id}"
    for item in (*plan.items, *plan.deductions):
        yield item.met, f"item.{item.id}.awarded"
        yield item.earned, f"item.{item.id}.earned"
        for cut in item.cuts:
            yield cut.points, f"item.{item.id}.{cut.stage}"
    for group in plan.groups:
        yield group.earned, f"group.{group.id}.earned"
        yield group.points, f"group.{group.id}.points"
    total = plan.total
    yield total.has_score, "has_score"
    yield total.earned, "bonus.earned"
    yield total.after_groups, "bonus.after_groups"
    yield total.after_cap, "bonus.after_cap"
    yield total.bonus, "bonus"
    yield total.deductions_earned, "deductions.earned"
    yield total.deductions_after_groups, "deductions.after_groups"
    yield total.deductions_after_cap, "deductions.after_cap"
    yield total.deductions, "deductions"
    yield total.unrounded, "score.unrounded"
    yield total.score, "score.total"
