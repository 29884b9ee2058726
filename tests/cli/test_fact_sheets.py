"""`facts template` as a sheet: what the rules use, with checks, read again by `score`."""

import csv
import html
import zipfile

import pytest
from tests.fixtures.population import examples, flattened
from tests.merchants.columns.test_sheets import SHEET, rewritten

from steelyard.merchants.columns.sheets import sheet_frame
from steelyard.merchants.rows import MerchantSchema

DAY = ["--as-of", "2026-06-01"]
INDUSTRY = ["--industry", "maternity"]
NOTHING = MerchantSchema((), (), ())


def filled(name):
    """The text of a cell of an example merchant."""
    shop = flattened(next(one for one in examples() if one["merchant"] == "little-sprout"))
    value = shop.get(name)
    if isinstance(value, list):
        return None
    return value if value is None else str(value).lower() if value in (True, False) else str(value)


def test_a_csv_template_that_is_filled_in_is_scored(run, tmp_path):
    path = tmp_path / "shops.csv"
    assert run("facts", "template", "--format", "csv", *INDUSTRY, "--out", path) == (0, "", "")
    (names,) = csv.reader(path.read_text(encoding="utf-8").splitlines())
    assert names[:3] == ["merchant", "industry", "shop_type"]
    assert "orders.paid_30d" in names
    assert not any(name.startswith("petcare.") for name in names)
    with path.open("a", encoding="utf-8") as file:
        csv.writer(file).writerow([filled(name) for name in names])
    status, out, err = run("score", path, *DAY)
    assert (status, err) == (0, "")
    assert out.startswith("1 merchant: 1 scored")


def test_an_xlsx_template_that_is_filled_in_is_scored(run, tmp_path):
    path = tmp_path / "shops.xlsx"
    assert run("facts", "template", "--format", "xlsx", *INDUSTRY, "--out", path) == (0, "", "")
    assert run("score", path, *DAY)[0] == 2  # it has no merchants yet
    names = sheet_frame(path, "shops.xlsx", None, NOTHING).columns
    cells = "".join(
        f'<c t="inlineStr"><is><t>{html.escape(filled(name) or "")}</t></is></c>' for name in names
    )
    row = f'<row r="2">{cells}</row></sheetData>'.encode()
    rewritten(path, SHEET, lambda old: old.replace(b"</sheetData>", row))
    status, out, err = run("score", path, *DAY)
    assert (status, err) == (0, "")
    assert out.startswith("1 merchant: 1 scored")


def test_an_xlsx_template_checks_what_is_typed(run, tmp_path):
    path = tmp_path / "shops.xlsx"
    run("facts", "template", "--format", "xlsx", "--out", path)
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read(SHEET).decode()
        notes = archive.read("xl/comments1.xml").decode()
        book = archive.read("xl/workbook.xml").decode()
    for kind in ("list", "whole", "decimal", "date"):
        assert f'<dataValidation type="{kind}"' in sheet
    assert "required; whole number" in notes
    assert "必填; 整数" in notes
    assert 'name="Lists"' in book
    assert 'state="hidden"' in book
    content = path.read_bytes()
    run("facts", "template", "--format", "xlsx", "--out", path)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("arguments", "fix"),
    [
        (["--format", "xlsx"], "name a file: --out FILE.xlsx"),
        ([], "say --industry ID"),
        (["--format", "csv", "--industry", "maternty"], "did you mean 'maternity'?"),
    ],
)
def test_wrong_usage_says_what_to_type(run, arguments, fix):
    status, _, err = run("facts", "template", *arguments)
    assert status == 2
    assert f"fix: {fix}" in err
