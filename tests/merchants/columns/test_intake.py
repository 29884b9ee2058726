"""Text files as spreadsheets, warehouses and pipes give them: encodings, separators, titles, folders."""

import gzip
import io
import json
import sys
from pathlib import Path

import polars as pl
import pytest

from steelyard.errors import InvalidInput
from steelyard.merchants.columns import open_population
from steelyard.merchants.rows import MerchantSchema
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text

KNOWN = MerchantSchema(
    (
        FactDeclaration("a.n", "int", Text("Orders", "订单"), "", "", low=0, high=10**9),
        FactDeclaration("a.share", "decimal", Text("Share", "占比"), "", "", decimals=2, high=100),
        FactDeclaration("a.year", "int", Text("Year", "年"), "", "", low=0, high=3_000),
        FactDeclaration("b.sent", "int", Text("Sent", "件数"), "", "", high=99),
        FactDeclaration("b.signed", "int", Text("Signed", "件数"), "", "", high=99),
    ),
    ("toys", "tea shops"),
    ("ordinary",),
)
HEAD = "merchant,industry,a.n\n"
TABLE = f"{HEAD}茶,toys,1\n玩具,toys,2\n"
ROWS = [("茶", "toys", 1), ("玩具", "toys", 2)]


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(*sources, facts=("fact:a.n",), **more):
    """Return name, industry and facts of the merchants, and all problems; the counts add up."""
    with open_population(sources, KNOWN, **more) as population:
        batches = list(population.batches(3))
        rejects = [reject for batch in batches for reject in batch.rejects]
        frames = [batch.facts.rename(lambda name: name.removeprefix("fact:")) for batch in batches]
        rows = [row for frame in frames for row in _rows(frame, facts)]
        assert population.rows == sum(batch.rows for batch in batches) == len(rows) + len(rejects)
    return rows, [problem for reject in rejects for problem in reject.problems]


def _rows(frame, facts):
    names = ["merchant", "industry", *(name.removeprefix("fact:") for name in facts)]
    missing = [pl.lit(None).alias(name) for name in names if name not in frame.columns]
    return frame.with_columns(missing).select(names).rows()


def refused(*sources, **more):
    with pytest.raises(InvalidInput) as caught:
        read(*sources, **more)
    return [
        (one.code, one.place and one.place.line, one.what, one.fix) for one in caught.value.problems
    ]


# encodings


@pytest.mark.parametrize("mark", ["utf-16", "utf-8-sig"])
@pytest.mark.parametrize("encoding", [None, "gbk"])
def test_a_byte_order_mark_says_how_a_file_is_read(tmp_path, mark, encoding):
    assert read(write(tmp_path / "m.csv", TABLE.encode(mark)), encoding=encoding) == (ROWS, [])


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-16-le", "utf-16-be", "utf-8"])
@pytest.mark.parametrize("ending", ["csv", "csv.gz", "jsonl"])
def test_an_encoding_that_is_named_is_read(tmp_path, encoding, ending):
    text = TABLE
    if ending == "jsonl":
        lines = [
            json.dumps({"merchant": name, "industry": "toys", "a.n": n}, ensure_ascii=False)
            for name, _, n in ROWS
        ]
        text = "\n".join(lines)
    content = text.encode(encoding)
    path = tmp_path / f"m.{ending}"
    write(path, gzip.compress(content) if ending.endswith("gz") else content)
    assert read(path, encoding=encoding) == (ROWS, [])
    if encoding != "utf-8":
        fitting = "gb18030" if encoding.startswith("gb") else encoding
        ((code, line, what, fix),) = refused(path)
        assert (code, line) == ("SY103", 2 if ending[:3] == "csv" and fitting == "gb18030" else 1)
        assert fitting.upper() in what
        assert fix == f"say --encoding {fitting}, or save the file as UTF-8"


def test_text_of_no_encoding_that_is_known_has_no_encoding_in_its_message(tmp_path):
    path = write(tmp_path / "m.csv", f"{HEAD}café,toys,1\n".encode("latin-1"))
    fix = "save the file as UTF-8"
    assert refused(path) == [("SY103", 2, "the line is not UTF-8 text", fix)]
    assert refused(path, encoding="gbk") == [("SY103", 2, "the line is not GBK text", fix)]


