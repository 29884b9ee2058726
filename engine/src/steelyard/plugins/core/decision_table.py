"""Decision table: the first row whose condition holds gives the points.

What it does: reads its rows from the top; the first whose `when` holds decides. If none holds,
`otherwise` decides; without it the item is not met. A row of 0 points is an exception: it makes
the item not met, whatever the rows below say.
Why: rules with exceptions read best as a table, and first match makes its meaning plain.
Example: nothing while a dispute is open; else 0.06 points where the platform pays, 0.03 where the
shop does.
Missing data: rows are judged in order, so a row that reads an absent optional fact unguarded makes
the item no_data, even if a lower row holds; guard it with `has(…)`.
References: DMN 1.5, hit policy "first".
"""

from steelyard.plugin import (
    Award,
    Expression,
    ItemContext,
    Text,
    any_of,
    first_match,
    refuse,
    require,
)
from steelyard.plugins.core.shared import item_type

_TITLE = Text("A row of the table gives points", "命中加分规则")
_NO_ROW = Text("No row of the table gives points", "未命中加分规则")


def build(item: ItemContext) -> Award:
    """Return the award: the points of the first row that holds."""
    rows = [(item.condition(row["when"]), row["points"]) for row in item.parameters["rows"]]
    _refuse_unreachable([test for test, _ in rows])
    otherwise = item.parameters.get("otherwise", 0)
    given = item.points(first_match(rows, otherwise))
    if any(value == 0 for _, value in rows):
        # equals `given != 0`, and shows the values that each row read
        pays = [(test, item.constant(value != 0)) for test, value in rows]
        test = first_match(pays, item.constant(otherwise != 0))
        requirements = (require("row", test, _TITLE, title_not_met=_NO_ROW, unnamed=True),)
    elif otherwise == 0:
        # equals `given != 0`, and shows the values that each row read
        requirements = (
            require(
                "row",
                any_of(*(test for test, _ in rows)),
                _TITLE,
                title_not_met=_NO_ROW,
                unnamed=True,
            ),
        )
    else:
        requirements = ()
    return Award(points=given, requirements=requirements)


def _refuse_unreachable(tests: list[Expression]) -> None:
    for number, test in enumerate(tests, start=1):
        if test.node.op == "constant" and not test.node.value:
            refuse(f"row {number} of rows never holds", "remove the row")
        if test.node.op == "constant" and number < len(tests):
            refuse(
                f"row {number} of rows always holds, so those below it are never read",
                "move it to the end, or use `otherwise`",
            )


ITEM_TYPE = item_type(__name__, build)
