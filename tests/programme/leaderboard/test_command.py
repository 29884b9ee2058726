"""`steelyard leaderboard`: formats, files, previous boards, and what it does not accept."""

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from tests.fixtures.results import BOARD, row, write_results

from steelyard.cli.running import run_arguments

GROUPED = BOARD.replace("size: 3", "size: 4") + (
    "by: shop_type\n"
    "groups: {by: industry, min: 1, max: 2}\n"
    "eligibility:\n"
    "  tiers: [high]\n"
    "  conditions:\n"
    "    - {id: clean, title: {en: No deductions, zh: 无扣分}, column: deductions_total, max: 0}\n"
)
BEFORE = [
    row("a", "5.2", dimensions={"service": "4.9"}),
    row("b", "5.1", bonus="0.2"),
    row("c", "5.1", bonus="0.1"),
    row("d", "4.9", industry="toys"),
    row("e", "4.8", industry="toys", shop_type="flagship"),
    row("f", "4.7"),
    row("g", None),
]
NOW = [
    row("a", "5.1", bonus="0.1"),
    row("b", "5.1", bonus="0.1"),
    row("c", "5.2", deductions_total="0.05"),
    row("d", "4.9", industry="toys", tier="ordinary"),
    row("e", "4.8", industry="toys", shop_type="ordinary"),
    row("f", "4.7", bonus=None),
    row("h", "4.6", industry="books"),
    row("i", "5.3", industry="books"),
]


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run a command in a folder with results of two days and a board."""
    for name, rows in (("before", BEFORE), ("now", NOW)):
        write_results(tmp_path / f"{name}.parquet", rows)
    (tmp_path / "best.yaml").write_text(GROUPED, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def run_one(*arguments: object):
        status = run_arguments(["leaderboard", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return run_one


def previous(run) -> None:
    assert run("before.parquet", "--board", "best.yaml", "--out", "before.json") == (0, "", "")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table_shows_places_reasons_movement_and_counts(run, golden, language):
    previous(run)
    status, out, err = run(
        "now.parquet", "--board", "best.yaml", "--previous", "before.json", "--lang", language
    )
    assert (status, err) == (0, "")
    golden(f"leaderboard-{language}.txt", out)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_stands_alone(run, golden, language):
    previous(run)
    arguments = ["--board", "best.yaml", "--previous", "before.json", "--lang", language]
    status, _, err = run("now.parquet", *arguments, "--out", "board.html")
    assert (status, err) == (0, "")
    page = Path("board.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "default-src 'none'" in page
    golden(f"leaderboard-{language}.html", page)


def test_a_name_is_text_on_the_page(run):
    write_results(Path("odd.parquet"), [row("<b>&\u202e", "5")])
    page = run("odd.parquet", "--board", "best.yaml", "--format", "html")[1]
    assert "&lt;b&gt;&amp;" in page
    assert "\u202e" not in page


def test_tables_have_a_row_for_each_place(run):
    previous(run)
    arguments = ["now.parquet", "--board", "best.yaml", "--previous", "before.json"]
    assert run(*arguments, "--out", "board.parquet") == (0, "", "")
    frame = pl.read_parquet("board.parquet")
    data = json.loads(run(*arguments, "--format", "json")[1])
    places = [one for section in data["sections"] for one in section["places"]]
    assert frame["merchant"].to_list() == [one["merchant"] for one in places]
    assert frame["movement"].to_list() == [one["movement"] for one in places]
    assert set(frame["leaderboard"]) == {data["digest"]}
    status, out, _ = run(*arguments, "--format", "csv")
    assert status == 0
    lines = out.splitlines()
    assert lines[0] == ",".join(frame.columns)
    assert len(lines) == frame.height + 1


def test_rejected_rows_of_the_run_are_counted_and_named(run, tmp_path):
    previous(run)
    write_results(tmp_path / "now.jsonl", [one for one in NOW if one["merchant"] != "b"])
    (tmp_path / "now.rejects.jsonl").write_text('{"merchant":"b"}\n{"merchant":null}\n')
    data = json.loads(
        run("now.jsonl", "--board", "best.yaml", "--previous", "before.json", "--format", "json")[1]
    )
    counts = data["rows"]
    assert (counts["read"], counts["rejected"]) == (len(NOW) + 1, 2)
    assert counts["read"] == (
        counts["eligible"] + sum(counts["not_eligible"].values()) + counts["rejected"]
    )
    fell = {one["merchant"]: one["reason"] for part in data["sections"] for one in part["fell"]}
    assert fell["b"] == "rejected"


def test_a_folder_with_results_and_rejects_is_one_run(run, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    write_results(folder / "scores.parquet", NOW)
    (folder / "scores.rejects.jsonl").write_text('{"merchant":"z"}\n')
    data = json.loads(run("run", "--board", "best.yaml", "--format", "json")[1])
    assert data["rows"]["read"] == len(NOW) + 1


def test_boards_of_the_book_are_named_by_their_ids(run, monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[3])
    status, _, err = run("nowhere.parquet", "--board", "good-servise")
    assert status == 2
    assert "SY703" in err
    assert "did you mean 'good-service'?" in err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nowhere.parquet", "--board", "best.yaml"], "SY101"),
        (["now.parquet", "--board", "nowhere.yaml"], "SY101"),
        (["now.parquet", "--board", "best.yaml", "--previous", "nowhere.json"], "SY101"),
        (["now.parquet", "now.parquet", "--board", "best.yaml"], "SY812"),
        (["now.parquet", "--board", "best.yaml", "--format", "parquet"], "SY701"),
        (["now.parquet", "--board", "best.yaml", "--out", "now.parquet"], "SY701"),
        (["best.yaml", "--board", "best.yaml"], "SY810"),
        (["now.parquet", "--board", "best.yaml", "--book", "."], "SY317"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(run, arguments, code):
    before = {path: path.read_bytes() for path in Path().iterdir()}
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert code in err
    assert {path: path.read_bytes() for path in Path().iterdir()} == before


@pytest.mark.usefixtures("run")
def test_the_number_of_threads_does_not_matter(tmp_path):
    """In processes of their own, since Polars reads the number once; rows and row groups differ."""
    rows = [
        row(f"m{number:04}", str(4 + number % 7), bonus=str(number % 3), industry="abc"[number % 3])
        for number in range(5000)
    ]
    outputs = set()
    for threads, order in ((1, 1), (2, -1), (3, 1)):
        part = tmp_path / f"rows-{threads}"
        part.mkdir()
        frame = pl.read_parquet(write_results(tmp_path / "all.parquet", rows[::order]))
        for number, piece in enumerate(frame.iter_slices(5000 // threads + 1)):
            piece.write_parquet(part / f"part-{number}.parquet", row_group_size=100 * threads)
        command = [
            sys.executable,
            "-m",
            "steelyard",
            "leaderboard",
            str(part),
            "--board",
            "best.yaml",
        ]
        result = subprocess.run(
            [*command, "--format", "json"],
            capture_output=True,
            check=True,
            env={"POLARS_MAX_THREADS": str(threads), "PATH": "", "PYTHONHASHSEED": str(threads)},
        )
        outputs.add(result.stdout)
    assert len(outputs) == 1
