# ruff: noqa: ARG005 - every shape takes all three facts
"""The direction of a node with a fact is proved from the operations, or it is unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.evaluators import reference
from steelyard.language.expressions import Expression, Graph, choose, maximum, minimum, ratio
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text
from steelyard.plan.monotone import direction_of

FACTS = {
    name: FactDeclaration(name, "int", Text(name, name), "", "", required=True, low=low, high=50)
    for name, low in (("s.a", 0), ("s.b", 0), ("s.n", -50))
}


def built(make):
    graph = Graph(FACTS)
    a, b, n = (Expression.fact(graph, name) for name in FACTS)
    return graph, make(a, b, n)


SHAPES = [
    (lambda a, b, n: a + n, 1),
    (lambda a, b, n: b - a, -1),
    (lambda a, b, n: a * b, 1),
    (lambda a, b, n: a * n, None),
    (lambda a, b, n: a * (0 - b), -1),
    (lambda a, b, n: minimum(a, b) + maximum(a, 3), 1),
    (lambda a, b, n: a - a * 2, None),
    (lambda a, b, n: ratio(a, b), 1),
    (lambda a, b, n: ratio(b, a), -1),
    (lambda a, b, n: choose(b > 3, a, a * 2), 1),
    (lambda a, b, n: choose(b > 3, a, 0 - a), None),
    (lambda a, b, n: choose(a > 3, b, 0), None),
    (lambda a, b, n: b * n, 0),
]


@pytest.mark.parametrize(("make", "expected"), SHAPES)
def test_the_direction_of_a_shape(make, expected):
    graph, value = built(make)
    assert direction_of(graph.nodes, value.index, "s.a") == expected


@given(st.sampled_from(SHAPES), st.integers(0, 49), st.integers(0, 50), st.integers(-50, 50))
def test_no_value_moves_against_its_direction(shape, a, b, n):
    make, _ = shape
    graph, value = built(make)
    direction = direction_of(graph.nodes, value.index, "s.a")
    before, after = (
        reference.evaluate_nodes(tuple(graph.nodes), {"s.a": x, "s.b": b, "s.n": n}, 1)[value.index]
        for x in (a, a + 1)
    )
    assert direction is None or (after - before) * direction >= abs(after - before) * abs(direction)
    assert direction != 0 or after == before
