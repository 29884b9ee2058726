"""The table of operations, with an example of each on every evaluator and in the plan's text."""

from typing import get_args

import polars as pl
import pytest

from steelyard.evaluators import polars, python, reference
from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.texts import Text
from steelyard.model.types import BOOL, DATE, ID, enum_type, number_type
from steelyard.plan.infix import render
from steelyard.plan.nodes import Node
from steelyard.plan.operations import OPERATIONS, DivisorError, Operation, interval

NUMBER = number_type()
TITLE = Text("", "")
AS_OF = 739680
FACTS = (
    FactDeclaration("x", "int", TITLE, "", "", required=True, low=-10, high=10),
    FactDeclaration("y", "int", TITLE, "", "", required=False, low=1, high=9),
    FactDeclaration("yes", "bool", TITLE, "", "", required=True, high=1),
    FactDeclaration("day", "date", TITLE, "", "", required=True, low=700_000, high=800_000),
    FactDeclaration("lately", "date", TITLE, "", "", required=True, low=735_000, high=745_000),
    FactDeclaration(
        "list", "records", TITLE, "", "", required=True, max_records=5,
        fields=(
            FieldDeclaration("n", "int", TITLE, required=False, low=-9, high=9),
            FieldDeclaration("at", "date", TITLE, required=False, low=735_000, high=745_000),
            FieldDeclaration("shop", "id", TITLE, required=False),
        ),
    ),
    FactDeclaration(
        "shops", "records", TITLE, "", "", required=False, max_records=5,
        fields=(FieldDeclaration("id", "id", TITLE),),
    ),
)  # fmt: skip
MERCHANT = {
    "x": -7,
    "y": 2,
    "yes": True,
    "day": 739_670,
    "lately": 739_670,
    "list": (
        {"n": 4, "at": 739_670, "shop": "b"}, {"n": -1, "at": 739_671, "shop": "b"}, {"shop": "a"}
    ),
    "shops": ({"id": "b"}, {"id": "c"}, {"id": "a"}),
}  # fmt: skip

X = Node("fact", NUMBER, name="x", low=-10, high=10)
Y = Node("fact", NUMBER, name="y", low=1, high=9, value=1)
YES = Node("fact", BOOL, name="yes")
DAY = Node("fact", DATE, name="day", low=700_000, high=800_000, value=700_000)
LATELY = Node("fact", DATE, name="lately", low=735_000, high=745_000, value=735_000)
TODAY = Node("as_of", DATE, low=730_000, high=750_000)
NOW = Node("as_of", DATE, low=738_000, high=740_000)
CODE = Node("constant", enum_type(("a", "b")))
N = Node("field", NUMBER, name="list", field="n", low=-9, high=9, scope="list")
HAS_N = Node("has_field", BOOL, name="list", field="n", scope="list")
AT = Node(
    "field", DATE, name="list", field="at", low=735_000, high=745_000, value=735_000, scope="list"
)
SHOP = Node("field", ID, name="list", field="shop", scope="list")
OWN = Node("field", ID, name="shops", field="id", scope="shops")
TRUE = Node("constant", BOOL, value=1, low=1, high=1)