def test_an_encoding_that_does_not_fit_is_told_with_its_line(tmp_path):
    rows = "".join(f"m{number},toys,1\n" for number in range(300_000))
    path = write(tmp_path / "m.csv", (HEAD + rows).encode() + b"\xff\n")
    assert refused(path, encoding="gb18030") == [
        ("SY103", 300_002, "the line is not GB18030 (GBK) text", "save the file as UTF-8")
    ]
    path = write(tmp_path / "odd.csv", TABLE.encode("utf-16") + b"a")
    ((code, _, what, _),) = refused(path)
    assert (code, what) == ("SY103", "the line is not UTF-16-LE text")
    path = write(tmp_path / "half.csv", TABLE.encode("utf-16-le") + b"\x00\xd8a\x00")
    assert refused(path, encoding="utf-16-le")[0][0] == "SY103"
    path = write(tmp_path / "wide.csv", TABLE.encode("utf-32"))
    assert refused(path)[0][2] == "the file begins with the byte order mark of UTF-32"


def test_an_encoding_without_a_text_file_is_a_mistake(tmp_path):
    path = write(tmp_path / "m.yaml", "{merchant: m, industry: toys}")
    assert refused(path, encoding="gbk")[0][:3] == (
        "SY701",
        None,
        "an encoding is given, and no file is CSV or JSON Lines",
    )


# separators


@pytest.mark.parametrize("separator", [";", "\t"])
def test_separators_are_those_of_the_header(tmp_path, separator):
    text = f'{HEAD}"a"",""b",toys,1\n"two\nlines",toys,2\n\n'.replace(",", separator)
    rows, problems = read(write(tmp_path / "m.csv", text.replace('""' + separator, '"",')))
    assert rows == [('a","b', "toys", 1)]
    assert [(one.code, one.place.line) for one in problems] == [("SY604", 3)]
    several = [write(tmp_path / "many" / f"{n}.csv", f"{TABLE}".replace("茶", f"{n}").replace("玩具", f"m{n}").replace(",", one))
               for n, one in enumerate((",", separator, separator, ","))]  # fmt: skip
    assert len(read(*several)[0]) == 8


def test_the_only_separator_is_that_of_the_file(tmp_path):
    """So one problem says what is wrong: no column is called `industry`."""
    path = write(tmp_path / "m.csv", "merchant;a.n\nm;1\n")
    assert refused(path) == [("SY603", 1, "there is no column 'industry'", None)]


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ("merchant;industry,a.n", "`,` and `;`"),
        ("merchant;industry\ta.n", "`;` and a tab"),
        ("merchant|industry|a.n", "`|`"),
        ("商家，行业，订单", "`，`"),
    ],
)
def test_separators_that_are_unclear_are_one_problem(tmp_path, header, shown):
    (problem,) = refused(write(tmp_path / "m.csv", f"{header}\nm,toys,1\n"))
    assert problem[:3] == ("SY117", 1, f"the columns are separated by {shown}")


# headers


@pytest.mark.parametrize(
    "header", ["商家,行业,订单", "Merchant,Industry,Orders", "商家,industry,订单"]
)
def test_titles_stand_for_names(tmp_path, header):
    assert read(write(tmp_path / "m.csv", f"{header}\nm,toys,1\n")) == ([("m", "toys", 1)], [])
    assert read(write(tmp_path / "a.csv", f"{header}\nx,toys,1\n"), tmp_path / "m.csv")[1] == []
    ((code, _, _, fix),) = refused(write(tmp_path / "z.csv", f"{header}s\nm,toys,1\n"))
    title = header.rpartition(",")[2]
    assert (code, fix) == ("SY602", f"did you mean {title!r}?")


def test_names_of_merchants_are_unique_under_titles_too(tmp_path):
    first = write(tmp_path / "a.csv", "商家,行业\nm,toys\n")
    second = write(tmp_path / "b.csv", "merchant,industry\nm,toys\n")
    assert [one.code for one in read(first, second)[1]] == ["SY607", "SY607"]


