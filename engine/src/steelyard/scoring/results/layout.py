"""The layout of all tables of one run: decimals, and the parts of all its plans."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from steelyard.errors import InvalidInput, Problem
from steelyard.plan.structure import Plan
from steelyard.scoring.results.arrays import PRECISION


@dataclass(frozen=True, slots=True)
class Layout:
    """Decimals of points, displayed scores and dimensions; ids of parts in declared order.

    `shadow_decimals` are those of shadow scores, None if no plan is in shadow.
    """

    decimals: int
    display_decimals: int
    dimension_decimals: int
    dimensions: tuple[str, ...]
    items: tuple[str, ...]
    deductions: tuple[str, ...]
    shadow_decimals: int | None = None

    @classmethod
    def of(cls, plans: Sequence[Plan], shadows: Sequence[Plan] = ()) -> "Layout":
        """Return the layout for some plans and some shadow plans.

        Raises `InvalidInput` SY501 if points of one plan have too many digits for a column with
        the decimals of another.
        """
        layout = cls(
            decimals=max((plan.decimals for plan in plans), default=0),
            display_decimals=max((plan.display_decimals for plan in plans), default=0),
            dimension_decimals=max(
                (
                    _decimals(plan, dimension.score)
                    for plan in plans
                    for dimension in plan.dimensions
                ),
                default=0,
            ),
            dimensions=_ids(dimension.id for plan in plans for dimension in plan.dimensions),
            items=_ids(item.id for plan in plans for item in plan.items),
            deductions=_ids(deduction.id for plan in plans for deduction in plan.deductions),
            shadow_decimals=max((plan.display_decimals for plan in shadows), default=None),
        )
        for plan in plans:
            _check_digits(plan, layout)
        return layout

    def ids(self, kind: str) -> tuple[str, ...]:
        """Return the ids of items or of deductions."""
        return self.items if kind == "item" else self.deductions

    def factor(self, plan: Plan) -> int:
        """Return the factor that gives a plan's points the decimals of the run."""
        return 10 ** (self.decimals - plan.decimals)

    def display_factor(self, plan: Plan) -> int:
        """Return the factor that gives a plan's displayed score the decimals of the run."""
        return 10 ** (self.display_decimals - plan.display_decimals)

    def dimension_factor(self, plan: Plan, dimension: str) -> int:
        """Return the same for the score of one of its dimensions."""
        node = next(one.score for one in plan.dimensions if one.id == dimension)
        return 10 ** (self.dimension_decimals - _decimals(plan, node))


def _decimals(plan: Plan, node: int) -> int:
    return plan.nodes[node].type.decimals


def _ids(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


def _check_digits(plan: Plan, layout: Layout) -> None:
    total = plan.total
    shown = [plan.base.used, total.unrounded, total.bonus, total.deductions]
    for item in (*plan.items, *plan.deductions):
        shown += [item.earned, item.points]
    digits = [_largest(plan, one) * layout.factor(plan) for one in shown]
    digits += [
        _largest(plan, dimension.score) * layout.dimension_factor(plan, dimension.id)
        for dimension in plan.dimensions
    ]
    if max(digits) >= 10**PRECISION:
        what = (
            f"points of {plan.ruleset}@{plan.version} may need more than {PRECISION} digits with "
            f"the {layout.decimals} decimals that other rulesets of the book have"
        )
        fix = "give the rulesets of the book the same precision"
        raise InvalidInput([Problem("SY501", what, fix=fix)])


def _largest(plan: Plan, node: int) -> int:
    return max(abs(plan.nodes[node].low), abs(plan.nodes[node].high))
