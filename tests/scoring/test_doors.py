"""One population through every door gives one digest; `api/test_score.py` has the frames."""

from decimal import Decimal
from hashlib import sha256

import polars as pl
import pytest
from tests.fixtures.population import AS_OF, BOOK, cell, frame, merchants, with_faults, write
from tests.fixtures.workbooks import workbook

import steelyard
from steelyard.scoring.plans import open_plans
from steelyard.scoring.runs import Outputs, score_population

ROWS = with_faults(merchants(60))


@pytest.fixture(scope="module")
def plans():
    return open_plans(BOOK, as_of=AS_OF)


@pytest.fixture(scope="module")
def digest(plans):
    """The digest of the population as dicts."""
    result = steelyard.score(ROWS, plans)
    assert (result.rows, result.rejected) == (60, 5)
    return result.digest


def _csv(path, *, encoding="utf-8", separator=","):
    cells = [{name: cell(value) for name, value in row.items()} for row in ROWS]
    table = frame(cells, lambda values: pl.Series(values, dtype=pl.String))
    path.write_bytes(table.write_csv(separator=separator).encode(encoding))
    return path


def _xlsx(path):
    names = list(dict.fromkeys(name for row in ROWS for name in row))
    cells = [[_sheet_cell(row.get(name)) for name in names] for row in ROWS]
    return workbook(path, [names, *cells])


def _sheet_cell(value):
    """A value as people put it into a sheet: numbers and ticks as such, the rest as text."""
    is_plain = value is None or isinstance(value, bool | int | Decimal)
    return value if is_plain else cell(value)


FILES = {
    "lines.jsonl": lambda path: write(path, ROWS),
    "decimals.parquet": lambda path: write(path, ROWS),
    "doubles.parquet": lambda path: write(path, ROWS, "double"),
    "plain.csv": lambda path: write(path, ROWS),
    "semicolons.csv": lambda path: _csv(path, separator=";"),
    "tabs.csv": lambda path: _csv(path, separator="\t"),
    "gbk.csv": lambda path: _csv(path, encoding="gbk"),
    "utf-16.csv": lambda path: _csv(path, encoding="utf-16"),
    "sheet.xlsx": _xlsx,
    "merchants.yaml": lambda path: write(path, ROWS),
}


@pytest.mark.parametrize("name", FILES)
def test_every_file_gives_the_digest_of_the_dicts(plans, digest, tmp_path, name):
    source = FILES[name](tmp_path / name)
    out = tmp_path / "scores.jsonl"
    encoding = "gbk" if name.startswith("gbk") else None
    run = score_population([source], plans, Outputs(out), encoding=encoding)
    assert (run.tally.rows, run.tally.rejected) == (60, 5)
    assert f"sha256:{sha256(out.read_bytes()).hexdigest()}" == digest
