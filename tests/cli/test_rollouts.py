"""What the command line says of rollouts and of locks."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.fixtures.rollouts import rolled_out

import steelyard
from steelyard.cli.running import run_arguments
from steelyard.formats import read_document
from steelyard.formats.schemas import load_schema

SPROUT = "rulesets/merchants/little-sprout.yaml"
DAY = ["--as-of", "2026-06-01"]


@pytest.fixture
def run(capsys):
    """Run a command that must succeed; return what it writes."""

    def run_one(*arguments, status=0):
        assert run_arguments([str(argument) for argument in arguments]) == status
        return "".join(capsys.readouterr())

    return run_one


@pytest.fixture(params=[False, True], ids=["live", "shadow"])
def shadow(request):
    return request.param


@pytest.fixture
def book(tmp_path, shadow):
    return rolled_out(tmp_path / "book", "0.9", shadow=shadow)


def test_a_card_says_the_rollout_in_both_languages(run, book, shadow):
    english = run("score", SPROUT, *DAY, "--book", book)
    chinese = run("score", SPROUT, *DAY, "--book", book, "--lang", "zh")
    expected = (
        (
            "Shadow run, does not count: maternity@2026.9, computed for 90% of the merchants: score 4.90, tier High\n",
            "仅试算，不影响得分：maternity@2026.9，试算范围为 90% 的商家：得分 4.90，等级 高分\n",
        )
        if shadow
        else (
            "Rollout: maternity@2026.9 applies to 90% of the merchants, including this one\n",
            "灰度试行：maternity@2026.9 对 90% 的商家生效，本店在其中\n",
        )
    )
    for page, line in zip((english, chinese), expected, strict=True):
        assert page.splitlines(keepends=True)[2] == line
    assert ("Maternity & baby 2026.9" in english) is not shadow
    assert expected[0] in run("explain", SPROUT, *DAY, "--book", book)


def test_json_of_a_card_fits_the_schema(run, book):
    data = json.loads(run("score", SPROUT, *DAY, "--book", book, "--format", "json"))
    assert data["rollout"]["ruleset"] == "maternity@2026.9"
    Draft202012Validator(load_schema("scorecard")).validate(data)


def test_a_card_in_a_notebook_says_it_too(book):
    merchant = read_document(Path(SPROUT)).plain()
    shown = steelyard.score(merchant, book, "2026-06-01")._repr_html_()
    assert "maternity@2026.9" in shown


def test_both_arms_can_be_compiled(run, book, shadow):
    asked = ["compile", book, "--industry", "maternity", *DAY]
    outside, inside = run(*asked), run(*asked, "--rollout")
    assert outside.startswith("plan maternity 2026.2 ")
    assert inside.startswith("plan maternity 2026.9 ")
    line = (
        f"for the part 0.9 of the rollout of maternity@2026.9{', in shadow' * shadow}\nsalt next\n"
    )
    assert line in inside
    assert "rollout" not in outside
    nobody = run("compile", book, "--industry", "petcare", *DAY, "--rollout", status=2)
    assert "SY703 unknown-name: no version is being rolled out to petcare (ordinary)" in nobody


def test_cases_say_in_which_arm_they_are_scored(run, book):
    """Whoever is in the part: a case is outside unless it says `rollout: true`."""
    merchant = "".join(
        f"  {line}\n"
        for line in Path(SPROUT).read_text(encoding="utf-8").splitlines()
        if line and not line.startswith(("#", "merchant:"))
    )
    for others in book.rglob("*.cases.yaml"):
        others.unlink()
    cases = book / "industries/maternity-2026.9.cases.yaml"
    cases.write_text(
        f"as_of: 2026-06-01\nmerchant:\n{merchant}cases:\n"
        "  - {name: before, expect: {ruleset: maternity@2026.2}}\n"
        "  - {name: after, rollout: true, expect: {ruleset: maternity@2026.9}}\n",
        encoding="utf-8",
    )
    assert run("test", book).endswith(": 2 cases passed, 0 failed\n")
    cases.write_text(
        cases.read_text(encoding="utf-8").replace("2026-06-01", "2026-04-01", 1), encoding="utf-8"
    )
    assert "rejected: SY703 no version is being rolled out" in run("test", book, status=1)


def test_locking_says_what_is_new(run, book):
    first, again = (run("lock", book, "--processes", "1") for _ in range(2))
    locked = json.loads((book / "book.lock").read_text(encoding="utf-8"))
    facts, plans = len(locked["facts"]), len(locked["plans"])
    contents = f"{book}/book.lock: 10 versions, {facts} facts and {plans} plans"
    assert first == f"{contents}, {10 + facts + plans} of them new\n"
    assert again == f"{contents}, 0 of them new\n"
    assert run("check", book) == f"{book}: no problems\n"
