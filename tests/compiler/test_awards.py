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


@pytest.mark.parametrize("what", INVALID)
def test_an_invalid_award_is_reported_at_the_line_of_the_plugin(what):
    """SY210, at the plugin's own line; never a traceback, and never a bug of the engine."""
    from hypothesis import find

    from steelyard.book.checker.ruleset import ItemRule

    ruleset = find(rulesets(), lambda _: True)
    rule = ItemRule(
        named("odd"), "odd/odd", P, _located({}), None, None, None, (), None, (), is_deduction=False
    )
    ruleset = replace(ruleset, items=(rule,), deductions=(), groups=(), vetoes=(), badges=())
    odd = ItemType("odd/odd", T, T, {}, INVALID[what])
    kinds = {**discover(["core"]).item_types, odd.name: odd}
    with pytest.raises(InvalidInput) as refused:
        compile_ruleset(ruleset, FACTS, kinds, {"core": "0", "odd": "0"})
    assert [problem.code for problem in refused.value.problems] == ["SY210"]
    assert f"odd/odd, used at {P}: " in refused.value.problems[0].what
    place = refused.value.problems[0].place
    assert place is not None
    assert place.file.endswith("test_awards.py")
    assert place.line > 1
