"""The layout of all tables of one run: decimals, and the parts of all its plans."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from steelyard.errors import InvalidInput
from steelyard.plan.digits import decimals_of_node, result_decimals, too_many_digits
from steelyard.plan.structure import CUT_STAGES, CutStage, Plan


@dataclass(frozen=True, slots=True)
class Layout:
    """Decimals of points, displayed scores and dimensions; ids of parts in declared order.

    `stages` are those that may take points from each item and deduction, by its id.
    `shadow_decimals` are those of shadow scores, None if no plan is in shadow.
    """

    decimals: int
    display_decimals: int
    dimension_decimals: int
    dimensions: tuple[str, ...]
    items: tuple[str, ...]
    deductions: tuple[str, ...]
    stages: Mapping[str, tuple[CutStage, ...]] = field(default_factory=dict)
    shadow_decimals: int | None = None

    @classmethod
    def of(cls, plans: Sequence[Plan], shadows: Sequence[Plan] = ()) -> "Layout":
        """Return the layout for some plans and some shadow plans.

        Raises `InvalidInput` SY501 if points of one plan have too many digits for a column with
        the decimals of another.
        """
        columns = result_decimals(plans)
        wrong = [too_many_digits(plan, columns, None) for plan in plans]
        if problems := [problem for problem in wrong if problem is not None]:
            raise InvalidInput(problems)
        return cls(
            decimals=columns.points,
            display_decimals=columns.displayed,
            dimension_decimals=columns.dimensions,
            dimensions=_ids(dimension.id for plan in plans for dimension in plan.dimensions),
            items=_ids(item.id for plan in plans for item in plan.items),
            deductions=_ids(deduction.id for plan in plans for deduction in plan.deductions),
            stages=_stages(plans),
            shadow_decimals=max((plan.display_decimals for plan in shadows), default=None),
        )

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
        return 10 ** (self.dimension_decimals - decimals_of_node(plan, node))


def _ids(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


def _stages(plans: Sequence[Plan]) -> dict[str, tuple[CutStage, ...]]:
    found: dict[str, set[CutStage]] = {}
    for plan in plans:
        for item in (*plan.items, *plan.deductions):
            found.setdefault(item.id, set()).update(cut.stage for cut in item.cuts)
    return {
        name: tuple(stage for stage in CUT_STAGES if stage in stages)
        for name, stages in found.items()
    }
