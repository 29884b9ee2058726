"""Each folder tests/cases/bad/SY4xx-<name> holds a wrong condition and the exact words about it."""

from pathlib import Path

import pytest
import yaml
from tests.language.conditions.world import declared

from steelyard.errors import CODES, InvalidInput, Place, Problem
from steelyard.language.conditions import FactScope, lower, parse
from steelyard.language.expressions import Graph

FOLDERS = sorted(
    path.parent for path in (Path(__file__).parents[2] / "cases" / "bad").glob("*/condition.yaml")
)


def problems_of(folder: Path) -> tuple[Problem, ...]:
    case = yaml.safe_load((folder / "condition.yaml").read_text(encoding="utf-8"))
    scope = FactScope(Graph(declared(case["facts"])))
    with pytest.raises(InvalidInput) as caught:
        lower(parse(case["condition"], Place("condition.yaml", 1, 1)), scope)
    return caught.value.problems


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_exact_words(folder):
    problems = problems_of(folder)
    said = "".join(f"{problem}\n" for problem in problems)
    assert said == (folder / "expected.txt").read_text(encoding="utf-8")
    assert folder.name[:5] in {problem.code for problem in problems}


def test_every_code_of_conditions_has_a_bad_case():
    shown = {folder.name for folder in FOLDERS}
    wanted = {f"{code.code}-{code.name}" for code in CODES.values() if code.code.startswith("SY40")}
    assert wanted <= shown
