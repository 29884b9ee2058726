"""Proved ranges of every part of a plan, from the intervals of its nodes.

Every merchant whose facts are inside their bounds is inside these ranges, but the ends of a range
may be impossible. A part that is reported as never awarded is never awarded; other parts that are
never awarded may not be reported.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from steelyard.model.frozen import frozen
from steelyard.model.numbers import format_scaled
from steelyard.plan.satisfiable import can_hold
from steelyard.plan.structure import Group, Item, Plan

Reason = Literal["never_met", "no_points", "always_cut"]

REASONS: dict[Reason, str] = {
    "never_met": "its conditions can never hold together",
    "no_points": "its points are 0 for every merchant",
    "always_cut": "caps always cut all its points",
}


@frozen
class Range:
    """A proved range, ends included, as scaled integers."""

    low: int
    high: int
    decimals: int

    def __str__(self) -> str:
        low = format_scaled(self.low, self.decimals, trim=True)
        high = format_scaled(self.high, self.decimals, trim=True)
        return f"[{low}, {high}]"


@frozen
class PartBounds:
    """The range of one part before and after the limits that may reduce it."""

    id: str
    before: Range
    after: Range


@frozen
class NeverAwarded:
    """An item or deduction that never changes a score, with the reason."""

    id: str
    kind: Literal["item", "deduction"]
    reason: Reason


@frozen
class NeverBinding:
    """A limit that no merchant can exceed; `id` is the part that it limits, empty for the total."""

    limit: Literal[
        "dimension_cap", "group_cap", "bonus_cap", "deduction_cap",
        "base_floor", "base_ceiling", "floor", "ceiling",
    ]  # fmt: skip
    id: str = ""


@frozen
class Bounds:
    """Proved ranges of a plan's parts; they hold for merchants that have a score."""

    dimensions: tuple[PartBounds, ...]
    base: PartBounds
    items: tuple[PartBounds, ...]
    deductions: tuple[PartBounds, ...]
    groups: tuple[PartBounds, ...]
    bonus: PartBounds
    taken: PartBounds
    unrounded: Range
    score: Range
    never_awarded: tuple[NeverAwarded, ...]
    never_binding: tuple[NeverBinding, ...]


def bounds(plan: Plan) -> Bounds:
    """Return the proved ranges of a plan's parts."""
    total, base = plan.total, plan.base
    return Bounds(
        dimensions=tuple(
            _part(plan, dimension.id, dimension.score_before_cap, dimension.score)
            for dimension in plan.dimensions
        ),
        base=_part(plan, "base", base.before_clamp, base.used),
        items=tuple(_part(plan, item.id, item.earned, item.points) for item in plan.items),
        deductions=tuple(
            _part(plan, item.id, item.earned, item.points) for item in plan.deductions
        ),
        groups=tuple(_part(plan, group.id, group.earned, group.points) for group in plan.groups),
        bonus=_part(plan, "bonus", total.earned, total.bonus),
        taken=_part(plan, "deductions", total.deductions_earned, total.deductions),
        unrounded=_range(plan, total.unrounded),
        score=_range(plan, total.score),
        never_awarded=tuple(_never_awarded(plan)),
        never_binding=tuple(_never_binding(plan)),
    )


def bounds_text(bounds: Bounds) -> str:
    """Return bounds as text: one line for each part, then the parts and limits without effect."""
    named = (
        ("dimension", bounds.dimensions),
        ("base", (bounds.base,)),
        ("item", bounds.items),
        ("deduction", bounds.deductions),
        ("group", bounds.groups),
        ("total", (bounds.bonus, bounds.taken)),
    )
    score = [f"unrounded score: {bounds.unrounded}", f"score: {bounds.score}"]
    return "".join(
        f"{line}\n" for line in part_lines(named, bounds.never_awarded, bounds.never_binding, score)
    )


def part_lines(
    named: Iterable[tuple[str, tuple[PartBounds, ...]]],
    never_awarded: Iterable[NeverAwarded],
    never_binding: Iterable[NeverBinding],
    score: Iterable[str] = (),
) -> list[str]:
    """Return a line for each part, by its kind, those of the score, and those without effect."""
    lines: list[str] = []
    for kind, parts in named:
        for part in parts:
            label = part.id if kind in ("base", "total") else f"{kind} {part.id}"
            cut = "" if part.before == part.after else f", before caps {part.before}"
            lines.append(f"{label}: {part.after}{cut}")
    lines += score
    lines += [
        f"never awarded: {part.kind} {part.id}: {REASONS[part.reason]}" for part in never_awarded
    ]
    for limit in never_binding:
        words = limit.limit.replace("_", " ")
        lines.append(f"never binding: {words}{f' of {limit.id}' if limit.id else ''}")
    return lines