def test_a_title_of_two_facts_names_both(tmp_path):
    what = "'件数' is the title of b.sent and of b.signed"
    path = write(tmp_path / "m.csv", "商家,行业,件数\nm,toys,1\n")
    assert refused(path) == [("SY610", 1, what, "write b.sent or b.signed")]
    path = write(tmp_path / "m.csv", "商家,行业,订单,a.n\nm,toys,1,1\n")
    what = "duplicate column 'a.n': '订单' and 'a.n' both stand for it"
    assert refused(path) == [("SY606", 1, what, "remove one of the two")]


# empty rows at the end


@pytest.mark.parametrize("end", [",,\n", ",,\r\n,,\r\n", ",,", "\n,,\n\n,,,,,\n"])
def test_rows_of_nothing_but_separators_at_the_end_are_no_rows(tmp_path, end):
    assert read(write(tmp_path / "m.csv", TABLE + end)) == (ROWS, [])
    assert read(write(tmp_path / "m.csv", HEAD + end)) == ([], [])


@pytest.mark.parametrize("row", [",,3", ", ,", '"","",""', "x,,"])
def test_what_somebody_wrote_at_the_end_is_a_row(tmp_path, row):
    rows, problems = read(write(tmp_path / "m.csv", f"{TABLE},,\n{row}\n,,\n"))
    assert rows == ROWS
    assert {one.place.line for one in problems} == {4, 5}


def test_very_many_empty_rows_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("steelyard.merchants.columns.csv_files.MAX_EMPTY_BYTES", 1_000)
    path = write(tmp_path / "m.csv", HEAD + ",,\n" * 1_000)
    assert refused(path)[0][::3] == ("SY102", "delete the empty rows")


# cells


def test_every_cell_of_a_row_has_its_exact_fix(tmp_path):
    path = write(tmp_path / "m.csv", '商家;行业;订单;占比\nm;toys;1,234;"0,5"\nn;toys;12;95%\n')
    rows, problems = read(path)
    assert rows == []
    assert [(one.place.line, one.fix) for one in problems] == [
        (2, "write 1234"),
        (2, "write 0.5"),
        (3, "write 0.95"),
    ]


# merchant files


@pytest.mark.parametrize(
    ("content", "text_format"),
    [
        ('{\n  "merchant": "m",\n  "industry": "toys",\n  "a": {"n": 1}\n}', None),
        ('[{"merchant": "m", "industry": "toys", "a.n": 1}]', None),
        ('{"merchants": [{"merchant": "m", "industry": "toys", "a.n": 1}]}', None),
        ('{"merchant": "m", "industry": "toys", "a.n": 1}\n', None),
        ("merchant: m\nindustry: toys\na: {n: 1}\n", None),
        ("# shops\n\n- merchant: m\n  industry: toys\n  a.n: 1\n", None),
        ("---\n{merchant: m, industry: toys, a.n: 1}\n", None),
        ("{merchant: m, industry: toys, a.n: 1}\n", "yaml"),
        ('{"merchant": "m", "industry": "toys", "a.n": 1}', "json"),
    ],
)
def test_merchant_files_are_read_from_standard_input(monkeypatch, content, text_format):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
    assert read("-", text_format=text_format) == ([("m", "toys", 1)], [])


def test_problems_of_standard_input_have_their_lines(monkeypatch):
    content = b"- merchant: m\n  industry: toys\n  a.n: 1,5\n- merchant: n\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    rows, problems = read("-")
    assert rows == []
    assert [str(one.place) for one in problems] == ["standard input:3:8", "standard input:4:3"]


def test_a_folder_of_merchant_files_is_a_population(tmp_path):
    write(tmp_path / "a.yaml", "{merchant: m, industry: toys, a.n: 1}")
    write(tmp_path / "b.json", '[{"merchant": "n", "industry": "toys", "a.n": 2}]')
    write(tmp_path / "c.yml", "- {merchant: m, industry: cars}")
    rows, problems = read(tmp_path)
    assert rows == [("n", "toys", 2)]
    assert sorted({(Path(one.place.file).name, one.code) for one in problems}) == [
        ("a.yaml", "SY607"),
        ("c.yml", "SY604"),
        ("c.yml", "SY607"),
    ]
    assert read(str(tmp_path / "*.json")) == ([("n", "toys", 2)], [])


