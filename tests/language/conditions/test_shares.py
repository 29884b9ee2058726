"""Claims about `share`: it is in the language only where there is a whole to take shares of."""

import pytest
from tests.language.conditions.world import declared

from steelyard.errors import InvalidInput, Place
from steelyard.language.conditions import FactScope, lower, lower_sides, parse
from steelyard.language.expressions import Graph

ORIGIN = Place("rules.yaml", 7, 11)
COUNT = {"type": "int", "unit": "count", "bounds": [0, 1000], "required": True}
FACTS = declared({"part": COUNT, "whole": COUNT})


def test_a_ruleset_has_no_share():
    with pytest.raises(InvalidInput) as caught:
        parse("share(part) <= 0.02", ORIGIN)
    (problem,) = caught.value.problems
    assert (problem.code, problem.what) == ("SY408", "share(...) is not supported")
    assert (
        problem.expected
        == "one of min, max, clamp, div, days, months, working_days, year, quarter, month, weekday, start_of, date, has, size"
    )
    assert problem.place == ORIGIN


@pytest.mark.parametrize(
    ("sign", "mode"), [(">=", "floor"), ("<", "floor"), ("<=", "ceiling"), (">", "ceiling")]
)
def test_a_share_rounds_away_from_the_verdict(sign, mode):
    graph = Graph(FACTS)
    condition = parse(f"share(part) {sign} 0.02", ORIGIN, whole="whole")
    assert lower(condition, FactScope(graph)).type.kind == "bool"
    share, _ = lower_sides(condition, FactScope(graph))
    assert {node.mode for node in graph.nodes if node.op == "divide"} == {mode}
    assert (share.type.decimals, share.type.unit) == (6, "share")


def test_elsewhere_it_rounds_half_even():
    graph = Graph(FACTS)
    lower(parse("2 * share(part)", ORIGIN, whole="whole"), FactScope(graph), want="number")
    assert {node.mode for node in graph.nodes if node.op == "divide"} == {"half_even"}


def test_only_counts_have_a_share():
    condition = parse("share(0.5) <= 0.02", ORIGIN, whole="whole")
    with pytest.raises(InvalidInput, match="expected: a count"):
        lower(condition, FactScope(Graph(FACTS)))
