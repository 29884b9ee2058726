"""A run: from every door to every file, nothing lost, nothing half written."""

import json
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from tests.fixtures.population import AS_OF, BOOK, merchants, with_faults, write

from steelyard.errors import InvalidInput
from steelyard.report.json import scorecard_json, to_text
from steelyard.scoring.merchants import score_files
from steelyard.scoring.plans import open_plans
from steelyard.scoring.results.tables import merchant_table
from steelyard.scoring.runs import Outputs, score_population


@pytest.fixture(scope="module")
def plans():
    return open_plans(BOOK, as_of=AS_OF)


def scored(plans, folder, sources, name="scores.jsonl", **more):
    run = score_population(sources, plans, Outputs(folder / name), **more)
    assert run.tally.adds_up
    return run


def lines(path):
    return [json.loads(line, parse_float=Decimal) for line in path.read_text("utf-8").splitlines()]


DOORS = {
    "yaml": ("m.yaml", "decimal"),
    "json": ("m.json", "decimal"),
    "json lines": ("m.jsonl", "decimal"),
    "csv": ("m.csv", "decimal"),
    "parquet decimal": ("m.parquet", "decimal"),
    "parquet double": ("m.parquet", "double"),
}


def test_every_door_gives_the_same_results_and_rejections(plans, tmp_path):
    """One population, faults and all, through six doors: one digest of scores, one of rejects."""
    rows = with_faults(merchants(60))
    found = set()
    for door, (name, number) in DOORS.items():
        folder = tmp_path / door
        folder.mkdir()
        run = scored(plans, folder, [write(folder / name, rows, number)], batch=17)
        assert (run.tally.rows, run.tally.rejected) == (60, 5)
        rejects = [
            (one["row"], one["merchant"], [(p["code"], p["what"]) for p in one["problems"]])
            for one in lines(folder / "scores.rejects.jsonl")
        ]
        found.add(((folder / "scores.jsonl").read_bytes(), json.dumps(rejects)))
    assert len(found) == 1
    codes = {row: [code for code, _ in problems] for row, _, problems in json.loads(found.pop()[1])}
    assert codes == {2: ["SY607"], 3: ["SY605"], 4: ["SY604"], 5: ["SY603"], 7: ["SY607"]}


def test_a_run_says_what_scorecards_say(plans, tmp_path):
    """Score, tier and outcomes of a population are those that single merchants get."""
    path = write(tmp_path / "m.json", merchants(50))
    scored(plans, tmp_path, [path])
    results = score_files([path], book=BOOK, as_of=AS_OF).results
    for result, row in zip(results, lines(tmp_path / "scores.jsonl"), strict=True):
        card = json.loads(to_text(scorecard_json(result.scorecard)), parse_float=Decimal)
        for name in ("merchant", "industry", "shop_type", "status", "score", "tier", "plan"):
            assert row[name] == card[name]
        assert row["bonus"] == card["bonus"]["points"]
        for kind in ("items", "deductions"):
            for one, other in zip(row[kind], card[kind], strict=True):
                assert one["item"] == other["id"]
                for name in ("outcome", "points", "points_before_caps"):
                    assert one[name] == other[name]


@pytest.mark.parametrize("name", ["scores.parquet", "scores.csv", "scores.jsonl"])
def test_results_are_the_same_in_every_format(plans, tmp_path, name):
    """Counts, scores and points read back from each format are those of the others."""
    path = write(tmp_path / "m.jsonl", with_faults(merchants(40)))
    score_population([path], plans, Outputs(tmp_path / name, tmp_path / f"long-{name}"), batch=9)
    read = {"parquet": pl.read_parquet, "csv": pl.read_csv, "jsonl": pl.read_ndjson}
    form = name.rpartition(".")[2]
    frame, long = read[form](tmp_path / name), read[form](tmp_path / f"long-{name}")
    assert frame.height == 35
    scored(plans, tmp_path, [path], "again.jsonl")
    again = lines(tmp_path / "again.jsonl")
    assert frame["merchant"].to_list() == [row["merchant"] for row in again]
    expected = [row["score"] for row in again]
    assert [None if one is None else Decimal(str(one)) for one in frame["score"]] == expected
    parts = [
        (row["merchant"], kind, one["item"], one["outcome"])
        for row in again
        for kind, listed in (("item", row["items"]), ("deduction", row["deductions"]))
        for one in listed
    ]
    assert long.select("merchant", "part", "item", "outcome").rows() == parts


