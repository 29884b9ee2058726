"""What is said never to hold never holds; plain contradictions are found."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fixtures.plans import END, START, tiny_facts, tiny_plan
from tests.language.conditions.world import declared
from tests.strategies.facts import merchant_facts

from steelyard.errors import Place
from steelyard.evaluators.reference import evaluate_nodes
from steelyard.language.conditions import FactScope, lower, parse
from steelyard.language.expressions import Graph
from steelyard.plan.satisfiable import can_hold

FACTS = declared(
    {
        "a": {"type": "int", "bounds": [0, 100]},
        "b": {"type": "int", "bounds": [0, 100]},
        "r": {"type": "decimal", "decimals": 2, "bounds": [0, 1]},
        "n": {"type": "int", "bounds": [-9, 9]},
        "yes": {"type": "bool"},
        "kind": {"type": "enum", "values": ["p", "q", "s"]},
    }
)


@settings(max_examples=100, deadline=None)
@given(merchant_facts(tiny_facts()), st.integers(START, END))
def test_what_a_merchant_shows_can_hold(facts, as_of):
    nodes = tiny_plan().nodes
    values = evaluate_nodes(nodes, facts, as_of)
    shown = [
        (index, bool(values[index]))
        for index, node in enumerate(nodes)
        if node.type.kind == "bool" and node.scope is None
    ]
    assert can_hold(nodes, shown)


@pytest.mark.parametrize(
    ("holds", "holds_not", "possible"),
    [
        (["a > 5", "a < 7"], [], True),  # 6
        (["a > 5", "a < 6"], [], False),
        (["a >= 50"], ["a >= 10"], False),
        (["a >= 10"], ["a >= 50"], True),
        (["r >= 0.5"], ["r > 0.49"], False),
        (["r * 2 >= 3"], [], False),  # by its interval
        (["a < b", "b <= a"], [], False),
        (["a < n", "n <= a"], [], False),
        (["n >= a"], ["a <= n"], False),
        (["a < n"], ["a < 2 * n"], True),
        (["a <= b", "b <= a"], ["a == b"], False),
        (["a <= b"], ["b >= a"], False),
        (["a < b", "b < 101 - a"], [], True),
        (["r >= 0.95 * b"], ["r >= 0.9 * b"], False),
        (["r >= 0.9 * b"], ["r >= 0.95 * b"], True),
        (["100 * a > 95 * b"], ["a > 0.9 * b"], False),
        (["a >= 0.95 * b"], ["a > 0.9 * b"], True),  # 0 of 0
        (["b <= 2 * a", "a < 0.5 * b"], [], False),
        (["r * 100 >= 50", "r < 0.5"], [], False),
        (["kind in ['p', 'q']", "kind in ['q', 's']"], ["kind == 'q'"], False),
        (["kind != 'p'", "kind != 'q'"], ["kind == 's'"], False),
        (["yes || a > 5", "!yes"], ["a > 3"], False),
        (["yes ? a > 5 : a < 3", "a == 4"], [], False),
        (["yes ? a > 5 : a < 3", "a == 6"], [], True),
        (["a > 20"], ["a > 30", "a < 31"], False),  # two rows together hide the third
        (["a > 20"], ["a > 30", "a < 30"], True),
        (["a == 5"], ["a in [4, 5, 6]"], False),
    ],
)
def test_conditions_together(holds, holds_not, possible):
    graph = Graph(FACTS)

    def made(text):
        return lower(parse(text, Place("test")), FactScope(graph)).index

    wanted = [(made(text), True) for text in holds]
    wanted += [(made(text), False) for text in holds_not]
    assert can_hold(graph.nodes, wanted) is possible
