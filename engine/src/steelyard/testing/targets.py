"""Every part of a plan that a case can touch, with its position in a ruleset."""

from collections.abc import Sequence

from steelyard.book.checker.ruleset import Ruleset
from steelyard.errors import Place
from steelyard.model.limits import MAX_COMPARISON_TEXT
from steelyard.plan.infix import render
from steelyard.plan.pretty import labels_of
from steelyard.plan.structure import Exemption, Plan, Veto
from steelyard.testing.branches import Branches
from steelyard.testing.coverage_target import (
    Found,
    Kind,
    Target,
    Touches,
    answers,
    statuses,
    value_is,
)
from steelyard.testing.item_targets import item_targets
from steelyard.testing.metric_targets import metric_targets


def targets_of(plan: Plan, rules: Ruleset, branches: Branches) -> dict[Target, Touches]:
    """Return every part that a case can touch under a plan, with the test for it."""
    places = _Places(rules)
    found = (
        *_circumstances(plan),
        *metric_targets(plan, rules),
        *item_targets(plan, rules),
        *_caps(plan, places),
        *_rewards(plan, places),
        *_branches(plan, branches, places),
    )
    return dict(reversed(found))  # of two that are the same, the first


class _Places:
    """Positions in a ruleset of the parts for which the plan has none."""

    def __init__(self, rules: Ruleset) -> None:
        self.top = rules.file.place
        self.scale = rules.scale.place
        self.tiers = {one.named.id: one.named.place for one in rules.tiers}
        self.badges = {one.named.id: one.named.place for one in rules.badges}
        self._layers = rules.layers

    def setting(self, section: str, key: str) -> Place:
        """Return the place of a setting, where it was said last."""
        for layer in reversed(self._layers):
            top = layer.document.value
            if isinstance(top, dict) and section in top:
                inside = top[section].value
                if isinstance(inside, dict) and key in inside:
                    return inside[key].place
        return self.top


def _circumstances(plan: Plan) -> Found:
    for gate in plan.gates:
        yield from statuses("gate", gate.id, gate.requirement, None, plan)
    kinds: tuple[tuple[Kind, Sequence[Exemption | Veto]], ...] = (
        ("exemption", plan.exemptions),
        ("veto", plan.vetoes),
    )
    for kind, parts in kinds:
        for part in parts:
            if part.place is not None:
                for answer in answers(plan, part.active):
                    what = "stands" if answer else "does not stand"
                    target = Target(kind, part.place, part.id, what)
                    yield target, value_is(part.active, answer)


def _caps(plan: Plan, places: _Places) -> Found:
    for group in plan.groups:
        if group.cap is not None and group.place is not None:
            yield from _cut(plan, "cap", group.place, group.id, group.earned, group.points)
    total = plan.total
    for name, before, after in (
        ("bonus", total.after_groups, total.after_cap),
        ("deduction", total.deductions_after_groups, total.deductions_after_cap),
    ):
        yield from _cut(plan, "cap", places.setting(name, "cap"), name, before, after)
    for name, before, after in (
        ("ceiling", total.after_cap, total.bonus),
        ("floor", total.deductions_after_cap, total.deductions),
    ):
        yield from _cut(plan, "cap", places.scale, name, before, after)
    for item in (*plan.items, *plan.deductions):
        if item.place is not None and item.cuts and item.cuts[0].stage == "item":
            yield from _cut(plan, "cap", item.place, item.id, item.earned, item.cuts[0].points)


def _cut(plan: Plan, kind: Kind, place: Place, part: str, before: int, after: int) -> Found:
    """Give a cap, unless it is proved that it can never cut anything."""
    if before != after and plan.nodes[before].high > plan.nodes[after].high:
        target = Target(kind, place, part, "cuts")
        yield target, lambda run: run.is_true(plan.total.has_score) and run.differ(before, after)


def _rewards(plan: Plan, places: _Places) -> Found:
    scored = plan.total.has_score
    if plan.total.tier is not None:
        names = plan.nodes[plan.total.tier].type.values
        for tier in plan.tiers:
            target = Target("tier", places.tiers[tier.id], tier.id, "reached")
            reached = value_is(plan.total.tier, names.index(tier.id))
            yield target, lambda run, reached=reached: run.is_true(scored) and reached(run)
    for badge in plan.badges:
        place = places.badges[badge.id]
        for target, touches in statuses("badge", badge.id, badge.requirement, place, plan):
            yield target, lambda run, touches=touches: run.is_true(scored) and touches(run)


def _branches(plan: Plan, branches: Branches, places: _Places) -> Found:
    labels = labels_of(plan)
    for index in sorted(branches.comparisons):
        node = plan.nodes[index]
        if node.place == places.scale:
            continue  # composition's own, such as which item of a group is the best
        text = render(plan.nodes, index, labels).text
        text = text if len(text) <= MAX_COMPARISON_TEXT else f"{text[:MAX_COMPARISON_TEXT]}…"
        for answer in answers(plan, index):
            what = f"{text} is {'true' if answer else 'false'}"
            target = Target("branch", node.place or places.top, "", what)
            yield target, lambda run, taken=(index, answer): taken in run.taken
