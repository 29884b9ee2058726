"""Problems as text, JSON and SARIF, and the collector that raises all of them at once."""

import pytest

from steelyard.errors import CODES, InvalidInput, Place, Problem, Problems, suggest
from steelyard.errors.output import place_json, problem_json, problems_text
from steelyard.errors.sarif import problems_sarif
from steelyard.report.json import to_text

PROBLEMS = (
    Problem(
        "SY403", "no fact is called 'a'", Place("b/maternity.yaml", 4, 7), fix="did you mean 'b'?"
    ),
    Problem("SY312", "row 3 is never reached", Place("b/a b.yaml", 9, 1), severity="warning"),
    Problem("SY317", "there is no book.yaml"),
)


def test_problems_as_text(golden):
    golden("problems.txt", problems_text(PROBLEMS))
    assert problems_text(PROBLEMS[:1]).endswith("fix: did you mean 'b'?\n")
    assert problems_text(()) == ""


def test_problems_as_sarif(golden):
    golden("problems.sarif", to_text(problems_sarif(PROBLEMS, "1.2.3")))


def test_sarif_results_name_their_rule_and_region():
    run = problems_sarif(PROBLEMS, "1.2.3")["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result, problem in zip(run["results"], PROBLEMS, strict=True):
        assert result["ruleId"] == rules[result["ruleIndex"]]["id"] == problem.code
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 4, "startColumn": 7}
    assert "locations" not in run["results"][2]


def test_problems_as_json_name_the_code_and_the_place():
    data = problem_json(PROBLEMS[0])
    assert (data["code"], data["name"], data["line"]) == ("SY403", CODES["SY403"].name, 4)
    assert place_json(None) == {"file": None, "line": None, "column": None}


def test_a_collector_raises_all_problems_if_one_is_an_error():
    problems = Problems()
    problems.add("SY312", "a warning", warning=True)
    problems.raise_any()
    problems.add("SY317", "an error")
    with pytest.raises(InvalidInput) as caught:
        problems.raise_any()
    assert [problem.what for problem in caught.value.problems] == ["a warning", "an error"]


def test_an_unknown_code_is_a_bug():
    with pytest.raises(KeyError):
        Problem("SY000", "no such code")


def test_a_suggestion_is_the_most_similar_name():
    assert suggest("shop.order", ["shop.orders", "tea"]) == "did you mean 'shop.orders'?"
    assert suggest("coffee", ["shop.orders", "tea"]) is None


def test_meanings_are_one_plain_sentence():
    for code in CODES.values():
        assert code.meaning.endswith(".")
        assert code.meaning[0].isupper() or code.meaning[0] == "`"