# operation → its arguments, its other fields, its value and its text
EXAMPLES = {
    "constant": ((), {"type": NUMBER, "value": 5}, 5, "5"),
    "fact": ((), {"type": NUMBER, "name": "x", "low": -10, "high": 10}, -7, "x"),
    "has": ((), {"type": BOOL, "name": "y"}, True, "has(y)"),
    "as_of": ((), {"type": DATE, "low": 730_000, "high": 750_000}, AS_OF, "as_of"),
    "field": ((), {"type": NUMBER, "name": "list", "field": "n", "scope": "list"}, None, "record.n"),
    "has_field": ((), {"type": BOOL, "name": "list", "field": "n", "scope": "list"}, None, "has(record.n)"),
    "not": ((YES,), {"type": BOOL}, False, "!yes"),
    "and": ((YES, YES), {"type": BOOL}, True, "yes && yes"),
    "or": ((YES, YES), {"type": BOOL}, True, "yes || yes"),
    "equal": ((X, Y), {"type": BOOL}, False, "x == y"),
    "less": ((X, Y), {"type": BOOL}, True, "x < y"),
    "less_or_equal": ((X, Y), {"type": BOOL}, True, "x <= y"),
    "in": ((X,), {"type": BOOL, "members": (-7, 3)}, True, "x in [-7, 3]"),
    "add": ((X, Y), {"type": NUMBER}, -5, "x + y"),
    "subtract": ((X, Y), {"type": NUMBER}, -9, "x - y"),
    "multiply": ((X, Y), {"type": NUMBER}, -14, "x * y"),
    "negate": ((X,), {"type": NUMBER}, 7, "-x"),
    "minimum": ((X, Y), {"type": NUMBER}, -7, "min(x, y)"),
    "maximum": ((X, Y), {"type": NUMBER}, 2, "max(x, y)"),
    "divide": ((X, Y), {"type": NUMBER, "mode": "half_even"}, -4, "round_half_even(x / y, 0)"),
    "scale_up": ((X,), {"type": number_type(2), "shift": 2}, -700, "x"),
    "days_between": ((DAY, TODAY), {"type": NUMBER}, 10, "days(day, as_of)"),
    "months_between": ((DAY, TODAY), {"type": NUMBER}, 0, "months(day, as_of)"),
    "working_days": ((LATELY, NOW), {"type": NUMBER, "mode": "cn", "members": (739_670, 739_675, 739_680)}, 8, 'working_days(lately, as_of, "cn")'),
    "date_part": ((DAY,), {"type": NUMBER, "mode": "quarter"}, 1, "quarter(day)"),
    "start_of": ((DAY,), {"type": DATE, "mode": "month"}, 739_648, 'start_of("month", day)'),
    "if": ((YES, X, Y), {"type": NUMBER}, -7, "yes ? x : y"),
    "count_records": ((HAS_N,), {"type": NUMBER, "name": "list"}, 2, "list.filter(record, has(record.n)).size()"),
    "any_record": ((HAS_N,), {"type": BOOL, "name": "list"}, True, "list.exists(record, has(record.n))"),
    "all_records": ((HAS_N,), {"type": BOOL, "name": "list"}, False, "list.all(record, has(record.n))"),
    "sum_records": ((N,), {"type": NUMBER, "name": "list"}, 3, "list.sum(record, record.n)"),
    "maximum_record": ((N,), {"type": NUMBER, "name": "list"}, 4, "list.max(record, record.n, if none: 0)"),
    "minimum_record": ((N,), {"type": NUMBER, "name": "list"}, -1, "list.min(record, record.n, if none: 0)"),
    "size": ((), {"type": NUMBER, "name": "list"}, 3, "list.size()"),
    "related_records": ((OWN, HAS_N, SHOP, N), {"type": NUMBER, "name": "list", "mode": "sum_records", "scope": "shops"}, None, "list.filter(other, other.shop == record.id && has(other.n)).sum(other, other.n)"),
    "sum_groups": ((TRUE, SHOP, N), {"type": NUMBER, "name": "list"}, 4, "list.groupBy(record, record.shop).map(group, record.n).sum()"),
    "top_records": ((HAS_N, AT, N), {"type": NUMBER, "name": "list", "mode": "sum_records", "span": 1}, -1, "list.filter(record, has(record.n)).sortBy(record, record.at).last(1).sum(record, record.n)"),
    "longest_run": ((HAS_N, AT), {"type": NUMBER, "name": "list"}, 2, "list.filter(record, has(record.n)).map(record, record.at).longestRun()"),
}  # fmt: skip


def built(op: str) -> list[Node]:
    """The arguments of an operation's example, then the node with its proved interval."""
    args, fields, _, _ = EXAMPLES[op]
    node = Node(op, args=tuple(range(len(args))), **fields)
    low, high = interval(node, args, max_records=5)
    return [*args, Node(op, args=node.args, **{**fields, "low": low, "high": high})]


def test_the_table_the_type_and_the_examples_have_the_same_operations():
    assert list(OPERATIONS) == list(get_args(Operation)) == list(EXAMPLES)


@pytest.mark.parametrize("op", EXAMPLES)
def test_an_example_has_its_value_on_every_evaluator(op):
    nodes, value = built(op), EXAMPLES[op][2]
    last = len(nodes) - 1
    assert reference.evaluate_nodes(nodes, MERCHANT, AS_OF)[last] == value
    if value is None:  # the field of a record has no value of its own
        return
    assert nodes[last].low <= value <= nodes[last].high
    frame = pl.DataFrame(
        {name: [list(one) if isinstance(one, tuple) else one] for name, one in MERCHANT.items()}
    )
    assert python.prepare_nodes(nodes, FACTS, [last])(MERCHANT, AS_OF) == (value,)
    assert reference.prepare_nodes(nodes, FACTS, [last])(MERCHANT, AS_OF) == (value,)
    assert polars.prepare_nodes(nodes, [last])(frame, AS_OF).rows() == [(value,)]


@pytest.mark.parametrize("op", EXAMPLES)
def test_an_example_has_its_text_and_its_types_are_accepted(op):
    nodes = built(op)
    *args, node = nodes
    assert render(nodes, len(args)).text == EXAMPLES[op][3]
    assert OPERATIONS[op].accepts(node, args)
    assert OPERATIONS[op].check(node, args)
    assert not OPERATIONS[op].accepts(node, [*args, *args, X, CODE])


def test_a_divisor_that_may_be_zero_is_refused():
    node = Node("divide", NUMBER, args=(1, 0), mode="floor")
    with pytest.raises(DivisorError):
        interval(node, [Y, X])
