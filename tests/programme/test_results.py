"""Results of a run are read exactly, whatever their format, or refused with the place."""

import polars as pl
import pytest
from tests.fixtures.results import board, made, row, write_results

from steelyard.errors import InvalidInput
from steelyard.model import boards
from steelyard.programme.leaderboard.making import make_leaderboard
from steelyard.programme.results import find_results, read_results
from steelyard.scoring.results import columns

LONG = "123456.123456789"  # more digits than a double shows


def test_boards_know_the_columns_of_results():
    numbers = {one.name for one in columns.MERCHANT if one.type == "number"}
    assert set(boards.NUMBER_COLUMNS) == numbers
    texts = {one.name for one in columns.MERCHANT if one.type == "text"}
    assert {*boards.TEXT_COLUMNS, *boards.LIST_COLUMNS} == texts - {
        "merchant", "status", "reasons", "plan",
    }  # fmt: skip


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
def test_numbers_keep_all_digits(tmp_path, ending):
    path = write_results(tmp_path / f"scores.{ending}", [row("a", LONG, dimensions={"x": LONG})])
    ((_, _, frame),) = read_results(find_results([str(path)]), ["merchant", "score", "dimension.x"])
    assert frame["score"].to_physical().to_list() == [123456123456789000]
    assert frame["dimension.x"].to_physical().to_list() == [123456123456789000]


def test_doubles_are_not_exact(tmp_path):
    path = write_results(tmp_path / "scores.parquet", [row("a")])
    pl.read_parquet(path).with_columns(pl.col("unclamped").cast(pl.Float64)).write_parquet(path)
    with pytest.raises(InvalidInput, match="the column unclamped has the type Float64"):
        make_leaderboard(find_results([str(path)]), board())


def test_results_without_rows_have_no_board(tmp_path):
    with pytest.raises(InvalidInput, match="the results have no merchants"):
        made(tmp_path, [])


def test_a_column_that_no_line_has_is_lacking(tmp_path):
    path = tmp_path / "scores.jsonl"
    line = '{"merchant":"a","industry":"tea","as_of":"2026-06-01","status":"scored","plan":"p"}\n'
    path.write_text(line, encoding="utf-8")
    with pytest.raises(InvalidInput, match="the results lack unclamped, bonus"):
        make_leaderboard(find_results([str(path)]), board())


def test_a_dimension_ranks_and_may_be_absent(tmp_path):
    rows = [
        row("a", "4", dimensions={"service": "4.5"}),
        row("b", "4", dimensions={"service": None}),
        row("c", "4", dimensions={}),
        row("d", "4", dimensions={"service": "4.75"}),
    ]
    of = board(rank="[{column: dimension.service, absent: last}]", size="4")
    for ending in ("parquet", "csv", "jsonl"):
        (section,) = made(tmp_path, rows, of, ending=ending).sections
        assert [one.candidate.merchant for one in section.places] == ["d", "a", "b", "c"]


def test_a_board_by_scene_has_a_merchant_once_for_each(tmp_path):
    rows = [row("a", "4"), row("a", "5", scene="sale"), row("b", "4.5", scene="sale")]
    leaderboard = made(tmp_path, rows, board(by="scene"))
    found = {
        section.id: [one.candidate.merchant for one in section.places]
        for section in leaderboard.sections
    }
    assert found == {None: ["a"], "sale": ["a", "b"]}
    with pytest.raises(InvalidInput, match="'a · sale' has 2 rows"):
        made(tmp_path, [*rows, rows[1]], board(by="scene"))


def test_conditions_on_texts_and_lists(tmp_path):
    rows = [
        row("a", badges="vet care", ruleset="tea@1"),
        row("b", badges="veteran", ruleset="tea@1"),
        row("c", badges="care vet", ruleset="tea@2"),
        row("d", badges=None, ruleset="tea@1"),
    ]
    texts = "title: {en: T, zh: 文}"
    of = board(
        eligibility=f"{{conditions: [{{id: vet, {texts}, column: badges, has: vet}},"
        f" {{id: rules, {texts}, column: ruleset, in: [tea@1]}}]}}"
    )
    leaderboard = made(tmp_path, rows, of)
    assert [one.candidate.merchant for one in leaderboard.sections[0].places] == ["a"]
    assert leaderboard.counts.not_eligible == {"vet": 2, "rules": 1}


def test_a_group_short_of_its_minimum_is_said(tmp_path):
    rows = [row("a", "4"), row("b", "5"), row("c", None, industry="toys")]
    (section,) = made(tmp_path, rows, board(groups="{by: industry, min: 1}")).sections
    assert [(one.group, one.wanted, one.eligible) for one in section.short] == [("toys", 1, 0)]


def test_a_place_that_only_a_minimum_gives_is_marked(tmp_path):
    rows = [row(name, "5") for name in "abc"] + [row("z", "4", industry="toys")]
    (section,) = made(tmp_path, rows, board(groups="{by: industry, min: 1}")).sections
    assert [(one.candidate.merchant, one.reserved) for one in section.places] == [
        ("a", False), ("b", False), ("z", True),
    ]  # fmt: skip
    assert section.outside[0].candidate.merchant == "c"
    assert section.outside[0].to_enter is not None
    assert section.outside[0].to_enter.rival == "b"


def test_ids_are_compared_by_code_points(tmp_path):
    names = ["z", "母", "\ufffd", "\U0001f600"]  # in UTF-16, the last one is before the third one
    rows = [row(name, "5") for name in reversed(names)]
    (section,) = made(tmp_path, rows, board(size="4")).sections
    assert [one.candidate.merchant for one in section.places] == names
