"""The Python evaluator on a whole plan, and what its generated functions look like."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fixtures.plans import END, START, tiny_facts, tiny_plan
from tests.strategies.facts import merchant_facts

from steelyard.evaluators.python import prepare, prepare_nodes, prepare_score
from steelyard.evaluators.reference import evaluate, evaluate_nodes
from steelyard.language.expressions import Expression, Graph, choose, defined, maximum, minimum
from steelyard.model.facts import FactDeclaration
from steelyard.model.numbers import ROUNDINGS, divide
from steelyard.model.texts import Text
from steelyard.plan.trace import trace_nodes


@settings(max_examples=100, deadline=None)
@given(merchant_facts(tiny_facts()), st.integers(START, END))
def test_trace_and_score_of_the_tiny_plan_are_those_of_the_reference(facts, as_of):
    plan = tiny_plan()
    trace = evaluate(plan, facts, as_of)
    assert prepare(plan)(facts, as_of) == trace
    values = dict(zip(trace_nodes(plan), trace, strict=True))
    expected = values[plan.total.score] if values[plan.total.has_score] else None
    assert prepare_score(plan)(facts, as_of) == expected


def test_a_merchant_below_the_sample_has_no_score():
    facts = {"orders.paid": 29, "industry": 0, "service.reply_share": 9500}
    assert prepare_score(tiny_plan())(facts, START) is None
    assert prepare_score(tiny_plan())({**facts, "orders.paid": 30}, START) is not None


def number(low: int, high: int, name: str = "x", **parts) -> FactDeclaration:
    return FactDeclaration(
        name, "int", Text("", ""), "", "", required=True, low=low, high=high, **parts
    )


def agree(graph: Graph, index: int, facts: dict) -> None:
    function = prepare_nodes(graph.nodes, graph.facts.values(), [index])
    assert function(facts, START) == (evaluate_nodes(graph.nodes, facts, START)[index],)


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("divisor", [1, 2, 3, 4, 5, 6, 8, 10, 25, 1000])
@pytest.mark.parametrize(("low", "high"), [(0, 60), (-60, 60), (-60, -1)])
def test_division_by_a_constant(rounding, divisor, low, high):
    graph = Graph({"x": number(low, high)})
    x = Expression.fact(graph, "x")
    for decimals in (0, 1, 3):
        index = x.divided_by(divisor, decimals=decimals, rounding=rounding).index
        function = prepare_nodes(graph.nodes, graph.facts.values(), [index])
        for value in range(low, high + 1):
            assert function({"x": value}, START) == (
                divide(value * 10**decimals, divisor, rounding),
            )


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize(("low", "high"), [(1, 12), (-12, -1)])
def test_division_by_a_fact(rounding, low, high):
    graph = Graph({"x": number(-30, 30), "y": number(low, high, "y")})
    x, y = (Expression.fact(graph, name) for name in "xy")
    index = x.divided_by(y, decimals=1, rounding=rounding).index
    function = prepare_nodes(graph.nodes, graph.facts.values(), [index])
    for top in range(-30, 31):
        for bottom in range(low, high + 1):
            assert function({"x": top, "y": bottom}, START) == (divide(top * 10, bottom, rounding),)


def test_very_deep_expressions_compile():
    graph = Graph({"x": number(0, 1000)})
    value = x = Expression.fact(graph, "x")
    for step in range(600):
        kind = step % 4
        if kind == 0:
            value = value + x
        elif kind == 1:
            value = minimum(maximum(value, step), 5000)
        elif kind == 2:
            value = choose(value >= step, value, x)
        else:
            value = value.divided_by(3, decimals=0, rounding="half_even")
    agree(graph, value.index, {"x": 417})


def test_a_table_of_many_rows_compiles():
    graph = Graph({"x": number(0, 10**6)})
    x = Expression.fact(graph, "x")
    result = Expression.constant(graph, Decimal("0.1"))
    for low, high in pairwise(range(0, 5000, 10)):
        result = choose((x >= low) & (x < high), Decimal(low).scaleb(-1), result)
    for value in (0, 9, 10, 2500, 4999, 10**6):
        agree(graph, result.index, {"x": value})


def test_ids_are_data_and_never_code():
    name = "x'] or __import__('os') #\n\"\"\""
    graph = Graph({name: number(0, 9, name)})
    agree(graph, (Expression.fact(graph, name) + 1).index, {name: 4})


@pytest.mark.parametrize("limit", [-3, 0, 2, 3, 4, 9])
@pytest.mark.parametrize("constant", [-3, 0, 2, 3, 4, 9])
@pytest.mark.parametrize("extreme", [minimum, maximum])
def test_comparisons_with_limited_values(extreme, limit, constant):
    graph = Graph({"x": number(-5, 11)})
    value = extreme(Expression.fact(graph, "x"), limit)
    wanted = [
        test.index
        for test in (value < constant, value <= constant, value > constant, value >= constant)
    ]
    # a plan made elsewhere may prove less than ours does
    looser = [
        replace(node, low=0, high=1) if index in wanted else node
        for index, node in enumerate(graph.nodes)
    ]
    for nodes in (graph.nodes, looser):
        function = prepare_nodes(nodes, graph.facts.values(), wanted)
        for x in range(-5, 12):
            values = evaluate_nodes(graph.nodes, {"x": x}, START)
            assert function({"x": x}, START) == tuple(values[index] for index in wanted)


def test_a_test_that_must_hold_and_be_known_asks_only_for_what_it_reads():
    names = ("x", "y", "z")
    optional = {name: replace(number(0, 1, name), type="bool", required=False) for name in names}
    graph = Graph(optional)
    x, y, z = (Expression.fact(graph, name) for name in names)
    tests = (x & y & z, x | y, x & (y | ~z), ~(x & y) & z, (x | y) & (~x | z) & (~y | ~z))
    wanted = [(defined(test) & test).index for test in tests]
    function = prepare_nodes(graph.nodes, graph.facts.values(), wanted)
    for states in product((None, False, True), repeat=3):
        facts = {
            name: state for name, state in zip(names, states, strict=True) if state is not None
        }
        values = evaluate_nodes(graph.nodes, facts, START)
        assert function(facts, START) == tuple(values[index] for index in wanted)