def test_batches_and_files_make_no_difference(plans, tmp_path):
    """Many small batches, or several files in a folder, give the bytes that one file gives."""
    rows = merchants(45)
    scored(plans, tmp_path, [write(tmp_path / "m.jsonl", rows)], "one.jsonl")
    scored(plans, tmp_path, [tmp_path / "m.jsonl"], "small.jsonl", batch=4)
    folder = tmp_path / "population"
    folder.mkdir()
    for part in range(3):
        write(folder / f"{part}.parquet", rows[15 * part : 15 * (part + 1)])
    (folder / "_SUCCESS").touch()
    scored(plans, tmp_path, [folder], "folder.jsonl")
    scored(plans, tmp_path, [str(folder / "*.parquet")], "glob.jsonl")
    first = (tmp_path / "one.jsonl").read_bytes()
    for name in ("small", "folder", "glob"):
        assert (tmp_path / f"{name}.jsonl").read_bytes() == first


def test_twins_of_several_files_are_rejected_in_all(plans, tmp_path):
    rows = merchants(10)
    paths = [write(tmp_path / "a.jsonl", rows[:6]), write(tmp_path / "b.csv", rows[5:])]
    run = scored(plans, tmp_path, paths)
    assert (run.tally.rows, run.tally.rejected) == (11, 2)
    (first, second) = lines(tmp_path / "scores.rejects.jsonl")
    assert [first["source"], first["row"]] == [str(paths[0]), 6]
    assert [second["source"], second["row"], second["problems"][0]["line"]] == [
        str(paths[1]), 1, 2,
    ]  # fmt: skip
    what = f"duplicate merchant 'shop-000005' in several places: {paths[0]} row 6, {paths[1]} row 1"
    assert {one["problems"][0]["what"] for one in (first, second)} == {what}


def test_twins_past_what_memory_holds_are_found_on_disk(tmp_path, plans):
    """The same duplicates whether hashes are kept in memory or in files."""
    from steelyard.merchants.columns import open_population

    rows = merchants(300)
    for number in (7, 80, 81, 299):
        rows[number]["merchant"] = "duplicate"
    path = write(tmp_path / "m.jsonl", rows)
    for limit in (10_000, 50):
        with open_population([path], plans.known, in_memory=limit) as population:
            assert list(population.duplicates) == ["duplicate"]
            assert population.duplicates["duplicate"].places == [
                (str(path), row) for row in (8, 81, 82, 300)
            ]
            assert population.rows == 300


def test_rejects_alone_are_an_empty_file_with_its_columns(plans, tmp_path):
    path = tmp_path / "m.jsonl"
    path.write_text('{"merchant": "a", "industry": "nowhere"}\n')
    run = scored(plans, tmp_path, [path], "scores.parquet")
    assert (run.tally.rows, run.tally.rejected) == (1, 1)
    assert pl.read_parquet(tmp_path / "scores.parquet").columns == merchant_columns(plans)


def merchant_columns(plans):
    from steelyard.scoring.batches import PopulationScorer

    scorer = PopulationScorer(plans)
    return merchant_table(scorer.nothing(), scorer.layout).column_names


def test_a_ruleset_that_is_wrong_concerns_only_its_merchants(tmp_path):
    """Merchants of other industries are scored; one of its own ends the run with its problems."""
    import shutil

    book = tmp_path / "book"
    shutil.copytree(BOOK, book, ignore=shutil.ignore_patterns("book.lock"))
    path = book / "industries" / "petcare.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("type: petcare/", "type: petcare/no-such-", 1), "utf-8")
    plans = open_plans(book, as_of=AS_OF)
    rows = [row for row in merchants(20) if row["industry"] != "petcare"]
    assert scored(plans, tmp_path, [write(tmp_path / "m.jsonl", rows)]).tally.rejected == 0
    with pytest.raises(InvalidInput, match="SY205"):
        scored(plans, tmp_path, [write(tmp_path / "n.jsonl", merchants(20))], "other.jsonl")
    assert not (tmp_path / "other.jsonl").exists()


