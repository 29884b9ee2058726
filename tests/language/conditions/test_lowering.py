"""Claims about lowering: scopes, wanted kinds, places of nodes, and depth."""

from dataclasses import dataclass, field

import pytest
from tests.language.conditions.world import declared

from steelyard.errors import InvalidInput, Place
from steelyard.language.conditions import FactScope, lower, parse
from steelyard.language.expressions import Expression, Graph, RecordList, defined

ORIGIN = Place("rules.yaml", 7, 11)
FACTS = declared(
    {
        "n": {"type": "int", "bounds": [0, 9]},
        "open": {"type": "bool"},
        "staff": {"type": "records", "fields": {"years": {"type": "int", "bounds": [0, 9]}}},
    }
)


@dataclass
class Names:
    """A scope with one item, a list under another name, and a name that is known too late."""

    graph: Graph
    asked: list[str] = field(default_factory=list)

    def names(self):
        return ("item.a-b.awarded", "item.a-b.points", "crew", "score.total")

    def resolve(self, name):
        self.asked.append(name)
        if name == "item.a-b.awarded":
            return Expression.fact(self.graph, "open")
        if name == "item.a-b.points":
            return Expression.constant(self.graph, 3, unit="points")
        return RecordList.fact(self.graph, "staff") if name == "crew" else None


def lowered(text, want="bool"):
    scope = Names(Graph(FACTS))
    return lower(parse(text, ORIGIN), scope, want=want)


def refusal(text, want="bool"):
    with pytest.raises(InvalidInput) as caught:
        lowered(text, want)
    (problem,) = caught.value.problems
    return problem


def test_the_scope_resolves_what_is_not_a_fact():
    scope = Names(Graph(FACTS))
    lower(parse('item["a-b"].awarded && n > 1 && crew.exists(s, s.years > 2)', ORIGIN), scope)
    assert set(scope.asked) == {"item.a-b.awarded", "crew"}


def test_names_are_suggested_from_facts_and_scope():
    assert refusal('item["a-b"].awardd').fix == "did you mean 'item.a-b.awarded'?"
    assert refusal("opn").fix == "did you mean 'open'?"


def test_a_name_that_is_known_too_late_is_not_suggested_to_itself():
    problem = refusal("score.total > 3")
    assert (problem.code, problem.fix) == ("SY403", "only badges can read score.total")
    assert "cannot be read here" in problem.what


def test_what_is_not_a_fact_is_always_there():
    assert refusal('has(item["a-b"].awarded)').code == "SY402"
    assert refusal("crew").code == "SY402"
    assert refusal('item["a-b"].points.exists(s, true)').code == "SY402"
    assert refusal("has(score.total)").code == "SY403"


@pytest.mark.parametrize(
    ("text", "want", "kind"),
    [("open", "bool", "bool"), ("n + 1", "number", "number"), ("2.5", "number", "number"),
     ("as_of", "any", "date"), ("true", "any", "bool"), ('date("2026-03-05")', "any", "date")],
)  # fmt: skip
def test_the_wanted_kind(text, want, kind):
    assert lowered(text, want).type.kind == kind


@pytest.mark.parametrize(("text", "want"), [("n", "bool"), ("open", "number"), ("as_of", "number")])
def test_another_kind_than_wanted_is_refused(text, want):
    problem = refusal(text, want)
    assert (problem.code, problem.place) == ("SY402", ORIGIN)
    assert problem.expected


def test_nodes_have_the_place_of_their_part():
    made = lowered("open && n > 3")
    nodes = {node.op: node.place for node in made.graph.nodes}
    assert nodes["and"] == ORIGIN
    assert nodes["less"] == Place("rules.yaml", 7, 19)


def test_one_text_gives_one_graph_whatever_was_lowered_before():
    first, second = Graph(FACTS), Graph(FACTS)
    for graph in (first, second, second):
        lower(parse("open && n in [1, n] || !open", ORIGIN), FactScope(graph))
    assert first.nodes == second.nodes


def test_missing_data_of_a_very_deep_expression_is_found_without_recursion():
    graph = Graph(FACTS)
    total = Expression.fact(graph, "n")
    for _ in range(5000):
        total = -(total - 1)
    assert defined(total).node.op == "has"
