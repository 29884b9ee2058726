"""`explain` and `score` of one merchant in a population, as of the merchant's own file."""

import pytest
from tests.fixtures.population import examples, flattened, write
from tests.fixtures.workbooks import workbook

DAY = ["--as-of", "2026-06-01"]
SPROUT = "rulesets/merchants/little-sprout.yaml"


def population(path):
    rows = [flattened(one) for one in examples()]
    if path.suffix != ".xlsx":
        return write(path, rows)
    rows = [{k: v for k, v in row.items() if not isinstance(v, list)} for row in rows]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return workbook(path, [names, *([row.get(name) for name in names] for row in rows)])


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
@pytest.mark.parametrize("command", ["explain", "score"])
def test_one_merchant_of_a_population_is_shown_as_a_single_file(run, tmp_path, form, command):
    path = population(tmp_path / f"shops.{form}")
    expected = run(command, SPROUT, *DAY)
    assert run(command, str(path), *DAY, "--merchant", "little-sprout") == expected


def test_one_merchant_of_a_sheet(run, tmp_path):
    path = population(tmp_path / "shops.xlsx")
    status, out, err = run("explain", str(path), *DAY, "--merchant", "first-light")
    assert (status, err) == (0, "")
    assert out == run("explain", "rulesets/merchants/first-light.yaml", *DAY)[1]


def test_an_unknown_name_shows_similar_ones(run, tmp_path):
    path = population(tmp_path / "shops.jsonl")
    status, out, err = run("explain", str(path), *DAY, "--merchant", "little-sprouts")
    assert (status, out) == (2, "")
    assert err == (
        "SY703 unknown-name: no merchant is called 'little-sprouts'\n"
        "    fix: did you mean 'little-sprout'?\n"
    )
    status, _, err = run("explain", str(path), *DAY)
    assert status == 2
    assert "fix: name one of them: --merchant ID" in err


def test_a_name_of_two_rows_and_a_wrong_row_are_rejected(run, tmp_path):
    row = flattened(examples()[0])
    path = write(
        tmp_path / "shops.jsonl", [row, row, row | {"merchant": "b", "orders.paid_30d": -1}]
    )
    status, out, err = run("explain", str(path), *DAY, "--merchant", row["merchant"])
    assert (status, out) == (1, "")
    assert "SY607" in err
    status, _, err = run("score", str(path), *DAY, "--merchant", "b")
    assert status == 1
    assert "SY605" in err


def test_one_merchant_is_not_written_to_a_file(run, tmp_path):
    path = population(tmp_path / "shops.jsonl")
    arguments = ["--merchant", "first-light", "--out", str(tmp_path / "o.csv")]
    assert run("score", str(path), *DAY, *arguments)[0] == 2
