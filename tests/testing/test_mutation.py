"""Which edits of the rules cases notice: on a small book whose edits can be counted by hand."""

import json
import subprocess
import sys
from fractions import Fraction

import pytest
from tests.testing.books import CASES, EDGE, FILES, write_book

from steelyard.errors import InvalidInput, Place
from steelyard.formats import parse_yaml
from steelyard.language.conditions import parse
from steelyard.testing import mutate_book
from steelyard.testing.condition_mutants import condition_edits
from steelyard.testing.mutants import as_written, shifted, written_decimals


def told(trials, verdict):
    """What became of some mutants in one way: where, what, how."""
    return [
        f"{one.mutant.place} {one.mutant.key}: {one.mutant.old} → {one.mutant.new}"
        for one in trials
        if one.verdict == verdict
    ]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return mutate_book(write_book(tmp_path_factory.mktemp("book")))


def test_an_edge_without_a_case_is_reported_with_its_place(report):
    assert told(report.trials, "unnoticed") == [
        "base.yaml:26:11 when: shop.replies >= 100 → shop.replies > 100",
        "base.yaml:26:27 when: 100 → 101",
        "toys.yaml:19:52 at_least: 4 → 3.9",
        "toys.yaml:19:52 at_least: 4 → 4.1",
    ]


def test_the_case_of_the_edge_notices_it(tmp_path):
    after = mutate_book(write_book(tmp_path, CASES + EDGE))
    assert not [line for line in told(after.trials, "unnoticed") if line.startswith("base.yaml:26")]
    by = [one.by.name for one in after.trials if one.mutant.new == "101" and one.by]
    assert by == ["just busy"]


def test_what_is_proved_to_change_nothing_does_not_count(report):
    """No score falls below 3, so that the floor is idle; and the points 0.3 are overridden."""
    assert told(report.trials, "equivalent") == [
        "base.yaml:6:17 score.range[0]: 0 → -0.1",
        "base.yaml:6:17 score.range[0]: 0 → 0.1",
        "base.yaml:25:20 with.points: 0.3 → 0.2",
        "base.yaml:25:20 with.points: 0.3 → 0.4",
    ]


def test_what_is_no_valid_rule_does_not_count(report):
    assert told(report.trials, "refused") == [
        "base.yaml:6:20 score.range[1]: 5 → 4.9",  # a band gives 5
        "base.yaml:11:13 weight: 1 → 0",
        "base.yaml:11:13 weight: 1 → 2",
        "base.yaml:16:17 weight: 1 → 0",
        "base.yaml:16:17 weight: 1 → 2",
        "base.yaml:18:36 bands[0].score: 5 → 5.1",
    ]


def test_every_number_and_comparison_is_edited(report):
    """Counted in the files: 11 numbers twice, 3 comparisons, 2 ends of a range, 2 lone weights."""
    assert len(report.trials) == 31
    assert (report.count("noticed"), report.judged) == (17, 21)
    assert report.reaches(Fraction(17, 21))
    assert not report.reaches(Fraction(17, 20))


def test_a_second_run_tells_the_same_and_no_file_is_touched(tmp_path, report):
    folder = write_book(tmp_path)
    again = mutate_book(folder)
    assert again.trials == report.trials
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml")} == {
        *FILES,
        "toys.cases.yaml",
    }
    assert all((folder / name).read_text(encoding="utf-8") == FILES[name] for name in FILES)


def test_weights_move_between_neighbours_so_that_they_still_add_up(tmp_path):
    folder = write_book(tmp_path)
    base = FILES["base.yaml"].replace(
        "        weight: 1\n",
        "        weight: 0.60\n",
    )
    second = """\
      - id: late
        title: {en: Late, zh: 迟}
        fact: shop.replies
        weight: 0.40
        bands: [{at_least: 500, score: 4}, {otherwise: true, score: 2}]
        illustrative: true
items:
"""
    base = base.replace("items:\n", second, 1)
    (folder / "base.yaml").write_text(base, encoding="utf-8")
    (folder / "toys.cases.yaml").write_text(
        "as_of: 2026-03-01\n"
        "cases:\n"
        "  - name: six to four\n"
        "    merchant: {industry: toys, shop: {replies: 0, share: 1, pays: true}}\n"
        "    expect: {dimensions: {service: 3.8}}\n",  # 0.6 × 5 + 0.4 × 2
        encoding="utf-8",
    )
    trials = [one for one in mutate_book(folder).trials if one.mutant.kind == "weight"]
    of_metrics = [one for one in trials if one.mutant.part == "reply"]
    assert [(one.mutant.new, one.verdict) for one in of_metrics] == [
        ("0.59, and late 0.41", "noticed"),
        ("0.61, and late 0.39", "noticed"),
    ]
    assert not [one for one in trials if one.mutant.part == "late"]  # the same two


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        (
            "shop.replies >= 30",
            ["shop.replies >= 30 → shop.replies > 30", "30 → 29", "30 → 31"],
        ),
        (
            "shop.share < 0.5",  # a share has four decimals here, whatever is written
            ["shop.share < 0.5 → shop.share <= 0.5", "0.5 → 0.4999", "0.5 → 0.5001"],
        ),
        (
            "shop.a >= 0.95 * shop.b",  # a factor is counted as it is written
            [
                "shop.a >= 0.95 * shop.b → shop.a > 0.95 * shop.b",
                "0.95 → 0.94",
                "0.95 → 0.96",
            ],
        ),
        ("shop.pays && !shop.late", [
            "shop.pays && !shop.late → shop.pays || !shop.late",
            "!shop.late → shop.late",
        ]),
        ('shop.kind in ["a", "b"]', ['shop.kind in ["a", "b"] → !(shop.kind in ["a", "b"])']),
        (
            "shop.n < (shop.big ? 3 : 5)",
            [
                "shop.n < (shop.big ? 3 : 5) → shop.n <= (shop.big ? 3 : 5)",
                "3 → 2", "3 → 4", "5 → 4", "5 → 6",
            ],
        ),
        ("shop.n > 0", ["shop.n > 0 → shop.n >= 0", "0 → 1"]),  # a number has no sign of its own
    ],
)  # fmt: skip
def test_edits_of_a_condition(text, edits):
    condition = parse(text, Place("rules.yaml", 1, 1))
    found = list(condition_edits(condition, lambda name: 4 if name == "shop.share" else 0))
    assert [f"{one.old} → {one.new}" for one in found] == edits
    for one in found:
        again = parse(one.text, Place("rules.yaml", 1, 1))
        assert again.tree != condition.tree


