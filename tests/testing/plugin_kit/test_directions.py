"""Laws of the proof by signs, on random well-typed graphs."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.strategies.facts import dates, merchant_facts
from tests.strategies.graphs import graphs

from steelyard.evaluators.reference import evaluate_nodes
from steelyard.language.expressions import Expression, Graph, choose, maximum, ratio, steps
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text
from steelyard.testing.plugin_kit.directions import directions, joined

laws = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ORDERED = ("int", "decimal", "date", "bool", "enum")


@laws
@given(st.data())
def test_a_proved_way_is_never_contradicted(data):
    graph = data.draw(graphs(size=30))
    names = [name for name, fact in graph.facts.items() if fact.type in ORDERED]
    name = data.draw(st.sampled_from(names))
    fact = graph.facts[name]
    facts, as_of = data.draw(merchant_facts(graph.facts)), data.draw(dates())
    two = st.lists(st.integers(fact.low, fact.high), min_size=2, max_size=2)
    ends = st.sampled_from([[fact.low, fact.high]])
    less, more = sorted(data.draw(two | ends))
    kind = bool if fact.type == "bool" else int
    before, after = (
        evaluate_nodes(graph.nodes, {**facts, name: kind(value)}, as_of) for value in (less, more)
    )
    for way, low, high in zip(directions(graph.nodes, name), before, after, strict=True):
        if low is None:
            continue
        if way == "up":
            assert low <= high
        elif way == "down":
            assert low >= high
        elif way == "constant":
            assert low == high


def test_ways_join():
    assert joined(["constant", "up", "constant"]) == "up"
    assert joined(["down", "up"]) == "unknown"
    assert joined([]) == "constant"
    assert joined(["down", "unknown"]) == "unknown"


def graph_of_two() -> Graph:
    title = Text("Fact", "事实")
    facts = [
        FactDeclaration(name, "int", title, "", "", high=1000, unit="count")
        for name in ("a.part", "a.whole")
    ]
    return Graph({fact.id: fact for fact in facts}, (738000, 740000))


def test_the_usual_shapes_are_proved():
    graph = graph_of_two()
    part, whole = (Expression.fact(graph, name) for name in ("a.part", "a.whole"))
    share = ratio(part, whole)
    shapes = {
        "share": share,
        "levels": steps(share, [(0, 1), (1, 2)]),
        "enough": share >= 1,
        "too late": ~(part <= 10),
        "largest": maximum(part, 30) * 2 - 5,
        "zero": part == 0,
        "full": part == 1000,
        "chosen": choose(part >= 10, part, 9),
        "both ways": part * (part - 500),
    }
    with_part = directions(graph.nodes, "a.part")
    with_whole = directions(graph.nodes, "a.whole")
    assert {name: with_part[one.index] for name, one in shapes.items()} == {
        "share": "up",
        "levels": "up",
        "enough": "up",
        "too late": "up",
        "largest": "up",
        "zero": "down",
        "full": "up",
        "chosen": "unknown",  # the branch ends below where the other begins, for other values only
        "both ways": "unknown",
    }
    assert with_whole[share.index] == "down"
    assert with_whole[shapes["largest"].index] == "constant"


def test_the_masks_of_missing_facts_do_not_hide_the_way():
    """`x and (known or not x)` goes the way of x."""
    graph = graph_of_two()
    part, whole = (Expression.fact(graph, name) for name in ("a.part", "a.whole"))
    enough = part >= 10
    known = Expression.has(graph, "a.whole")
    met = enough & (known | ~enough) & (whole >= 0)
    assert directions(graph.nodes, "a.part")[met.index] == "up"


def test_members_are_a_way_where_they_reach_an_end():
    """A wide interval costs nothing: members are counted, not listed."""
    title = Text("Fact", "事实")
    wide = FactDeclaration("a.wide", "int", title, "", "", high=2**62)
    graph = Graph({"a.wide": wide}, (738000, 740000))
    value = Expression.fact(graph, "a.wide")
    tests = [value.is_in(members) for members in ([0, 1, 2], [2**62 - 1, 2**62], [1, 2], [0, 2])]
    ways = directions(graph.nodes, "a.wide")
    assert [ways[one.index] for one in tests] == ["down", "up", "unknown", "unknown"]
