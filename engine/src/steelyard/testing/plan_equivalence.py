"""Comparison of two plans: whether any merchant can get another result."""

from dataclasses import replace

from steelyard.evaluators.simplify import value_numbers
from steelyard.plan.nodes import Node
from steelyard.plan.structure import Item, Plan, conditions_of


def has_same_nodes(one: Plan, other: Plan) -> bool:
    """Return True if two plans have equal nodes; words, places and intervals may differ."""
    return seen_by_cases(one) == seen_by_cases(other) and [*map(_operation, one.nodes)] == [
        *map(_operation, other.nodes)
    ]


def gives_same_results(one: Plan, other: Plan) -> bool:
    """Return True if two plans provably give every merchant the same results.

    Parts that have no effect, by their intervals, are ignored: a cap that can never cut equals any
    other cap that can never cut. False means that there is no proof.
    """
    ours, theirs = seen_by_cases(one), seen_by_cases(other)
    if len(ours) != len(theirs):
        return False
    shift = len(one.nodes)
    moved = [
        replace(node, args=tuple(argument + shift for argument in node.args))
        for node in other.nodes
    ]
    numbers = value_numbers([*one.nodes, *moved])
    return all(
        numbers[left] == numbers[right + shift] for left, right in zip(ours, theirs, strict=True)
    )


def seen_by_cases(plan: Plan) -> list[int]:
    """Return the nodes that a case can expect something of, in a fixed order."""
    total = plan.total
    found = [total.has_score, total.score, total.unrounded, plan.base.used, total.after_cap]
    found += [total.bonus, total.deductions, *([] if total.tier is None else [total.tier])]
    found += [gate.requirement.status for gate in plan.gates]
    for dimension in plan.dimensions:
        found += [dimension.assessed, dimension.score]
        for metric in dimension.metrics:
            found += [metric.outcome, metric.score]
    for item in (*plan.items, *plan.deductions):
        found += _of_item(item)
    found += [group.points for group in plan.groups]
    found += [badge.requirement.status for badge in plan.badges]
    return found


def _of_item(item: Item) -> list[int]:
    statuses = [one.status for one in conditions_of(item)]
    return [item.outcome, item.earned, item.points, *statuses]


def _operation(node: Node) -> tuple[object, ...]:
    return (
        node.op, node.type, node.args, node.value, node.members, node.name, node.field, node.shift,
        node.mode, node.scope, node.span,
    )  # fmt: skip
