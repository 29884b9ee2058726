"""`steelyard certify check`: files of holders in, states and rejects out."""

import json
from pathlib import Path

import polars as pl
import pytest

from steelyard.cli.running import run_arguments

HEAD = (
    "holder,certification,industry,certificate_type,identity_match,valid_from,valid_to,since,"
    "measured_to,chat.ratings,chat.satisfaction,chat.turns,chat.response_3min_share"
)
ROWS = [
    "li,pet-advisor,petcare,licensed-veterinarian,true,2024-01-01,2027-12-31,2026-02-03,2026-05-31,64,0.8,800,0.9",
    "wu,pet-advisor,petcare,licensed-veterinarian,true,2024-01-01,2027-12-31,2026-02-03,2026-05-31,64,0.79,800,0.9",
    "no,pet-adviser,petcare,licensed-veterinarian,true,2024-01-01,2027-12-31,2026-02-03,,,,,",
]


@pytest.fixture
def holders(tmp_path: Path) -> Path:
    path = tmp_path / "holders.csv"
    path.write_text("\n".join([HEAD, *ROWS]) + "\n", encoding="utf-8")
    return path


def check(path: Path, *more: str) -> int:
    book = ["--book", "rulesets", "--as-of", "2026-06-20"]
    return run_arguments(["certify", "check", str(path), *book, *more])


def test_rows_reconcile(holders, capsys):
    assert check(holders, "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["counts"] == {"rows": 3, "holding": 1, "not_holding": 1, "rejected": 1}
    assert [(one["holder"], one["holds"]) for one in found["holders"]] == [
        ("li", True),
        ("wu", False),
    ]
    assert [one["problems"][0]["code"] for one in found["rejects"]] == ["SY823"]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_states_are_written_as_columns(holders, tmp_path, kind):
    out = tmp_path / f"states.{kind}"
    assert check(holders, "--format", kind, "--out", str(out)) == 1
    frame = pl.read_parquet(out) if kind == "parquet" else pl.read_csv(out, try_parse_dates=True)
    assert frame.select("holder", "status", pl.col("until").cast(pl.String)).rows() == [
        ("li", "holds", "2026-07-19"),
        ("wu", "suspended", "2026-07-19"),
    ]
    assert "旺旺满意度：79%" in frame["text_zh"][1]


@pytest.mark.parametrize("kind", ["parquet", "jsonl", "json", "yaml"])
def test_formats_give_the_same_states(holders, tmp_path, capsys, kind):
    check(holders, "--format", "json")
    expected = json.loads(capsys.readouterr().out)["holders"]
    frame = pl.read_csv(holders, try_parse_dates=True)
    path = tmp_path / f"holders.{kind}"
    if kind == "parquet":
        frame.write_parquet(path)
    elif kind == "jsonl":
        frame.with_columns(pl.col(pl.Date).cast(pl.String)).write_ndjson(path)
    else:
        rows = frame.with_columns(pl.col(pl.Date).cast(pl.String)).to_dicts()
        path.write_text(json.dumps(rows), encoding="utf-8")
    check(path, "--format", "json")
    assert json.loads(capsys.readouterr().out)["holders"] == expected
