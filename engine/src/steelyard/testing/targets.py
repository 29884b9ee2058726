"""Every part of rules that a case can touch, with its place and the test of a touch."""

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal, get_args

from steelyard.book.checker.ruleset import Band, ItemRule, MetricRule, Ruleset
from steelyard.errors import Place
from steelyard.formats import Located
from steelyard.model.limits import MAX_COMPARISON_TEXT
from steelyard.model.outcomes import ITEM_OUTCOMES, METRIC_OUTCOMES, REQUIREMENT_STATUSES
from steelyard.plan.infix import render
from steelyard.plan.pretty import labels_of
from steelyard.plan.structure import (
    Exemption,
    Item,
    Metric,
    Plan,
    Requirement,
    Veto,
    conditions_of,
)
from steelyard.testing.branches import Branches, Taken, Values

TABLE = "core/decision-table"
_HOLDS = {
    "at_least": operator.ge,
    "above": operator.gt,
    "at_most": operator.le,
    "below": operator.lt,
}

Kind = Literal[
    "ruleset", "scene", "gate", "exemption", "metric", "band", "item", "requirement", "row", "veto",
    "cap", "tier", "badge", "branch",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Target:
    """A part of the rules: an outcome of an item, a row of a table, a tier."""

    kind: Kind
    place: Place
    part: str
    what: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One case's merchant under a plan: the value of every node, and the branches taken."""

    values: Values
    taken: Taken

    def is_true(self, index: int) -> bool:
        """Return whether a yes/no node is true."""
        return bool(self.values[index])

    def differ(self, before: int, after: int) -> bool:
        """Return whether a stage changed a number."""
        return self.values[before] != self.values[after]


Touches = Callable[[Evaluation], bool]
Found = Iterator[tuple[Target, Touches]]


def targets_of(plan: Plan, rules: Ruleset, branches: Branches) -> dict[Target, Touches]:
    """Return every part that a case can touch under a plan, with the test for it."""
    places = _Places(rules)
    found = (
        *_circumstances(plan),
        *_metrics(plan, rules),
        *_items(plan, rules),
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
        self.tiers = {tier.named.id: tier.named.place for tier in rules.tiers}
        self.badges = {badge.named.id: badge.named.place for badge in rules.badges}
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
        yield from _statuses("gate", gate.id, gate.requirement, None, plan)
    kinds: tuple[tuple[Kind, Sequence[Exemption | Veto]], ...] = (
        ("exemption", plan.exemptions),
        ("veto", plan.vetoes),
    )
    for kind, parts in kinds:
        for part in parts:
            if part.place is not None:
                for answer in _answers(plan, part.active):
                    what = "stands" if answer else "does not stand"
                    target = Target(kind, part.place, part.id, what)
                    yield target, _value_is(part.active, answer)


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
        if item.place is not None and item.cuts and item.cuts[0].stage == "item_cap":
            yield from _cut(plan, "cap", item.place, item.id, item.earned, item.cuts[0].points)


def _cut(plan: Plan, kind: Kind, place: Place, part: str, before: int, after: int) -> Found:
    """Yield a cap, unless it is proved that it can never cut anything."""
    if before != after and plan.nodes[before].high > plan.nodes[after].high:
        target = Target(kind, place, part, "cuts")
        yield target, lambda run: run.is_true(plan.total.has_score) and run.differ(before, after)


def _rewards(plan: Plan, places: _Places) -> Found:
    scored = plan.total.has_score
    if plan.total.tier is not None:
        names = plan.nodes[plan.total.tier].type.values
        for tier in plan.tiers:
            target = Target("tier", places.tiers[tier.id], tier.id, "reached")
            reached = _value_is(plan.total.tier, names.index(tier.id))
            yield target, lambda run, reached=reached: run.is_true(scored) and reached(run)
    for badge in plan.badges:
        place = places.badges[badge.id]
        for target, touches in _statuses("badge", badge.id, badge.requirement, place, plan):
            yield target, lambda run, touches=touches: run.is_true(scored) and touches(run)


def _branches(plan: Plan, branches: Branches, places: _Places) -> Found:
    labels = labels_of(plan)
    for index in sorted(branches.comparisons):
        node = plan.nodes[index]
        if node.place == places.scale:
            continue  # composition's own, such as which item of a group is the best
        text = render(plan.nodes, index, labels).text
        text = text if len(text) <= MAX_COMPARISON_TEXT else f"{text[:MAX_COMPARISON_TEXT]}…"
        for answer in _answers(plan, index):
            what = f"{text} is {'true' if answer else 'false'}"
            target = Target("branch", node.place or places.top, "", what)
            yield target, lambda run, taken=(index, answer): taken in run.taken


def _metrics(plan: Plan, rules: Ruleset) -> Found:
    """Yield every outcome of metrics, and their bands or stretches."""
    by_id = {metric.named.id: metric for one in rules.dimensions for metric in one.metrics}
    for dimension in plan.dimensions:
        for metric in dimension.metrics:
            rule = by_id[metric.id]
            for value in _codes(plan, metric.outcome):
                target = Target("metric", rule.named.place, metric.id, METRIC_OUTCOMES[value])
                yield target, _value_is(metric.outcome, value)
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
    if not rule.curve:
        return  # a formula has no rows; its comparisons are branches
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


def _items(plan: Plan, rules: Ruleset) -> Found:
    """Yield every outcome of items, statuses of their requirements, rows of their tables."""
    by_id = {rule.named.id: rule for rule in (*rules.items, *rules.deductions)}
    for item in (*plan.items, *plan.deductions):
        rule = by_id[item.id]
        for value in _codes(plan, item.outcome):
            target = Target("item", rule.named.place, item.id, ITEM_OUTCOMES[value])
            yield target, _value_is(item.outcome, value)
        for one in conditions_of(item):
            yield from _statuses("requirement", item.id, one, rule.named.place, plan)
        if rule.type == TABLE:
            yield from _rows(plan, item, rule)


def _rows(plan: Plan, item: Item, rule: ItemRule) -> Found:
    """Yield the rows of a decision table: the tests of the choice that gives its points."""
    listed = rule.parameters.at(("rows",)).value if rule.parameters else None
    tests = _choice(plan, item.earned)
    if not isinstance(listed, list) or len(tests) != len(listed):
        return
    judged = (ITEM_OUTCOMES.index("awarded"), ITEM_OUTCOMES.index("not_met"))

    def decides(row: int) -> Touches:
        def touches(run: Evaluation) -> bool:
            first = next((at for at, test in enumerate(tests) if run.is_true(test)), len(tests))
            return first == row and run.values[item.outcome] in judged

        return touches

    for index, located in enumerate(listed):
        yield Target("row", located.place, item.id, _row_text(located, index)), decides(index)
    yield Target("row", rule.named.place, item.id, "no row holds"), decides(len(tests))


def _row_text(located: Located, index: int) -> str:
    row = located.plain()
    return f"row {index + 1}: {row['when']}"


def _choice(plan: Plan, earned: int) -> list[int]:
    """Return the tests of the choice between points, below the item's own `if it is met`."""

    def inside(index: int) -> int:
        while plan.nodes[index].op == "scale_up":
            index = plan.nodes[index].args[0]
        return index

    at = inside(earned)
    at = inside(plan.nodes[at].args[1]) if plan.nodes[at].op == "if" else at
    tests: list[int] = []
    while plan.nodes[at].op == "if":
        test, _, otherwise = plan.nodes[at].args
        tests.append(test)
        at = inside(otherwise)
    return tests


def _statuses(kind: Kind, part: str, one: Requirement, place: Place | None, plan: Plan) -> Found:
    """Yield each status that a requirement can have."""
    where = place if kind == "badge" or one.place is None else one.place
    if where is None:
        return
    for value in _codes(plan, one.status):
        status = REQUIREMENT_STATUSES[value]
        what = f"{one.id}: {status}" if kind == "requirement" else status
        yield Target(kind, where, part, what), _value_is(one.status, value)


def _value_is(index: int, value: int) -> Touches:
    """Return the test of whether a node has a value."""
    return lambda run: run.values[index] == value


def _answers(plan: Plan, index: int) -> tuple[bool, ...]:
    """Return the truths that a yes/no node can have, by its interval."""
    node = plan.nodes[index]
    return tuple(answer for answer in (False, True) if node.low <= answer <= node.high)


def _codes(plan: Plan, index: int) -> list[int]:
    """Return the codes that a choice between constants can give, ascending."""
    found: set[int] = set()
    seen: set[int] = set()
    todo = [index]
    while todo:
        at = todo.pop()
        node = plan.nodes[at]
        if node.op == "constant":
            found.add(node.value)
        elif at not in seen:
            seen.add(at)
            todo.extend(node.args[1:])
    return sorted(found)