def test_on_a_day_without_rulesets_nothing_can_be_opened():
    from datetime import date

    with pytest.raises(InvalidInput, match="SY310"):
        open_plans(BOOK, as_of=date(2020, 1, 1))


@pytest.mark.slow
def test_twenty_kills_leave_no_half_file(tmp_path):
    """Whenever the process is killed, the output file is complete: the old one or the new one."""
    path = write(tmp_path / "m.parquet", merchants(30_000))
    out = tmp_path / "out" / "scores.parquet"
    out.parent.mkdir()
    command = [
        sys.executable, "-m", "steelyard", "score", str(path), "--as-of", AS_OF.isoformat(),
        "--book", str(BOOK), "--out", str(out),
    ]  # fmt: skip

    def run():
        return subprocess.Popen(command, stdout=subprocess.DEVNULL)

    start = time.monotonic()
    assert run().wait() == 0
    whole = time.monotonic() - start
    new = out.read_bytes()
    seen = {"old": 0, "new": 0}
    for number in range(20):
        out.write_bytes(b"old")
        process = run()
        # the last part of a run is when files are written and named
        time.sleep(whole * (0.4 + 0.7 * number / 20))
        process.send_signal(signal.SIGKILL)
        process.wait()
        content = out.read_bytes()
        assert content in (b"old", new)
        seen["new" if content == new else "old"] += 1
    assert seen["old"]


@pytest.mark.usefixtures("ctrl_c")
def test_an_interruption_leaves_nothing_behind(tmp_path):
    """Ctrl-C ends a run with status 130, no file under a name and no temporary one."""
    path = write(tmp_path / "m.parquet", merchants(20_000))
    out = tmp_path / "out"
    out.mkdir()
    process = subprocess.Popen(
        [
            sys.executable, "-m", "steelyard", "score", str(path), "--as-of", AS_OF.isoformat(),
            "--book", str(BOOK), "--out", str(out / "scores.parquet"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not list(out.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode in (130, 0)  # it may have been over before the signal came
    assert b"Traceback" not in said
    names = sorted(one.name for one in out.iterdir())
    assert names in ([], ["scores.parquet", "scores.rejects.jsonl"])
    assert (names == []) == (process.returncode == 130)


def test_standard_input_and_output(tmp_path):
    """A pipe in, a pipe out: results on stdout, the summary on stderr."""
    path = write(tmp_path / "m.jsonl", merchants(6))
    command = [sys.executable, "-m", "steelyard", "score", "-", "--as-of", AS_OF.isoformat()]
    with path.open("rb") as file:
        done = subprocess.run(
            [*command, "--book", str(BOOK), "--out", "-"],
            stdin=file,
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
        )
    assert len(done.stdout.splitlines()) == 6
    assert json.loads(done.stdout.splitlines()[0])["merchant"] == "shop-000000"
    assert b"6 merchants: 5 scored, 1 without a score, 0 rejected" in done.stderr
    assert Path("-").exists() is False


def test_a_small_file_makes_no_large_file_of_problems(plans, tmp_path, monkeypatch):
    """Every rejected row has its line; problems that are left out are counted."""
    names = [f"unknown_fact_{number}" for number in range(150)]
    rows = [{"merchant": f"m{n}", "industry": "general", **dict.fromkeys(names, 1)} for n in (1, 2)]
    path = write(tmp_path / "m.jsonl", rows)
    monkeypatch.setattr("steelyard.scoring.runs.MIN_REJECT_LIMIT", 0)
    monkeypatch.setattr("steelyard.scoring.runs.MAX_REJECT_BYTES", 1)
    scored(plans, tmp_path, [path])
    rejects = lines(tmp_path / "scores.rejects.jsonl")
    assert [(one["row"], len(one["problems"]), one["more_problems"]) for one in rejects] == [
        (1, 100, 50),
        (2, 0, 150),
    ]
