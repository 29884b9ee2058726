"""Coverage targets of items: outcomes, requirements, and rows of decision tables."""

from steelyard.book.checker.ruleset import ItemRule, Ruleset
from steelyard.formats import Located
from steelyard.model.outcomes import ITEM_OUTCOMES
from steelyard.plan.structure import Item, Plan
from steelyard.testing.branches import conditions_of
from steelyard.testing.coverage_target import (
    Evaluation,
    Found,
    Target,
    Touches,
    codes,
    statuses,
    value_is,
)

TABLE = "core/decision-table"


def item_targets(plan: Plan, rules: Ruleset) -> Found:
    """Give every outcome of items, statuses of their requirements, rows of their tables."""
    by_id = {rule.named.id: rule for rule in (*rules.items, *rules.deductions)}
    for item in (*plan.items, *plan.deductions):
        rule = by_id[item.id]
        for value in codes(plan, item.outcome):
            target = Target("item", rule.named.place, item.id, ITEM_OUTCOMES[value])
            yield target, value_is(item.outcome, value)
        for one in conditions_of(item):
            yield from statuses("requirement", item.id, one, rule.named.place, plan)
        if rule.type == TABLE:
            yield from _rows(plan, item, rule)


def _rows(plan: Plan, item: Item, rule: ItemRule) -> Found:
    """Give the rows of a decision table: the tests of the choice that gives its points."""
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
