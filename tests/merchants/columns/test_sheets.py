"""Sheets of workbooks: the same merchants as from text, and one clear problem for each odd layout."""

import zipfile
from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest
from tests.fixtures.workbooks import FORMULA, workbook

from steelyard.errors import InvalidInput
from steelyard.merchants.columns import open_population
from steelyard.merchants.columns.sheets import sheet_frame
from steelyard.merchants.rows import MerchantSchema
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text

TITLE = Text("A fact", "事实")


def fact(name, kind, **more):
    return FactDeclaration(name, kind, TITLE, "", "", **more)


KNOWN = MerchantSchema(
    (
        fact("a.n", "int", low=0, high=10**18),
        fact("a.rate", "decimal", low=0, high=10**12, decimals=12),
        fact("a.day", "date", low=730_000, high=745_000),
        fact("a.yes", "bool", high=1),
        fact("a.colour", "enum", high=1, values=("red", "blue")),
    ),
    ("toys",),
    ("ordinary",),
)
HEAD = ["merchant", "industry", "a.n", "a.rate", "a.day", "a.yes", "a.colour"]
DAY = date(2026, 1, 5)


def read(path, **more):
    """The facts of each merchant, and the problems of each reject with their places."""
    with open_population([path], KNOWN, **more) as population:
        (batch,) = population.batches(100)
        assert population.rows == batch.facts.height + len(batch.rejects)
    rejects = [
        (reject.name, [(one.code, one.place.line, one.place.column) for one in reject.problems])
        for reject in batch.rejects
    ]
    return batch.facts.drop("row", "industry", "shop_type").rows(), rejects


def refused(path, **more):
    """The problems of a file, each as a list of its lines without the path."""
    with pytest.raises(InvalidInput) as caught, open_population([path], KNOWN, **more):
        pass
    return [str(one).replace(f"{path}:", "") for one in caught.value.problems]


def test_cells_are_read_exactly(tmp_path):
    """Numbers as their shortest decimals, days, booleans; a number in an id is its digits."""
    rows = [
        HEAD,
        [1001, "toys", 5, 0.123456789012, DAY, True, "red"],
        ["0012", "toys", 12.0, 1e-10, datetime(2026, 1, 5, 0, 0), False, None],  # noqa: DTZ001
        ["c", "toys", 123456789012345700, 0.97, "2026-01-05", "true", "blue"],
    ]
    facts, rejects = read(workbook(tmp_path / "s.xlsx", rows))
    assert rejects == []
    day = DAY.toordinal()
    assert facts == [
        ("1001", 5, 123456789012, day, True, 0),
        ("0012", 12, 100, day, False, None),
        ("c", 123456789012345700, 97 * 10**10, day, True, 1),
    ]


@pytest.mark.parametrize("number", [0.1, 0.12345000000001, 2.0**53, 1e22, 5e-324, 1.7e308, 1 / 3])
def test_a_number_is_the_shortest_decimal_of_its_double(tmp_path, number):
    path = workbook(tmp_path / "s.xlsx", [["x"], [number], [f"{number!r}"]])
    written, text = sheet_frame(path, "s.xlsx", None, KNOWN)["x"].to_list()
    # xlsxwriter writes 16 digits of a number
    assert float(written) == float(f"{number:.16G}")
    assert Decimal(written) == Decimal(repr(float(written)))
    assert text == repr(number)


def test_wrong_cells_reject_their_rows_only(tmp_path):
    rows = [
        HEAD,
        ["a", "toys", "#N/A", FORMULA, DAY, None, None],
        ["b", "toys", 5, 1, datetime(2026, 1, 5, 12, 30), None, None],  # noqa: DTZ001
        ["c", "toys", 5, 1, None, None, None],
        [None, None, None, None, None, None, None],
        ["#REF!", "toys", 5, 1, None, None, None],
        [" ", None, None, None, None, None, None],
    ]
    facts, rejects = read(workbook(tmp_path / "s.xlsx", rows))
    assert [row[0] for row in facts] == ["c"]
    assert rejects == [
        ("a", [("SY126", 2, 3), ("SY126", 2, 4)]),
        ("b", [("SY702", 3, 1)]),
        (None, [("SY603", 5, 1), ("SY603", 5, 1)]),
        (None, [("SY126", 6, 1), ("SY603", 6, 1)]),
    ]


def test_formulas_beyond_the_last_value_reject_their_rows(tmp_path):
    rows = [HEAD[:3], ["a", "toys", 1], [None, None, FORMULA]]
    facts, rejects = read(workbook(tmp_path / "s.xlsx", rows))
    assert len(facts) == 1
    assert rejects == [(None, [("SY126", 3, 3), ("SY603", 3, 1), ("SY603", 3, 1)])]


ROWS = [HEAD[:3], ["a", "toys", 1], ["b", "toys", 2]]


def second(book, _):
    book.add_worksheet("More").write(0, 0, 1)


def hidden(book, _):
    sheet = book.add_worksheet("Lists")
    sheet.write(0, 0, 1)
    sheet.hide()
    book.add_worksheet("Empty")


