"""Laws of meaning, on random well-typed graphs and random merchants."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.strategies.facts import dates, merchant_facts
from tests.strategies.graphs import graphs

from steelyard.evaluators.python import prepare_nodes
from steelyard.evaluators.reference import evaluate_nodes
from steelyard.language.expressions import Expression, ExpressionError, defined
from steelyard.model.numbers import ROUNDINGS, divide

laws = settings(max_examples=70, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def own_values(graph):
    """The nodes that have a value of their own."""
    return [index for index, node in enumerate(graph.nodes) if node.scope is None]


@laws
@given(st.data())
def test_every_value_lies_in_its_proved_interval_and_is_of_its_type(data):
    graph = data.draw(graphs())
    facts = data.draw(merchant_facts(graph.facts))
    values = evaluate_nodes(graph.nodes, facts, data.draw(dates()))
    for node, value in zip(graph.nodes, values, strict=True):
        if node.scope is not None:
            assert value is None
        else:
            assert node.low <= value <= node.high, node
            assert type(value) is (bool if node.type.kind == "bool" else int), node


@laws
@given(st.data())
def test_the_scalar_evaluator_means_what_the_reference_means(data):
    graph = data.draw(graphs())
    indices = own_values(graph)
    some = data.draw(st.lists(st.sampled_from(indices), min_size=1, max_size=4))
    functions = [
        (wanted, prepare_nodes(graph.nodes, graph.facts.values(), wanted))
        for wanted in (indices, indices[-1:], some)
    ]
    for _ in range(4):
        facts, as_of = data.draw(merchant_facts(graph.facts)), data.draw(dates())
        values = evaluate_nodes(graph.nodes, facts, as_of)
        for wanted, function in functions:
            result = function(facts, as_of)
            assert result == tuple(values[index] for index in wanted)
            assert [type(one) for one in result] == [type(values[index]) for index in wanted]


@laws
@given(st.data())
def test_where_an_expression_is_defined_what_stands_in_for_absent_facts_does_not_matter(data):
    graph = data.draw(graphs(size=12))
    indices = own_values(graph)
    pairs = []
    for index in data.draw(st.lists(st.sampled_from(indices[-8:]), min_size=1, max_size=4)):
        try:
            pairs.append((index, defined(Expression(graph, index)).index))
        except ExpressionError:
            continue
    assume(pairs)
    facts, as_of = data.draw(merchant_facts(graph.facts)), data.draw(dates())
    before = evaluate_nodes(graph.nodes, facts, as_of)
    other = [
        replace(node, value=data.draw(st.integers(node.low, node.high)))
        if node.op in ("fact", "field")
        else node
        for node in graph.nodes
    ]
    after = evaluate_nodes(other, facts, as_of)
    for index, known in pairs:
        assert before[known] == after[known]
        if before[known]:
            assert before[index] == after[index]


@laws
@given(st.data())
def test_with_every_fact_present_everything_is_defined(data):
    graph = data.draw(graphs(size=12))
    index = data.draw(st.sampled_from(own_values(graph)))
    known = defined(Expression(graph, index)).index
    facts = data.draw(merchant_facts(graph.facts))
    every_field = all(
        field.name in record
        for name, fact in graph.facts.items()
        for field in fact.fields
        for record in facts.get(name, ())
    )
    if set(facts) == set(graph.facts) and every_field:
        assert evaluate_nodes(graph.nodes, facts, data.draw(dates()))[known] is True


def divided(top: int, bottom: int, rounding: str) -> int:
    """Division by its definition on fractions, apart from the engine's."""
    exact = Fraction(top, bottom)
    below = exact.numerator // exact.denominator
    rest = exact - below
    if rest == 0 or rounding == "floor":
        return below
    if rounding == "ceiling":
        return below + 1
    if rest != Fraction(1, 2):
        return below + (rest > Fraction(1, 2))
    if rounding == "half_even":
        return below if below % 2 == 0 else below + 1
    return below + 1 if exact > 0 else below  # away from zero


wide = st.one_of(st.integers(-30, 30), st.integers(-(2**63), 2**63 - 1))


@given(wide, wide.filter(bool), st.sampled_from(ROUNDINGS))
def test_division_is_the_division_of_fractions(top, bottom, rounding):
    assert divide(top, bottom, rounding) == divided(top, bottom, rounding)


@pytest.mark.parametrize(
    ("rounding", "quotients"),
    [
        ("floor", (-3, -1, 0, 1, 2)),
        ("ceiling", (-2, 0, 1, 2, 3)),
        ("half_even", (-2, 0, 0, 2, 2)),
        ("half_up", (-3, -1, 1, 2, 3)),
    ],
)
def test_ties(rounding, quotients):
    assert tuple(divide(top, 2, rounding) for top in (-5, -1, 1, 3, 5)) == quotients
