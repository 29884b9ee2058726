"""The decimals and digits that several plans need in one table of results.

A column has one number of decimals for the merchants of all plans, so the points of one plan may
need more digits beside another plan than alone.
"""

from collections.abc import Iterable, Iterator, Sequence

from steelyard.errors import Place, Problem
from steelyard.model.frozen import frozen
from steelyard.plan.structure import Plan

RESULT_DIGITS = 18  # of a number in results; they always fit in 64 bits


@frozen
class ResultDecimals:
    """The decimals of points, of displayed scores and of scores of dimensions."""

    points: int
    displayed: int
    dimensions: int


def result_decimals(plans: Sequence[Plan]) -> ResultDecimals:
    """Return the decimals that hold the numbers of every plan."""
    return ResultDecimals(
        points=_most(plan.decimals for plan in plans),
        displayed=_most(plan.display_decimals for plan in plans),
        dimensions=_most(
            decimals_of_node(plan, part.score) for plan in plans for part in plan.dimensions
        ),
    )


def decimals_of_node(plan: Plan, node: int) -> int:
    """Return the decimals of the value of a node."""
    return plan.nodes[node].type.decimals


def too_many_digits(plan: Plan, columns: ResultDecimals, place: Place | None) -> Problem | None:
    """Return the problem SY501 if numbers of a plan have too many digits for their columns."""
    for decimals, node in _numbers(plan, columns):
        largest = max(abs(plan.nodes[node].low), abs(plan.nodes[node].high))
        if largest * 10 ** (decimals - decimals_of_node(plan, node)) >= 10**RESULT_DIGITS:
            what = (
                f"points of {plan.name} may need more than {RESULT_DIGITS} "
                f"digits with the {decimals} decimals that results of the book have"
            )
            fix = "lower the precision or the points of this ruleset, or of the others of the book"
            return Problem("SY501", what, place, fix=fix)
    return None


def _most(decimals: Iterable[int]) -> int:
    return max(decimals, default=0)


def _numbers(plan: Plan, columns: ResultDecimals) -> Iterator[tuple[int, int]]:
    """Yield the nodes that results show, each with the decimals of its column."""
    total = plan.total
    yield columns.displayed, total.score
    for node in (plan.base.used, total.unclamped, total.unrounded, total.bonus, total.deductions):
        yield columns.points, node
    for tier in plan.tiers:
        if tier.missing is not None:
            yield columns.displayed, tier.missing
    for item in (*plan.items, *plan.deductions):
        yield columns.points, item.earned
        yield columns.points, item.points
        for cut in item.cuts:
            yield columns.points, cut.taken
    for dimension in plan.dimensions:
        yield columns.dimensions, dimension.score