# folders that give columns


def parquet(path, **columns):
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(columns).write_parquet(path)
    return path


def test_names_of_folders_give_columns(tmp_path):
    parquet(tmp_path / "industry=toys" / "a.year=2026" / "p.parquet", merchant=["a", "b"])
    parquet(tmp_path / "industry=toys" / "a.year=2025" / "p.parquet", merchant=["c"])
    write(tmp_path / "industry=tea%20shops" / "a.year=2026" / "p.csv", "merchant\nd\ne\n")
    parquet(
        tmp_path / "industry=toys" / "a.year=__HIVE_DEFAULT_PARTITION__" / "p.parquet",
        merchant=["f"],
    )
    write(tmp_path / "industry=toys" / "a.year=2024" / "p.jsonl", '{"merchant": "g"}\n{"merchant": "h", "industry": "toys", "a.year": 2024}\n')  # fmt: skip
    write(tmp_path / "_SUCCESS", "")
    rows, problems = read(tmp_path, facts=["fact:a.year"])
    assert problems == []
    assert sorted(rows) == [
        ("a", "toys", 2026),
        ("b", "toys", 2026),
        ("c", "toys", 2025),
        ("d", "tea shops", 2026),
        ("e", "tea shops", 2026),
        ("f", "toys", None),
        ("g", "toys", 2024),
        ("h", "toys", 2024),
    ]


@pytest.mark.parametrize("small", [True, False])
def test_a_column_of_a_file_may_repeat_its_folder_but_not_contradict_it(
    tmp_path, monkeypatch, small
):
    if not small:
        monkeypatch.setattr("steelyard.merchants.columns.parts.SMALL", 0)
    for name in "ab":
        write(
            tmp_path / "industry=toys" / f"{name}.csv",
            f"merchant,industry\n{name}1,toys\n{name}2,\n",
        )
    assert [name for name, *_ in read(tmp_path)[0]] == ["a1", "a2", "b1", "b2"]
    write(tmp_path / "industry=toys" / "c.csv", "merchant,industry\nc1,toys\nc2,cars\n")
    fix = "remove the column from the file, or move the row to the folder of its value"
    what = "the column industry has another value than the folder industry=toys"
    assert refused(tmp_path) == [("SY609", 3, what, fix)]


def test_a_line_of_json_that_contradicts_its_folder_is_rejected(tmp_path):
    lines = (
        '{"merchant": "a", "industry": "cars", "a.n": -1}\n{"merchant": "b", "industry": null}\n'
    )
    write(tmp_path / "industry=toys" / "m.jsonl", lines)
    rows, problems = read(tmp_path)
    assert rows == [("b", "toys", None)]
    assert [(one.code, one.place.line) for one in problems] == [
        ("SY609", 1),
        ("SY604", 1),
        ("SY605", 1),
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["colour=red/p.csv", "colour=blue/p.csv"], ("SY602", "the folder's name gives 'colour', which is not a fact")),
        (["merchant=m/p.csv"], ("SY602", "the folder's name gives 'merchant', which is not a fact")),
        (["industry=toys/p.csv", "more.csv"], ("SY701", "the folder has folders inside, and more.csv")),
        (["industry=toys/p.csv", "old/p.csv"], ("SY701", "the folder has folders inside, and old")),
        (["industry=toys/industry=toys/p.csv"], ("SY606", None)),
        (["industry=toys/p.yaml"], ("SY701", "the merchant file p.yaml is in a folder that gives a column")),
        (["industry=toys/p.txt"], ("SY101", "the folder has no population file, but p.txt")),
    ],
)  # fmt: skip
def test_folders_that_give_no_column_are_told(tmp_path, files, expected):
    for file in files:
        write(tmp_path / file, "merchant\nm\n")
    ((code, _, what, _),) = refused(tmp_path)
    assert (code, expected[1] and what) == expected
