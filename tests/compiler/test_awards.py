"""An invalid award is reported at the line of the plugin, with the item that uses it."""

from dataclasses import replace

import pytest
from tests.strategies.rulesets import FACTS, P, _located, named, rulesets

from steelyard.compiler import compile_ruleset
from steelyard.errors import InvalidInput
from steelyard.plugin import Award, ItemType, Text, require
from steelyard.plugins.discovery import discover

T = Text("t", "t")


def leave(_):
    raise SystemExit(5)


def end(_):
    raise GeneratorExit


INVALID = {
    "no award": lambda _: None,
    "points": lambda _: Award(points=1.5),
    "requirements": lambda item: Award(item.points(1), requirements=(5,)),
    "no requirements": lambda item: Award(item.points(1), requirements=None),
    "gates": lambda item: Award(item.points(1), gates=[]),
    "scope": lambda item: Award(item.points(1), scope="all"),
    "test": lambda item: Award(item.points(1), requirements=(require("a", True, T),)),
    "assessed": lambda item: Award(
        item.points(1), requirements=(require("a", item.constant(True), T, assessed=1),)
    ),
    "title": lambda item: Award(
        item.points(1), requirements=(require("a", item.constant(True), "t"),)
    ),
    "leaves": leave,
    "ends": end,
    "fails": lambda _: 1 // 0,
}


def compiled(build):
    """Return the plan of a ruleset whose only item is built by a function."""
    from hypothesis import find

    from steelyard.book.checker.ruleset import ItemRule

    ruleset = find(rulesets(), lambda _: True)
    rule = ItemRule(
        named("odd"), "odd/odd", P, _located({}), None, None, None, (), None, (), is_deduction=False
    )
    ruleset = replace(ruleset, items=(rule,), deductions=(), groups=(), vetoes=(), badges=())
    odd = ItemType("odd/odd", T, T, {}, build)
    kinds = {**discover(["core"]).item_types, odd.name: odd}
    return compile_ruleset(ruleset, FACTS, kinds, {"core": "0", "odd": "0"})


def doubled(item):
    """Multiply the points of everybody: the score's last node is somebody else's."""
    graph = item.graph
    graph.nodes[0] = replace(graph.nodes[0], low=graph.nodes[0].low, high=graph.nodes[0].high + 1)
    return Award(item.points(1))


def forged(item):
    graph = item.graph
    points = item.points(1)
    graph.nodes.append(replace(graph.nodes[points.index], value=5, low=5, high=5))
    return Award(replace(points, index=len(graph.nodes) - 1))


def narrowed(item):
    graph = item.graph
    points = item.points(1) + item.points(2)
    graph.nodes[points.index] = replace(graph.nodes[points.index], high=10**6)
    return Award(points)


def misled(item):
    graph = item.graph
    first = next(iter(graph._index))
    graph._index[first] = len(graph.nodes) - 1
    return Award(item.points(1))


def redeclared(item):
    name, fact = next(iter(item.graph.facts.items()))
    item.graph.facts = {**item.graph.facts, name: replace(fact, high=fact.high + 1)}
    return Award(item.points(1))


def revalued(item):
    graph = item.graph
    graph.values["value.busy"] = graph.values["value.good"]
    return Award(item.points(1))


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (revalued, "changed the derived values"),
        (doubled, "changed the nodes of other items"),
        (forged, "made nodes without the functions of item"),
        (narrowed, "changed the interval of a node"),
        (misled, "made nodes without the functions of item"),
        (redeclared, "changed the declarations of facts"),
    ],
)
def test_a_builder_only_adds_nodes(build, said):
    with pytest.raises(InvalidInput) as caught:
        compiled(build)
    (problem,) = caught.value.problems
    assert problem.code == "SY210"
    assert said in problem.what


def test_a_requirement_is_shown_in_the_unit_that_the_plugin_chose():
    def build(item):
        days = item.fact("time.hours").in_unit("days")
        return Award(item.points(1), requirements=(require("days", days >= 3, T),))

    plan = compiled(build)
    (atom,) = plan.items[0].requirements[0].atoms
    assert plan.nodes[atom.observed].type.unit == "days"


@pytest.mark.parametrize("what", INVALID)
def test_an_invalid_award_is_reported_at_the_line_of_the_plugin(what):
    """SY210, at the plugin's own line; never a traceback, and never a bug of the engine."""
    with pytest.raises(InvalidInput) as refused:
        compiled(INVALID[what])
    assert [problem.code for problem in refused.value.problems] == ["SY210"]
    assert f"odd/odd, used at {P}: " in refused.value.problems[0].what
    place = refused.value.problems[0].place
    assert place is not None
    assert place.file.endswith("test_awards.py")
    assert place.line > 1
