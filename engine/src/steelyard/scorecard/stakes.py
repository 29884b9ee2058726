"""What is at stake in one item: the score if that item alone came out otherwise.

The composition is done once more on points, as the plan's nodes do it: own cap (already in the
points given), groups, common cap, range.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from steelyard.plan.structure import Group, Item, Plan
from steelyard.scorecard.reading import TraceReader


@dataclass(frozen=True, slots=True)
class _Pot:
    """Points of the items that are met, after their own caps; and the rules that cut them."""

    points: Mapping[str, int]
    groups: Sequence[tuple[Group, int | None]]
    cap: int | None

    def total(self, item: str, points: int | None) -> int:
        """Return the sum after all caps, with one item's points replaced (None: not met)."""
        met = {name: value for name, value in self.points.items() if name != item}
        if points is not None:
            met[item] = points
        whole = 0
        for group, cap in self.groups:
            members = sorted((met.pop(name) for name in group.items if name in met), reverse=True)
            kept = members[: group.keep] if group.combine != "sum" else members
            whole += _at_most(sum(kept), cap)
        return _at_most(whole + sum(met.values()), self.cap)


def _at_most(value: int, limit: int | None) -> int:
    return value if limit is None else min(value, limit)


class Stakes:
    """Answers for one merchant with a score, by how much the score could rise through one item."""

    def __init__(self, trace: TraceReader, plan: Plan) -> None:
        total = plan.total
        self._trace = trace
        self._bonus = self._pot(plan, plan.items, "items", total.bonus_cap)
        self._taken = self._pot(plan, plan.deductions, "deductions", total.deduction_cap)
        self._base, self._low, self._high = (
            trace.raw(index) for index in (plan.base.used, total.low, total.high)
        )
        self._unrounded = trace.raw(total.unrounded)
        self._after_bonus = trace.raw(total.after_cap)
        self._after_taken = trace.raw(total.deductions_after_cap)

    def _pot(self, plan: Plan, items: Sequence[Item], kind: str, cap: int | None) -> _Pot:
        trace = self._trace
        groups = [
            (group, None if group.cap is None else trace.raw(group.cap))
            for group in plan.groups
            if group.kind == kind
        ]
        points = {item.id: trace.raw(own_points(item)) for item in items if trace.flag(item.met)}
        return _Pot(points, groups, None if cap is None else trace.raw(cap))

    def of_item(self, item: str, most: int) -> int:
        """Return the rise of the unrounded score if an item gave `most` points."""
        bonus = self._bonus.total(item, most)
        return max(0, self._held(bonus, self._after_taken) - self._unrounded)

    def of_deduction(self, item: str) -> int:
        """Return the rise of the unrounded score if a deduction were not taken."""
        taken = self._taken.total(item, None)
        return max(0, self._held(self._after_bonus, taken) - self._unrounded)

    def _held(self, bonus: int, taken: int) -> int:
        return min(max(self._base + bonus - taken, self._low), self._high)


def own_points(item: Item) -> int:
    """Return the node of an item's points after its own cap, before any group."""
    first = item.cuts[0] if item.cuts else None
    return first.points if first is not None and first.stage == "item_cap" else item.earned
