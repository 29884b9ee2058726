"""The typed expression builder: nodes, types and what it refuses."""

from datetime import date
from decimal import Decimal

import pytest

from steelyard.compiler.atoms import explain
from steelyard.language.expressions import (
    Expression,
    ExpressionError,
    Graph,
    RecordList,
    all_of,
    choose,
    defined,
    ratio,
    steps,
)
from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.texts import Text

TITLE = Text("", "")
FACTS = {
    fact.id: fact
    for fact in (
        FactDeclaration("share", "decimal", TITLE, "", "", True, 2, "share", low=0, high=100),
        FactDeclaration("hours", "int", TITLE, "", "", False, 0, "hours", low=0, high=900),
        FactDeclaration("orders", "int", TITLE, "", "", True, low=0, high=2**62),
        FactDeclaration(
            "staff", "records", TITLE, "", "", True, max_records=3,
            fields=(
                FieldDeclaration("years", "int", TITLE, high=40),
                FieldDeclaration("pay", "decimal", TITLE, decimals=2, high=10_000),
                FieldDeclaration("until", "date", TITLE, low=1, high=800_000),
            ),
        ),
    )
}  # fmt: skip


@pytest.fixture
def graph() -> Graph:
    return Graph(FACTS)


def test_equal_expressions_are_one_node(graph):
    share = Expression.fact(graph, "share")
    assert (share >= Decimal("0.8")).index == (share >= Decimal("0.8")).index
    assert all_of(share >= Decimal("0.8"), share >= Decimal("0.8")).node.op == "less_or_equal"


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (lambda of: of["share"] + of["hours"], "SY406"),
        (lambda of: of["share"] >= Decimal("0.801"), "SY404"),
        (lambda of: of["share"] & of["hours"], "SY402"),
        (lambda of: of["share"] * 0.5, "SY402"),
        (lambda of: of["orders"] * of["orders"], "SY501"),
        (
            lambda of: of["orders"].divided_by(of["hours"], decimals=0, rounding="floor"),
            "SY502",
        ),
    ],
)
def test_a_wrong_combination_is_refused_with_its_code(graph, build, code):
    facts = {name: Expression.fact(graph, name) for name in ("share", "hours", "orders")}
    with pytest.raises(ExpressionError) as caught:
        build(facts)
    assert caught.value.code == code


def test_a_node_has_the_interval_that_its_arguments_prove(graph):
    share = Expression.fact(graph, "share")
    points = steps(share, [(Decimal("0.5"), 1), (Decimal("0.9"), 3)])
    assert (points.node.low, points.node.high) == (0, 3)
    years = RecordList.fact(graph, "staff").sum(RecordList.fact(graph, "staff").field("years"))
    assert (years.node.low, years.node.high) == (0, 120)


@pytest.mark.parametrize(
    ("field", "empty", "value"),
    [
        ("pay", Decimal("5.5"), 550),
        ("pay", 5, 500),
        ("pay", 0, 0),
        ("years", 7, 7),
        ("until", date(2026, 1, 2), date(2026, 1, 2).toordinal()),
        ("until", 1, 1),
    ],
)
def test_the_value_for_an_empty_list_is_in_the_unit_of_the_others(graph, field, empty, value):
    staff = RecordList.fact(graph, "staff")
    assert staff.maximum(staff.field(field), empty=empty).node.value == value
    assert staff.minimum(staff.field(field), empty=empty).node.value == value


def test_a_share_of_decimals_is_exact_below_one(graph):
    share = Expression.fact(graph, "share")
    half = ratio(share, share)
    least = graph.nodes[graph.nodes[half.node.args[0]].args[1]]
    assert (least.op, least.low, least.type.decimals) == ("maximum", 1, 2)


def test_an_optional_fact_is_defined_where_it_is_given(graph):
    hours = Expression.fact(graph, "hours")
    assert defined(hours > 3).index == Expression.has(graph, "hours").index
    assert defined(Expression.has(graph, "hours") & (hours > 3)).node.op == "constant"
    assert defined(choose(Expression.fact(graph, "share") > 0, hours, hours)).node.op == "has"


@pytest.mark.parametrize("grow", [
    lambda test, one, two: (test & one) | (~test & two),
    lambda test, one, two: choose(one, test, choose(two, ~test, test)),
])  # fmt: skip
def test_a_test_that_repeats_its_parts_stays_as_small_as_its_nodes(graph, grow):
    """Its form, written out, would have 2 to the power of 60 parts; no merchant is shown that."""
    hours, share = Expression.fact(graph, "hours"), Expression.fact(graph, "share")
    test = hours > 0
    for number in range(1, 61):
        test = grow(test, hours > number, share > Decimal(number) / 100)
    assert len(graph.nodes) < 1_000
    assert explain(test).combine == "other"
    assert defined(test).type.kind == "bool"


def test_an_expression_shows_its_type_and_formula(graph):
    share = Expression.fact(graph, "share")
    assert repr(share * 2 > 1) == "<bool: share * 2 > 1>"
    assert repr(share) == f"<{share.type}: share>"
