"""Parameters of an item, each read with its type."""

from datetime import date
from decimal import Decimal

import pytest

from steelyard.language.expressions import ExpressionError, Graph
from steelyard.plugin import ItemContext, Text, refuse

GIVEN = {
    "points": Decimal("0.5"),
    "count": 3,
    "when": "2026-02-28",
    "open": True,
    "levels": [[1, Decimal("0.1")], [2, Decimal("0.2")]],
    "kinds": ["a", "b"],
}


def item(**parameters: object) -> ItemContext:
    def no_condition(_: str):
        raise AssertionError("no condition here")

    declared = frozenset({*GIVEN, "max"})
    return ItemContext(
        Graph({}), "item", Text("Item", "项目"), {**GIVEN, **parameters}, 2, no_condition, declared
    )


def test_parameters_have_types():
    context = item()
    assert context.number("points") == Decimal("0.5")
    assert context.whole("count") == 3
    assert context.day("when") == date(2026, 2, 28)
    assert context.flag("open") is True
    assert context.pairs("levels") == [(1, Decimal("0.1")), (2, Decimal("0.2"))]
    assert context.names("kinds") == ("a", "b")
    assert context.given("count")
    assert not context.given("max")


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (lambda one: one.number("open"), "parameter open is not a number"),
        (lambda one: one.whole("points"), "parameter points is not a whole number"),
        (lambda one: one.day("kinds"), "parameter kinds is not a text"),
        (
            lambda _: item(when="2026-02-30").day("when"),
            "parameter when is not a date YYYY-MM-DD",
        ),
        (lambda one: one.pairs("kinds"), "parameter kinds is not a list of pairs of numbers"),
        (lambda one: one.numbers("kinds"), "parameter kinds is not made of numbers"),
        (lambda one: one.number("max"), "parameter max is needed"),
        (lambda one: one.number("pionts"), "unknown parameter 'pionts'"),
        (lambda _: refuse("the levels do not ascend"), "the levels do not ascend"),
    ],
)
def test_a_wrong_parameter_is_refused(read, text):
    with pytest.raises(ExpressionError) as caught:
        read(item())
    assert caught.value.code == "SY316"
    assert caught.value.what == text


def test_a_number_becomes_points():
    assert item().points(2).type.unit == "points"
    assert item().constant(Decimal("1.5")).type.decimals == 1