def test_the_sheet_is_named_if_several_have_values(tmp_path):
    path = workbook(tmp_path / "s.xlsx", ROWS, second)
    assert refused(path) == [
        (
            "1:1: SY125 sheet-layout: 2 sheets have values: Shops, More\n    expected: one sheet\n"
            "    fix: name the sheet of the merchants: --sheet 'Shops'"
        )
    ]
    assert len(read(path, sheet="Shops")[0]) == 2
    assert refused(path, sheet="shop") == [
        (
            "1:1: SY703 unknown-name: the file has no sheet called 'shop'\n"
            "    expected: one of Shops, More\n    fix: did you mean 'Shops'?"
        )
    ]
    assert len(read(workbook(path, ROWS, hidden))[0]) == 2


def test_merged_cells_are_refused_with_their_place(tmp_path):
    path = workbook(tmp_path / "s.xlsx", ROWS, lambda _, sheet: sheet.merge_range("B2:B3", "toys"))
    assert refused(path) == [
        (
            "2:2: SY125 sheet-layout: the cells B2:B3 are merged\n    expected: a cell for each value\n"
            "    fix: unmerge them, and fill each cell"
        )
    ]


@pytest.mark.parametrize("title", [None, "Shops of June"])
def test_a_header_below_row_1_is_named(tmp_path, title):
    rows = [[title], *ROWS] if title else ROWS
    path = workbook(tmp_path / "s.xlsx", rows, top=1 - bool(title))
    assert refused(path) == [
        (
            "2:1: SY125 sheet-layout: the header is in row 2\n"
            "    expected: the names of the facts in row 1, and a merchant in each row below\n"
            "    fix: delete the rows above row 2"
        )
    ]


def test_columns_are_checked_as_in_text(tmp_path):
    path = workbook(tmp_path / "s.xlsx", [["merchant", "industry", "a.n", "a.n", "a.m"], ["a"]])
    assert [text.split(":")[2] for text in refused(path)] == [" SY606 merchant-duplicate-fact"]
    path = workbook(tmp_path / "s.xlsx", [["merchant", "a.m", None], ["a", 1, None]])
    assert [text.split()[1] for text in refused(path)] == ["SY603", "SY602"]


def test_an_empty_or_damaged_file_is_refused(tmp_path):
    assert "SY104" in refused(workbook(tmp_path / "s.xlsx", []))[0]
    path = workbook(tmp_path / "s.xlsx", ROWS)
    path.write_bytes(path.read_bytes()[:-30])
    assert "SY117 wrong-format: the file is not readable as xlsx" in refused(path)[0]
    path.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600))  # .xls, or with a password
    assert "save it as .xlsx" in refused(path)[0]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "b")
    assert "SY117" in refused(path)[0]


def rewritten(path, part, change):
    """Replace a part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def test_a_small_file_does_not_stand_for_a_huge_one(tmp_path):
    """Neither many bytes, nor far cells, nor many rows, nor a long text that many cells share."""
    path = tmp_path / "s.xlsx"

    def end(content):
        return lambda old: old.replace(b"</sheetData>", content + b"</sheetData>")

    rewritten(workbook(path, ROWS), SHEET, end(b" " * (1 << 25)))
    assert "SY102" in refused(path)[0]
    far = b'<row r="9000"><c r="XFD9000"><v>1</v></c></row>'
    rewritten(workbook(path, ROWS), SHEET, end(far))
    assert "SY115 too-many-values: the sheet has 10 cells in 9,000 rows" in refused(path)[0]
    far = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    rewritten(workbook(path, ROWS), SHEET, end(far))
    assert "SY115 too-many-values" in refused(path)[0]
    workbook(path, [*ROWS, ["x" * 32_000]])
    cells = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>6</v></c></row>' % (n, n) for n in range(5, 2000)
    )
    rewritten(path, SHEET, end(cells))
    assert "SY102" in refused(path)[0]


def test_entities_and_wild_references_are_refused(tmp_path):
    path = tmp_path / "s.xlsx"
    for old, new in ((b'r="A2"', b'r="ZZZZ2"'), (b"<sheetData>", b"<sheetData>&wild;")):
        rewritten(workbook(path, ROWS), SHEET, lambda content: content.replace(old, new))  # noqa: B023
        assert "SY117" in refused(path)[0]
    rewritten(
        workbook(path, ROWS),
        SHEET,
        lambda content: content.replace(b"<v>5</v>", b"<v>99</v>").replace(
            b"<v>4</v>", b"<v>99</v>"
        ),
    )
    assert "SY117" in refused(path)[0]


def test_names_with_spaces_and_other_endings_stay(tmp_path):
    frame = sheet_frame(
        workbook(tmp_path / "s.xlsx", [["merchant", "b"], [" a ", "=x"]]), "s", None, KNOWN
    )
    assert frame.equals(pl.DataFrame({"merchant": [" a "], "b": ["=x"]}))


def test_a_header_may_have_the_titles_of_facts(tmp_path):
    known = MerchantSchema(
        (FactDeclaration("a.n", "int", Text("Orders", "订单数"), "", "", high=9),), ("toys",), ()
    )
    for head in (["merchant", "industry", "订单数"], ["merchant", "industry", "Orders"]):
        path = workbook(tmp_path / "s.xlsx", [head, ["a", "toys", 5]])
        assert sheet_frame(path, "s", None, known).columns == ["merchant", "industry", "a.n"]
