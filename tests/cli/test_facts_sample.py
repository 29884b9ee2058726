"""Claims about `steelyard facts sample`."""

import json
import shutil

import polars as pl
import pytest

SAMPLE = ["facts", "sample", "--as-of", "2026-06-01"]


def test_the_same_arguments_write_the_same_bytes(run, tmp_path):
    for ending in ("csv", "jsonl"):
        files = [tmp_path / f"{name}.{ending}" for name in "abc"]
        for path, seed in zip(files, (5, 5, 6), strict=True):
            assert run(*SAMPLE, "--n", 200, "--seed", seed, "--out", path) == (0, "", "")
        first, again, other = (path.read_bytes() for path in files)
        assert first == again
        assert first != other


def test_a_sample_can_be_scored(run, tmp_path):
    shops = tmp_path / "shops.parquet"
    assert run(*SAMPLE, "--n", 500, "--faults", "0.1", "--out", shops)[0] == 0
    status, out, err = run(
        "score", shops, "--as-of", "2026-06-01", "--out", tmp_path / "scores.parquet",
        "--format", "json",
    )  # fmt: skip
    assert (status, err) == (1, "")  # some are rejected
    summary = json.loads(out)
    assert summary["rows"] == 500
    assert 25 < summary["rejected"] < 85
    assert summary["scored"] > 300


def test_all_industries_or_those_that_are_named(run, tmp_path):
    path = tmp_path / "shops.parquet"
    run(*SAMPLE, "--n", 300, "--out", path)
    assert pl.read_parquet(path)["industry"].n_unique() == 6
    run(*SAMPLE, "--n", 300, "--out", path, "--industry", "beauty", "--industry", "petcare")
    first = pl.read_parquet(path)
    assert set(first["industry"]) == {"beauty", "petcare"}
    assert not [name for name in first.columns if name.startswith("maternity.")]
    run(
        *SAMPLE,
        "--n",
        300,
        "--out",
        path,
        "--industry=petcare",
        "--industry=beauty",
        "--industry=beauty",
    )
    assert pl.read_parquet(path).equals(first)  # order and repetition mean nothing


def test_a_book_without_levels_will_do(run, tmp_path):
    book = tmp_path / "book"
    shutil.copytree("rulesets", book)
    shutil.rmtree(book / "merchants" / "population")
    path = tmp_path / "shops.jsonl"
    assert run(*SAMPLE, "--n", 50, "--book", book, "--out", path) == (0, "", "")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 50


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--industry", "beuty", "--out", "{}/a.csv"], "SY703", "did you mean 'beauty'?"),
        (["--out", "{}/a.xls"], "SY701", "an unknown extension"),
        (["--out", "{}/absent/a.csv"], "SY116", "cannot be written"),
        (["--out", "{}/a.csv", "--faults", "2"], "SY701", "--faults"),
        (["--out", "{}/a.csv", "--faults", "nan"], "SY701", "--faults"),
        (["--out", "{}/a.csv", "--book", "docs"], "SY317", "no book.yaml"),
        (["--out", "{}/a.csv", "--as-of", "2026-02-30"], "SY702", "not a day"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(run, tmp_path, arguments, code, words):
    given = [one.replace("{}", str(tmp_path)) for one in arguments]
    command = SAMPLE[:2] if "--as-of" in given else SAMPLE
    status, out, err = run(*command, "--n", 5, *given)
    assert (status, out) == (2, "")
    assert code in err
    assert words in err
    assert not list(tmp_path.glob("a.*"))


def test_a_day_and_a_file_must_be_named(run, tmp_path):
    assert run("facts", "sample", "--n", 5, "--out", tmp_path / "a.csv")[0] == 2
    assert run(*SAMPLE, "--n", 5)[0] == 2


def test_levels_that_are_wrong_are_said(run, tmp_path):
    book = tmp_path / "book"
    shutil.copytree("rulesets", book)
    path = book / "merchants" / "population" / "levels.yaml"
    text = path.read_text(encoding="utf-8").replace("{general: 0.35", "{generel: 0.35")
    path.write_text(text, encoding="utf-8")
    status, _, err = run(*SAMPLE, "--n", 5, "--book", book, "--out", tmp_path / "a.csv")
    assert status == 2
    assert "SY118" in err
    assert "did you mean 'general'?" in err
