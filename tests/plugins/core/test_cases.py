"""The language-neutral cases in tests/cases/items: what each core item type gives, and refuses."""

import re
from datetime import date

import pytest
import yaml
from tests.language.conditions.world import scaled
from tests.plugins.core.evaluating import CASES, DECIMALS, FACTS, TYPES, compiled, see

from steelyard.errors import InvalidInput
from steelyard.formats import read_yaml

FILES = sorted(path for path in CASES.glob("*.yaml") if path.name != "facts.yaml")


def _cases(part):
    for path in FILES:
        document = read_yaml(path, name=path.name)
        kind = document.at(("type",)).value
        for group in document.at((part,)).value:
            parameters = group.at(("with",))
            for case in group.at(("cases",)).value if part == "groups" else [group]:
                name = case.at(("name",)).value
                yield pytest.param(kind, parameters, case.plain(), id=f"{path.stem}: {name}")


@pytest.mark.parametrize(("kind", "parameters", "case"), list(_cases("groups")))
def test_what_an_item_gives(kind, parameters, case):
    graph, item = compiled(kind, parameters)
    given = {name: scaled(value, FACTS[name]) for name, value in case["given"].items()}
    as_of = date.fromisoformat(case.get("as_of", "2026-04-01")).toordinal()
    seen = see(graph, item, given, as_of)
    expected = case["expect"]
    assert seen.outcome == expected["outcome"]
    assert seen.points == expected.get("points", 0)
    assert seen.requirements == expected.get("requirements", {})
    assert item.earned.type.decimals <= DECIMALS


@pytest.mark.parametrize(("kind", "parameters", "case"), list(_cases("bad")))
def test_what_an_item_refuses(kind, parameters, case):
    with pytest.raises(InvalidInput) as caught:
        compiled(kind, parameters)
    said = [f"{one.code} line {one.place.line}: {one.what}" for one in caught.value.problems]
    above = parameters.place.line
    expected = re.sub(r"line (\d+)", lambda found: f"line {above + int(found[1])}", case["says"])
    assert said == [expected]
    assert [one.fix or one.expected for one in caught.value.problems] == [case["fix"]]


def test_every_core_type_has_cases():
    kinds = {yaml.safe_load(path.read_text(encoding="utf-8"))["type"] for path in FILES}
    assert kinds == set(TYPES)
