"""The page on conditions: every example on it is accepted, or refused, as the page says."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from tests.language.conditions.world import declared

from steelyard.book.calendars import read_calendar
from steelyard.errors import InvalidInput, Place, Problems
from steelyard.formats import parse_yaml
from steelyard.language.conditions import lower, parse
from steelyard.language.conditions.checks import FUNCTIONS, METHODS
from steelyard.language.expressions import Expression, Graph

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "conditions.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\S[^\n]*)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def lines_of(kind):
    return [line for found, block in BLOCKS if found == kind for line in block.splitlines()]


def facts():
    (block,) = (block for kind, block in BLOCKS if kind == "yaml")
    shapes = {}
    for shape in yaml.safe_load(block)["facts"]:
        fields = {one["name"]: one for one in shape.get("fields", ())}
        shapes[shape["id"]] = {**shape, "fields": fields}
    return declared(shapes)


@dataclass(frozen=True)
class PageScope:
    """The facts of the page, one item and one score."""

    graph: Graph

    def names(self):
        return ("item.easy-exchange.awarded", "score.quality")

    def resolve(self, name):
        if name == "item.easy-exchange.awarded":
            return Expression.fact(self.graph, "violations.counterfeit")
        if name == "score.quality":
            return Expression.fact(self.graph, "logistics.hours")
        return None


@pytest.mark.parametrize("line", lines_of("cel"))
def test_an_example_is_accepted(line):
    condition = parse(line, Place("page", 1, 1))
    assert lower(condition, PageScope(Graph(facts()))).type.kind == "bool"


@pytest.mark.parametrize("line", lines_of("cel refused"))
def test_a_refused_example_is_refused_with_a_fix_or_what_was_expected(line):
    with pytest.raises(InvalidInput) as caught:
        lower(parse(line, Place("page", 1, 1)), PageScope(Graph(facts())))
    (problem,) = caught.value.problems
    assert problem.fix or problem.expected


def test_the_calendar_is_accepted():
    (block,) = (block for kind, block in BLOCKS if kind == "yaml calendar")
    problems = Problems()
    assert read_calendar(parse_yaml(block, "calendars/cn.yaml"), problems)
    assert not problems.found


def test_every_function_is_on_the_page():
    for name in {*FUNCTIONS, *METHODS} - {"date"}:
        assert f"{name}(" in TEXT
