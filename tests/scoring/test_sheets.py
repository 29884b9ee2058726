"""Results as sheets: the values of CSV, texts as texts, the same bytes each time."""

from decimal import Decimal

import polars as pl
import pytest
from tests.fixtures.population import AS_OF, BOOK, merchants, with_faults, write

from steelyard.errors import InvalidInput
from steelyard.formats import workbooks
from steelyard.formats.workbooks import open_sheet
from steelyard.merchants.columns.sheets import sheet_frame
from steelyard.merchants.rows import MerchantSchema
from steelyard.scoring.plans import open_plans
from steelyard.scoring.runs import Outputs, score_population

NOTHING = MerchantSchema((), (), ())


@pytest.fixture(scope="module")
def plans():
    return open_plans(BOOK, as_of=AS_OF)


def test_a_sheet_of_scores_has_the_values_of_csv(plans, tmp_path):
    rows = with_faults(merchants(30))
    rows[8]["merchant"] = "=1+1"
    source = write(tmp_path / "m.jsonl", rows)
    for form in ("csv", "xlsx"):
        outputs = Outputs(tmp_path / f"s.{form}", tmp_path / f"i.{form}")
        score_population([source], plans, outputs, batch=7)
    for name in ("s", "i"):
        cells = pl.read_csv(tmp_path / f"{name}.csv", infer_schema=False)
        sheet = sheet_frame(tmp_path / f"{name}.xlsx", name, None, NOTHING)
        assert sheet.columns == cells.columns
        for column in cells.columns:
            texts = [_plain(one) for one in cells[column]]
            assert [_plain(one) for one in sheet[column]] == texts, column
    assert "=1+1" in sheet_frame(tmp_path / "s.xlsx", "s", None, NOTHING)["merchant"]
    rejects = sheet_frame(tmp_path / "s.rejects.xlsx", "r", None, NOTHING)
    assert rejects.columns[:6] == ["source", "row", "merchant", "code", "name", "what"]
    assert rejects["row"].to_list() == ["2", "3", "4", "5", "7"]
    assert rejects["code"].to_list() == ["SY607", "SY605", "SY604", "SY603", "SY607"]


def _plain(text):
    """A number without its trailing zeros; other texts as they are."""
    try:
        return Decimal(text)
    except (ArithmeticError, TypeError):
        return text or None


def test_a_sheet_has_the_same_bytes_each_time(plans, tmp_path):
    source = write(tmp_path / "m.jsonl", merchants(3))
    for name in ("a", "b"):
        score_population([source], plans, Outputs(tmp_path / f"{name}.xlsx"))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@a", "{=1}", "https://a.b", "mailto:a", "0012"]
)
def test_every_text_is_written_as_a_text(tmp_path, text):
    path = sheet(tmp_path / "s.xlsx", [["merchant"], [text]])
    assert sheet_frame(path, "s", None, NOTHING)["merchant"].to_list() == [text]
    assert b"<f>" not in sheet_xml(path)


def sheet(path, rows):
    with open_sheet(path.name) as writer:
        writer.write(rows)
        path.write_bytes(writer.close())
    return path


def sheet_xml(path):
    from zipfile import ZipFile

    with ZipFile(path) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def test_a_decimal_that_no_double_holds_is_written_as_text(tmp_path):
    numbers = [Decimal("0.123456789012345678"), 2**60, Decimal("-4.90")]
    path = sheet(tmp_path / "s.xlsx", [["merchant", "a", "b"], numbers])
    assert sheet_frame(path, "s", None, NOTHING).row(0) == (
        "0.123456789012345678",
        str(2**60),
        "-4.9",
    )


def test_results_that_fit_in_no_sheet_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "_MAX_ROWS", 2)
    with pytest.raises(InvalidInput, match=r"SY115.*\n.*at most 2 rows"):
        sheet(tmp_path / "s.xlsx", [["a"], ["b"], ["c"]])
    with pytest.raises(InvalidInput, match=r"SY115.*\n.*32,767 characters"):
        sheet(tmp_path / "s.xlsx", [["x" * 40_000]])


def test_temporary_files_of_a_failed_run_are_deleted(plans, tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "_MAX_ROWS", 2)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "tmp").mkdir()
    source = write(tmp_path / "m.jsonl", merchants(9))
    with pytest.raises(InvalidInput, match="SY115"):
        score_population([source], plans, Outputs(tmp_path / "s.xlsx"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.jsonl", "tmp"]
    assert list((tmp_path / "tmp").iterdir()) == []