def test_an_edit_of_a_condition_stands_where_its_part_stands():
    condition = parse("a.b >= 30 && c.d == 7", Place("rules.yaml", 4, 11))
    found = [(one.place.column, one.old) for one in condition_edits(condition, lambda _: 0)]
    assert found == [
        (11, "a.b >= 30 && c.d == 7"), (11, "a.b >= 30"), (18, "30"), (18, "30"),
        (24, "c.d == 7"), (31, "7"), (31, "7"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "decimals", "lower", "higher"),
    [
        ("0.60", 0, "0.59", "0.61"),
        ("24", 2, "23.99", "24.01"),
        ("1", 0, "0", "2"),
        ("5e-1", 0, "0.4", "0.6"),
    ],
)
def test_a_notch_is_a_unit_of_the_last_decimal(written, decimals, lower, higher):
    located = parse_yaml(f"x: {written}\n", "x.yaml").value["x"]
    values = shifted(located.value, max(decimals, written_decimals(located)))
    assert [as_written(value) for value in values] == [lower, higher]


def steelyard(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "steelyard", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_command_says_what_no_case_notices(tmp_path):
    folder = write_book(tmp_path)
    run = steelyard("test", folder, "--mutate")
    assert run.returncode == 0
    assert "mutants noticed: 17 of 21 (80.9 %)\n" in run.stdout
    assert "not counted: 6 are not valid rules, 4 change nothing\n" in run.stdout
    assert "  base.yaml:26:27: threshold, busy when: 100 → 101\n" in run.stdout
    assert run.stderr == ""


def test_a_share_that_is_not_reached_is_no(tmp_path):
    folder = write_book(tmp_path)
    assert steelyard("test", folder, "--mutate", "--at-least", "0.80").returncode == 0
    run = steelyard("test", folder, "--mutate", "--at-least", "0.81")
    assert run.returncode == 1
    assert "less than 0.81 of the mutants are noticed" in run.stderr


@pytest.mark.parametrize(
    "arguments",
    [["--at-least", "0.9"], ["--mutate", "--at-least", "95"], ["--mutate", "--at-least", "most"]],
)
def test_a_share_of_nothing_or_of_too_much_is_a_usage_error(tmp_path, arguments):
    run = steelyard("test", write_book(tmp_path), *arguments)
    assert run.returncode == 2
    assert run.stderr.startswith("SY701 ")


def test_no_mutant_is_tried_while_a_case_fails(tmp_path):
    folder = write_book(tmp_path, CASES.replace("score: 3.5", "score: 3.6"))
    run = steelyard("test", folder, "--mutate", "--format", "json")
    assert run.returncode == 1
    data = json.loads(run.stdout)
    assert data["failed"] == 1
    assert data["mutation"] is None
    assert "no mutant is tried while a case fails" in run.stderr


def test_json_names_every_mutant_and_who_noticed_it(tmp_path):
    run = steelyard("test", write_book(tmp_path), "--mutate", "--format", "json")
    mutation = json.loads(run.stdout)["mutation"]
    assert {key: mutation[key] for key in ("noticed", "unnoticed", "refused", "equivalent")} == {
        "noticed": 17, "unnoticed": 4, "refused": 6, "equivalent": 4,
    }  # fmt: skip
    (edge,) = [
        one
        for one in mutation["mutants"]
        if one["new"] == "at_least: 0.9" or one["old"] == "at_least: 0.9"
    ]
    assert edge == {
        "file": "base.yaml", "line": 18, "column": 24, "kind": "comparison", "part": "reply",
        "key": "bands[0].at_least", "old": "at_least: 0.9", "new": "above: 0.9",
        "verdict": "noticed", "by": {"name": "on the edge of the band", "file": "toys.cases.yaml", "line": 6},
    }  # fmt: skip


def test_rules_that_do_not_compile_are_said(tmp_path):
    folder = write_book(tmp_path)
    broken = FILES["toys.yaml"].replace("shop.replies < 10", "shop.reply < 10")
    (folder / "toys.yaml").write_text(broken, encoding="utf-8")
    with pytest.raises(InvalidInput, match="SY403"):
        mutate_book(folder)