def _range(plan: Plan, index: int) -> Range:
    node = plan.nodes[index]
    return Range(node.low, node.high, node.type.decimals)


def _part(plan: Plan, name: str, before: int, after: int) -> PartBounds:
    return PartBounds(name, _range(plan, before), _range(plan, after))


def _never_awarded(plan: Plan) -> Iterator[NeverAwarded]:
    kinds: tuple[tuple[Literal["item", "deduction"], tuple[Item, ...]], ...] = (
        ("item", plan.items),
        ("deduction", plan.deductions),
    )
    for kind, items in kinds:
        for item in items:
            reason = _why_never(plan, item)
            if reason is not None:
                yield NeverAwarded(item.id, kind, reason)


def _why_never(plan: Plan, item: Item) -> Reason | None:
    if not can_hold(plan.nodes, [(item.met, True)]):
        return "never_met"
    earned, points = plan.nodes[item.earned], plan.nodes[item.points]
    if earned.low == earned.high == 0:
        # a plain 0 is how a ruleset says that an item is only shown
        while earned.op in ("scale_up", "if"):  # it is 0 where its conditions do not hold
            earned = plan.nodes[earned.args[-1 if earned.op == "scale_up" else 1]]
        is_plain = earned.op == "constant" and earned.value == 0
        return None if is_plain else "no_points"
    return "always_cut" if points.low == points.high == 0 else None


def _never_binding(plan: Plan) -> Iterator[NeverBinding]:
    for dimension in plan.dimensions:
        if _capped_in_vain(plan, dimension.score_before_cap, dimension.cap):
            yield NeverBinding("dimension_cap", dimension.id)
    for group in plan.groups:
        if group.cap is not None and _group_fits(plan, group, group.cap):
            yield NeverBinding("group_cap", group.id)
    total, base = plan.total, plan.base
    if _capped_in_vain(plan, total.after_groups, total.bonus_cap):
        yield NeverBinding("bonus_cap")
    if _capped_in_vain(plan, total.deductions_after_groups, total.deduction_cap):
        yield NeverBinding("deduction_cap")
    if _at_most(plan, total.low, base.before_clamp):
        yield NeverBinding("base_floor")
    if _at_most(plan, base.before_clamp, total.high):
        yield NeverBinding("base_ceiling")
    yield from _range_in_vain(plan)


def _range_in_vain(plan: Plan) -> Iterator[NeverBinding]:
    """Return which end of the range of scores base + bonus − deductions can never pass."""
    total = plan.total
    used, bonus, taken, low, high = (
        _scaled(plan, index)
        for index in (
            plan.base.used,
            total.after_cap,
            total.deductions_after_cap,
            total.low,
            total.high,
        )
    )
    if used[0] + bonus[0] - taken[1] >= low[1]:
        yield NeverBinding("floor")
    if used[1] + bonus[1] - taken[0] <= high[0]:
        yield NeverBinding("ceiling")


def _capped_in_vain(plan: Plan, index: int, cap: int | None) -> bool:
    return cap is not None and _at_most(plan, index, cap)


def _group_fits(plan: Plan, group: Group, cap: int) -> bool:
    """Return whether the sum of a group's chosen items can never exceed its cap."""
    node = plan.nodes[group.points]
    if group.combine != "sum" and node.op == "minimum" and cap in node.args:
        return all(_at_most(plan, other, cap) for other in node.args if other != cap)
    return _at_most(plan, group.earned, cap)


def _at_most(plan: Plan, index: int, limit: int) -> bool:
    return _scaled(plan, index)[1] <= _scaled(plan, limit)[0]


def _scaled(plan: Plan, index: int) -> tuple[int, int]:
    """Return a node's interval at the finest scale that any number of a plan has."""
    node = plan.nodes[index]
    factor = 10 ** (_FINEST - node.type.decimals)
    return node.low * factor, node.high * factor


_FINEST = 24
