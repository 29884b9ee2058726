"""Composition: groups, caps, deductions, clamp, rounding.

A limit takes points from items, beginning with the item that is declared last. So the remaining
points of all items always add up to the remaining points of the total.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from steelyard.book.checker.ruleset import GroupRule, Number, Ruleset
from steelyard.compiler.awards import CompiledItem
from steelyard.compiler.conditions import code
from steelyard.language.expressions import (
    Expression,
    Graph,
    all_of,
    any_of,
    choose,
    maximum,
    minimum,
)
from steelyard.model.limits import MAX_DECIMALS
from steelyard.model.outcomes import ITEM_OUTCOMES
from steelyard.plan.structure import Cut, CutStage, Group, Item, Total


@dataclass(slots=True)
class Share:
    """An item while caps are applied: its current points, and its points after each stage."""

    item: CompiledItem
    points: Expression
    outcome: Expression
    cuts: list[Cut] = field(default_factory=list)
    group: str | None = None

    def becomes(self, stage: CutStage, points: Expression) -> None:
        """Note the points after a stage, if the stage can change them."""
        if points.index != self.points.index:
            taken = self.points - points
            self.points = points
            self.cuts.append(Cut(stage, points.index, taken.index))


@dataclass(frozen=True, slots=True)
class Pot:
    """All bonus items, or all deductions, after groups and the cap of their sum."""

    shares: tuple[Share, ...]
    groups: tuple[Group, ...]
    earned: Expression
    after_groups: Expression
    after_cap: Expression


def fill_pot(
    graph: Graph,
    items: Sequence[CompiledItem],
    rules: Sequence[GroupRule],
    cap: Number | None,
    decimals: int,
) -> Pot:
    """Return items after their groups and the cap of their sum."""
    shares = [_share(item, decimals) for item in items]
    earned = total(graph, [share.points for share in shares], decimals)
    groups: list[Group] = []
    sums: list[Expression] = []
    for rule in rules:
        members = [share for share in shares if share.item.record.id in rule.items]
        group, points = _group(graph, rule, members, decimals)
        groups.append(group)
        sums.append(points)
    sums += [share.points for share in shares if share.group is None]
    after_groups = total(graph, sums, decimals)
    after_cap = after_groups
    if cap is not None:
        limit = points_constant(graph, cap, decimals)
        _cut(shares, limit, "total_cap")
        after_cap = minimum(after_groups, limit)
    return Pot(tuple(shares), tuple(groups), earned, after_groups, after_cap)


def _share(item: CompiledItem, decimals: int) -> Share:
    earned = item.earned.scaled(decimals)
    share = Share(item, earned, item.outcome)
    share.becomes("item_cap", item.capped.scaled(decimals))
    return share


def _group(
    graph: Graph, rule: GroupRule, members: list[Share], decimals: int
) -> tuple[Group, Expression]:
    for share in members:
        share.group = rule.named.id
    earned = total(graph, [share.points for share in members], decimals)
    most: int | None = None
    if rule.keep and rule.keep < len(members):
        highs = sorted((max(share.points.node.high, 0) for share in members), reverse=True)
        most = sum(highs[: rule.keep])
        _choose_best(graph, members, rule.keep)
    points = total(graph, [share.points for share in members], decimals)
    if most is not None:  # no group holds more; saying so keeps the interval tight
        points = minimum(points, Expression.scaled_constant(graph, most, points.type))
    limit = None
    if rule.cap is not None:
        limit = points_constant(graph, rule.cap, decimals)
        _cut(members, limit, "group_cap")
        points = minimum(points, limit)
    group = Group(
        id=rule.named.id,
        title=rule.named.title,
        kind="deductions" if rule.is_deduction else "items",
        combine=rule.combine,
        keep=rule.keep,
        items=tuple(share.item.record.id for share in members),
        earned=earned.index,
        points=points.index,
        cap=None if limit is None else limit.index,
        place=rule.named.place,
    )
    return group, points


def _choose_best(graph: Graph, members: list[Share], keep: int) -> None:
    """Keep the members with the most points; among equals, the one that is declared first."""
    kept: list[Expression] = []
    for place, share in enumerate(members):
        ahead = [
            all_of(
                other.item.met,
                other.points >= share.points if rank < place else other.points > share.points,
            )
            for rank, other in enumerate(members)
            if rank != place
        ]
        if keep == 1:
            kept.append(~any_of(*ahead))
        else:
            counted = total(graph, [choose(test, 1, 0) for test in ahead], 0, unit=None)
            kept.append(counted < keep)
    superseded = code(graph, ITEM_OUTCOMES, "superseded")
    for share, stays in zip(members, kept, strict=True):
        loses = all_of(share.item.met, ~stays)
        share.outcome = choose(loses, superseded, share.outcome)
        share.becomes("group_choice", choose(stays, share.points, 0))


def _cut(shares: Sequence[Share], limit: Expression, stage: CutStage) -> None:
    """Reduce the sum of points to a limit of at least 0, beginning with the last item."""
    gains = [maximum(share.points, 0) for share in shares]
    losses = [minimum(share.points, 0) if share.points.node.low < 0 else None for share in shares]
    room = limit
    for loss in losses:
        if loss is not None:
            room = room - loss
    taken: Expression | None = None
    for share, gain, loss in zip(shares, gains, losses, strict=True):
        if share.points.node.low >= 0:
            gain = share.points  # noqa: PLW2901 - no need of max(points, 0)
        left = room if taken is None else room - taken
        if left.node.low < gain.node.high:
            fits = minimum(gain, maximum(left, 0))
            share.becomes(stage, fits if loss is None else fits + loss)
        taken = gain if taken is None else taken + gain


def _lift(shares: Sequence[Share], limit: Expression, stage: CutStage) -> None:
    """Raise the sum of points to a limit of at most 0, beginning with the last item."""
    turned = [Share(share.item, -share.points, share.outcome) for share in shares]
    _cut(turned, -limit, stage)
    for share, other in zip(shares, turned, strict=True):
        if other.cuts:
            share.becomes(stage, -other.points)


def settle(
    ruleset: Ruleset,
    base: Expression,
    base_before_clamp: Expression,
    bonus: Pot,
    deductions: Pot,
    has_score: Expression,
    decimals: int,
) -> tuple[Total, Expression]:
    """Return the total and the displayed score: the sum, limited to the range, rounded once.

    The maximum score reduces bonus items. The minimum score first reduces deductions, then raises
    items with negative points. The remaining points add up to the change from base to score.
    """
    graph = base.graph
    scale = ruleset.scale
    low = points_constant(graph, scale.low, decimals)
    high = points_constant(graph, scale.high, decimals)
    raw = base + bonus.after_cap - deductions.after_cap
    unrounded = minimum(maximum(raw, low), high)
    over_base = high - base + deductions.after_cap
    if raw.node.high > high.node.high:
        _cut(bonus.shares, over_base, "ceiling")
    given = minimum(bonus.after_cap, over_base)
    taken = deductions.after_cap
    if raw.node.low < low.node.low:
        room = maximum(base + given - low, 0)
        _cut(deductions.shares, room, "floor")
        taken = minimum(taken, room)
        if given.node.low < 0:
            _lift(bonus.shares, low - base, "floor")
            given = maximum(given, low - base)
    score = unrounded.rounded(scale.decimals, scale.rounding)
    return (
        Total(
            earned=bonus.earned.index,
            after_groups=bonus.after_groups.index,
            after_cap=bonus.after_cap.index,
            bonus=given.index,
            bonus_cap=_optional(graph, ruleset.bonus_cap, decimals),
            deductions_earned=deductions.earned.index,
            deductions_after_groups=deductions.after_groups.index,
            deductions_after_cap=deductions.after_cap.index,
            deductions=taken.index,
            deduction_cap=_optional(graph, ruleset.deduction_cap, decimals),
            low=low.index,
            high=high.index,
            unclamped=(base_before_clamp + bonus.after_cap - deductions.after_cap).index,
            unrounded=unrounded.index,
            score=score.index,
            tier=None,
            has_score=has_score.index,
        ),
        score,
    )


def item_of(share: Share) -> Item:
    """Return an item of the plan after all groups and caps."""
    return replace(
        share.item.record,
        outcome=share.outcome.index,
        earned=share.item.earned.scaled(share.points.type.decimals).index,
        points=share.points.index,
        cuts=tuple(share.cuts),
        group=share.group,
    )


def total(
    graph: Graph, parts: Sequence[Expression], decimals: int, unit: str | None = "points"
) -> Expression:
    """Return the sum of numbers that share one scale; 0 if there are none."""
    if not parts:
        return Expression.constant(graph, 0).scaled(decimals).in_unit(unit)
    result = parts[0]
    for part in parts[1:]:
        result = result + part
    return result


def points_constant(graph: Graph, value: Number, decimals: int) -> Expression:
    """Return a number of points at the plan's scale."""
    return Expression.constant(graph, value).scaled(decimals).in_unit("points")


def common_decimals(parts: Sequence[Expression], constants: Sequence[Number]) -> int:
    """Return the smallest number of decimals that represents every part exactly."""
    from steelyard.model.numbers import decimals_of

    widest = [part.type.decimals for part in parts] + [decimals_of(value) for value in constants]
    return min(max(widest, default=0), MAX_DECIMALS)


def _optional(graph: Graph, value: Number | None, decimals: int) -> int | None:
    return None if value is None else points_constant(graph, value, decimals).index
