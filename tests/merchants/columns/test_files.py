"""Files, folders, globs and standard input: what is read, and what is said of what cannot be."""

import gzip
import io
import os
import re
import sys
import tracemalloc
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.errors import InvalidInput
from steelyard.merchants.columns import open_population, read_frame
from steelyard.merchants.columns.csv_files import csv_frames
from steelyard.merchants.columns.duplicates import _repeated
from steelyard.merchants.columns.origins import Origin
from steelyard.merchants.columns.parquet import size_problems
from steelyard.merchants.rows import MerchantSchema
from steelyard.model.facts import FactDeclaration
from steelyard.model.limits import MAX_LINE_BYTES
from steelyard.model.texts import Text

TITLE = Text("A fact", "事实")
KNOWN = MerchantSchema(
    (
        FactDeclaration("a.n", "int", TITLE, "", "", low=0, high=10**9),
        FactDeclaration("a.day", "date", TITLE, "", "", low=730_000, high=745_000),
        FactDeclaration("a.yes", "bool", TITLE, "", "", high=1),
        FactDeclaration("a.colour", "enum", TITLE, "", "", high=1, values=("red", "blue")),
    ),
    ("toys",),
    ("ordinary",),
)
HEAD = "merchant,industry,a.n\n"
LINE = '{{"merchant": "m{}", "industry": "toys", "a.n": {}}}\n'


def names(*sources, **more):
    with open_population(sources, KNOWN, **more) as population:
        found = [name for batch in population.batches(7) for name in batch.facts["merchant"]]
        assert population.rows == len(found)
    return found


def lines(*numbers):
    return "".join(LINE.format(number, number) for number in numbers)


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refused(*sources, **more):
    """Every problem, as `CODE line what`."""
    with pytest.raises(InvalidInput) as caught:
        names(*sources, **more)
    return [
        " ".join([one.code, *([str(one.place.line)] if one.place else []), one.what])
        for one in caught.value.problems
    ]


def zstd(content):
    return pa.compress(content, codec="zstd", asbytes=True)


# what is read


def test_folders_are_read_in_order_of_names(tmp_path):
    """Files that a writer keeps for itself, with a dot or an underscore first, are no data."""
    write(tmp_path / "b.jsonl", lines(2))
    write(tmp_path / "a.ndjson", lines(1))
    for name in ("_SUCCESS", ".part.crc", "_temporary.jsonl"):
        write(tmp_path / name, lines(9))
    assert names(tmp_path) == ["m1", "m2"]
    (tmp_path / "inner").mkdir()
    write(tmp_path / "inner" / "c.jsonl", lines(8))
    assert names(str(tmp_path / "b*.jsonl")) == ["m2"]
    assert names(str(tmp_path / "**" / "[bc].jsonl")) == ["m2", "m8"]


def test_a_name_with_signs_of_a_glob_is_a_file_if_it_is_there(tmp_path):
    assert names(write(tmp_path / "a[1].jsonl", lines(1))) == ["m1"]


PARQUET = pa.table({"merchant": ["m1"], "industry": ["toys"], "a.n": [1]})


def parquet_bytes(table):
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "text_format"),
    [
        (lines(1).encode(), None),
        (lines(1).encode(), "jsonl"),
        (b"\n  " + lines(1).encode(), None),
        (f"{HEAD}m1,toys,1\n".encode(), None),
        (f"\ufeff{HEAD}m1,toys,1\n".encode(), None),
        (f"{HEAD}m1,toys,1\n".encode(), "csv"),
        (parquet_bytes(PARQUET), None),
        (parquet_bytes(PARQUET), "parquet"),
    ],
)
def test_standard_input_is_told_from_its_first_bytes(monkeypatch, content, text_format):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert names("-", text_format=text_format) == ["m1"]


def test_files_without_rows_are_populations(tmp_path):
    paths = [
        write(tmp_path / "a.jsonl", ""),
        write(tmp_path / "b.jsonl", "\n\n"),
        write(tmp_path / "c.csv", HEAD),
        write(tmp_path / "d.csv", HEAD.strip()),
        write(tmp_path / "e.parquet", parquet_bytes(PARQUET[:0])),
    ]
    assert names(*paths) == []


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}m1,toys,1\nm2,toys,\n",
        f"{HEAD}m1,toys,1\nm2,toys,",
        f"\ufeff{HEAD}m1,toys,1\nm2,toys,\n",
        f"{HEAD}m1,toys,1\n\nm2,toys,\n\n",
        f'{HEAD}"m1","toys","1"\n"m2","toys",""\n',
        f"{HEAD}m1,toys,1\nm2,toys,\n".replace("\n", "\r\n"),
        f"{HEAD}m1,toys,1\nm2,toys,\n".replace("\n", "\r"),
        f"{HEAD}m1,toys,1\nm2,toys,".replace("\n", "\r"),
    ],
)
def test_csv_as_programs_write_it(tmp_path, text):
    """Marks of byte order, ends of lines, blank lines and quotes make no difference."""
    with open_population([write(tmp_path / "m.csv", text)], KNOWN) as population:
        (batch,) = population.batches(10)
    assert batch.facts.select("row", "merchant", "a.n").rows() == [(1, "m1", 1), (2, "m2", None)]


class Drops(io.BytesIO):
    """A file that gives a few bytes at a time, as a pipe may."""

    size = 1

    def read(self, size=-1):
        return super().read(min(self.size, size) if size >= 0 else self.size)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from('"",,\n\n\rab'), max_size=24), st.integers(1, 5))
def test_blocks_of_csv_make_no_difference(parts, size):
    """Wherever a file is cut into blocks, its rows are those that Arrow reads from the whole."""

    def read(file):
        try:
            frames = list(csv_frames(file, "m.csv", KNOWN, 100, None))
        except InvalidInput as error:
            return [str(problem) for problem in error.problems]
        return pl.concat(frames).rows()

    drops = Drops("".join(["a,b\n", *parts]).encode())
    drops.size = size
    cut, whole = read(drops), read(io.BytesIO(drops.getvalue()))
    assert cut == whole
    has_empty_end = re.search(rb"[\r\n],+[\r\n]*\Z", drops.getvalue())
    if not has_empty_end and not any("a quote is not closed" in str(one) for one in whole):
        faults = []
        options = pa_csv.ParseOptions(
            newlines_in_values=True, invalid_row_handler=lambda row: faults.append(row) or "skip"
        )
        convert = pa_csv.ConvertOptions(strings_can_be_null=True, null_values=[""])
        table = pa_csv.read_csv(io.BytesIO(drops.getvalue()), None, options, convert)
        assert len(whole) == (len(faults) or table.num_rows)


def test_lines_as_programs_write_them(tmp_path):
    text = "\ufeff" + lines(1).replace("\n", "\r\n") + " \r\n" + lines(2).strip()
    with open_population([write(tmp_path / "m.jsonl", text)], KNOWN) as population:
        (batch,) = population.batches(10)
    assert batch.facts.select("row", "merchant", "a.n").rows() == [(1, "m1", 1), (3, "m2", 2)]


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
@pytest.mark.parametrize("rows", [1, 7, 100, 1000])
def test_a_batch_has_no_more_rows_than_asked_for(tmp_path, kind, rows):
    """Memory is bounded by the batch, whatever the file's size and its row groups."""
    numbers = range(250)
    path = tmp_path / f"m.{kind}"
    if kind == "jsonl":
        write(path, lines(*numbers))
    elif kind == "csv":
        write(path, HEAD + "".join(f"m{number},toys,{number}\n" for number in numbers))
    else:
        columns = {
            "merchant": [f"m{number}" for number in numbers],
            "industry": ["toys"] * 250,
            "a.n": list(numbers),
        }
        pq.write_table(pa.table(columns), path, row_group_size=90)
    with open_population([path], KNOWN) as population:
        batches = list(population.batches(rows))
        assert population.rows == 250
    assert max(batch.rows for batch in batches) <= rows
    assert [row for batch in batches for row in batch.facts["row"]] == list(range(1, 251))
    assert [value for batch in batches for value in batch.facts["a.n"]] == list(numbers)


def test_what_is_kept_on_disk_goes_with_the_population(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    content = lines(*range(20)).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    with open_population(["-"], KNOWN, in_memory=3) as population:
        assert population.rows == 20
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())
    with (
        pytest.raises(InvalidInput),
        open_population([tmp_path / "absent.csv"], KNOWN),
    ):
        pass
    assert not list(tmp_path.iterdir())


CSV_ROWS = f"{HEAD}m1,toys,1\nm2,toys,\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("m.csv.gz", gzip.compress(CSV_ROWS.encode(), mtime=0)),
        ("m.csv.zst", zstd(CSV_ROWS.encode())),
        (
            "m.jsonl.gz",
            gzip.compress(lines(1).encode(), mtime=0) + gzip.compress(lines(2).encode(), mtime=0),
        ),
        ("m.ndjson.ZST", zstd(lines(1, 2).encode())),
    ],
)
def test_compressed_files_are_read_as_what_they_hold(tmp_path, monkeypatch, name, content):
    assert names(write(tmp_path / name, content)) == ["m1", "m2"]
    assert names(tmp_path) == ["m1", "m2"]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert names("-") == ["m1", "m2"]
    cut = write(tmp_path / f"cut-{name}", content[:-9])
    (found,) = refused(cut)
    assert found.startswith("SY117 1 the file is not readable as ")


def test_many_small_files_are_one_population(tmp_path):
    """Rows and problems are told by their files, wherever files are read together."""
    texts = {
        "a.csv": f"{HEAD}m1,toys,1\nbad,cars,1\n",
        "b.csv": HEAD,
        "c.csv": f'{HEAD}\n"m3",toys,"3"\n\n',
        "d.csv": "industry,merchant\ntoys,m4",
        "e.csv": "industry,merchant\ntoys,m1\ncars,m5\n",
    }
    for name, text in texts.items():
        write(tmp_path / name, text)
    with open_population([tmp_path], KNOWN) as population:
        batches = list(population.batches(100))
        assert population.rows == 6
    assert [batch.rows for batch in batches] == [3, 3]
    rejects = [
        (Path(place.file).name, place.line, one.name, one.problems[0].code)
        for batch in batches
        for one in batch.rejects
        for place in [batch.place(one.row)]
    ]
    assert rejects == [
        ("a.csv", 3, "bad", "SY604"),
        ("a.csv", 2, "m1", "SY607"),
        ("e.csv", 3, "m5", "SY604"),
        ("e.csv", 2, "m1", "SY607"),
    ]
    assert [place.file for batch in batches for one in batch.rejects
            for place in [one.problems[0].place]] == [
        str(tmp_path / name) for name in ("a.csv", "a.csv", "e.csv", "e.csv")
    ]  # fmt: skip
    write(tmp_path / "f.csv", "industry,merchant\ntoys,m6\ntoys\n")
    write(tmp_path / "g.csv", b"industry,merchant\n\xff\n")
    assert refused(tmp_path) == [
        "SY117 3 row 2 has 1 cell, the header has 2 cells",
        "SY103 2 the line is not UTF-8 text",
    ]


def test_many_small_parquet_files_are_what_they_are_one_by_one(tmp_path):
    tables = [
        PARQUET,
        PARQUET[:0],
        PARQUET.set_column(0, "merchant", [["m2"]]),
        PARQUET.set_column(0, "merchant", [pa.array(["m3"]).dictionary_encode()]),
    ]
    for number, table in enumerate(tables):
        write(tmp_path / f"{number}.parquet", parquet_bytes(table))
    assert names(*sorted(tmp_path.iterdir())[:3]) == ["m1", "m2"]
    assert names(tmp_path) == ["m1", "m2", "m3"]
    unlike = PARQUET.append_column("a.yes", [["text"]])
    write(tmp_path / "4.parquet", parquet_bytes(unlike))
    write(tmp_path / "5.parquet", b"nothing")
    found = refused(tmp_path)
    assert found[0] == "SY604 1 the column a.yes has values of the type String"
    assert found[1].startswith("SY117 1 the file is not readable as parquet: ")


# what cannot be read


def test_nothing_that_is_named_is_skipped(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines(1).encode())))
    folders = {name: tmp_path / name for name in ("dangling", "hive", "packed", "plain")}
    for folder in folders.values():
        folder.mkdir()
        write(folder / "a.csv", CSV_ROWS)
    (folders["dangling"] / "b.csv").symlink_to("nowhere.csv")
    (folders["hive"] / "industry=toys").mkdir()
    write(folders["packed"] / "b.parquet.gz", b"")
    os.mkfifo(tmp_path / "pipe.csv")
    found = refused(
        "-", "-", *folders.values(), tmp_path / "pipe.csv", "s3://bucket/m.parquet", "a\0.csv"
    )
    assert found == [
        "SY701 standard input is named several times, and can be read once",
        "SY101 1 the file cannot be read: No such file or directory",
        "SY701 1 the folder has folders inside, and a.csv",
        "SY701 1 the folder has files of several formats: csv, parquet",
        f"SY701 1 {tmp_path}/pipe.csv is not a file",
        "SY701 1 s3://bucket/m.parquet is an address of a network, and only files are read",
        "SY101 1 the file cannot be read: embedded null byte",
    ]


def test_names_that_are_not_utf8_are_told_escaped(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.csv"))
    assert names(write(path, CSV_ROWS)) == ["m1", "m2"]
    write(path, f"{HEAD}m1\n")
    with pytest.raises(InvalidInput) as caught:
        names(path)
    assert caught.value.problems[0].place.file == f"{tmp_path}/caf\\xe9.csv"
    table = parquet_bytes(PARQUET.append_column("a.cafe", [[1]])).replace(b"a.cafe", b"a.caf\xe9")
    assert refused(write(tmp_path / "m.parquet", table)) == [
        "SY103 1 the name of a column is not UTF-8 text"
    ]
    table = parquet_bytes(PARQUET.set_column(0, "merchant", [["m-cafe"]]))
    (found,) = refused(write(tmp_path / "m.parquet", table.replace(b"m-cafe", b"m-caf\xe9")))
    assert found.startswith("SY117 1 the file is not readable as parquet: ")


def test_the_problems_of_very_many_columns_are_counted(tmp_path):
    header = ",".join(["merchant", "industry", *(f"c{number}" for number in range(2_000))])
    found = refused(write(tmp_path / "m.csv", header))
    assert found[0] == "SY602 1 column of the unknown fact 'c0'"
    assert found[1000:] == ["SY602 1 1,000 more columns have problems"]


def bomb(**columns):
    """A Parquet file of a few kilobytes that stands for very many values."""
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, compression="zstd")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("m.parquet", lambda: bomb(merchant=pa.nulls(2_000_000, pa.string()), industry=pa.nulls(2_000_000, pa.string())), "SY115 1 the file of "),
        ("m.parquet", lambda: bomb(merchant=["m"] * 9_000, industry=pa.DictionaryArray.from_arrays([0] * 9_000, ["x" * 600_000])), "SY115 1 the column industry has a text of 600,000 bytes"),
        ("m.parquet", lambda: bomb(merchant=["m"], industry=["toys"], records=pa.array([[{"n": None}] * 2_000_000])), "SY115 1 records.list.element.n has 2,000,000 values in 1 rows"),
        ("m.parquet", lambda: bomb(merchant=["a", "b"], industry=["toys", "toys"], records=pa.array([[{"n": None}] * 9_000] * 2)), "SY115 1 records.list.element.n has 18,000 values in the file of "),
        ("m.csv", lambda: ",".join(f"c{n}" for n in range(100_000)).encode() + b"\n", "SY115 1 the file has 100,000 columns"),
        ("m.csv.zst", lambda: zstd(HEAD.encode() + b"m,toys," + b"1" * 3_000_000), "SY102 1 the file of "),
        ("m.csv.zst", lambda: zstd(HEAD.encode() + b"m,toys,1\n" * 20_000), "SY115 1 the file of "),
        ("m.csv.gz", lambda: gzip.compress(HEAD.encode() + b"m,toys,1\r" * 20_000), "SY115 1 the file of "),
        ("m.csv.gz", lambda: gzip.compress(HEAD.encode() + b"m\n" * 20_000), "SY115 1 the file of "),
        ("m.jsonl.gz", lambda: gzip.compress(lines(1).encode() * 20_000), "SY115 1 the file of "),
    ],
)  # fmt: skip
def test_a_small_file_is_not_a_huge_population(tmp_path, monkeypatch, name, content, expected):
    monkeypatch.setattr("steelyard.merchants.columns.unpacking.MIN_UNPACKED_LIMIT", 2_000_000)
    path = write(tmp_path / name, content())
    assert path.stat().st_size < 1_000_000
    (found,) = refused(path)
    assert found.startswith(expected)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "".join(f"m{number},toys,1\n" for number in range(30_000)),
        lines(*range(30_000)),
    ],
)
def test_a_packed_file_of_numbered_merchants_is_a_population(tmp_path, text):
    """Nothing but the number of a merchant differs, which packs more than any facts do."""
    ending = "csv" if text.startswith(HEAD) else "jsonl"
    for name, content in (("gz", gzip.compress(text.encode(), 9)), ("zst", zstd(text.encode()))):
        assert len(names(write(tmp_path / f"m.{ending}.{name}", content))) == 30_000


def test_names_that_lead_nowhere_are_all_said(tmp_path):
    (tmp_path / "empty").mkdir()
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    write(mixed / "a.csv", HEAD)
    write(mixed / "b.jsonl", "")
    beside = tmp_path / "beside"
    beside.mkdir()
    write(beside / "a.csv", HEAD)
    write(beside / "notes.txt", "")
    sources = [
        tmp_path / "absent.csv",
        str(tmp_path / "*.parquet"),
        write(tmp_path / "m.ods", ""),
        tmp_path / "empty",
        mixed,
        beside,
    ]
    assert refused(*sources) == [
        "SY101 1 the file cannot be read: No such file or directory",
        f"SY101 1 no file matches {tmp_path}/*.parquet",
        f"SY701 1 {tmp_path}/m.ods has an unknown extension",
        "SY101 1 the folder has no population file",
        "SY701 1 the folder has files of several formats: csv, jsonl",
        "SY701 1 the folder also has notes.txt, which is not a population file",
    ]


def test_problems_of_all_headers_are_said_at_once(tmp_path):
    first = write(tmp_path / "a.csv", "merchant,a.nn\nm,1\n")
    second = tmp_path / "b.parquet"
    pq.write_table(pa.table({"merchant": ["m"], "industry": ["toys"], "a.n": [True]}), second)
    third = write(tmp_path / "c.parquet", b"PAR1 and no more")
    found = refused(first, second, third)
    assert found[:3] == [
        "SY603 1 there is no column 'industry'",
        "SY602 1 column of the unknown fact 'a.nn'",
        "SY604 1 the column a.n has values of the type Boolean",
    ]
    assert found[3].startswith("SY117 1 the file is not readable as parquet: ")
    assert len(found) == 4


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "SY117 1 the file is not readable as csv: its first line has no column names"),
        ("\n", "SY117 1 the file is not readable as csv: its first line has no column names"),
        ("merchant,industry,a.n,a.n\n", "SY606 1 duplicate column 'a.n' in the header"),
        (f"{HEAD}m1,toys,1\nm2,toys\n", "SY117 3 row 2 has 2 cells, the header has 3 cells"),
        (f"{HEAD}m1,toys,1\nm", "SY117 3 row 2 has 1 cell, the header has 3 cells"),
        (f"{HEAD}m1,toys,1,5\n", "SY117 2 row 1 has 4 cells, the header has 3 cells"),
        (f'{HEAD}m1,toys,"1\nm2,toys,2\n', "SY117 2 the file is not readable as csv: a quote is not closed"),
        (f'{HEAD}m1,toys,1\rm2,"toys,', "SY117 3 the file is not readable as csv: a quote is not closed"),
        (HEAD.encode() + b"m1,toys,1\nm\xe9,toys,1\n", "SY103 3 the line is not UTF-8 text"),
        (b"merch\xe9,nt\n", "SY103 1 the line is not UTF-8 text"),
    ],
)  # fmt: skip
def test_csv_that_is_none(tmp_path, content, expected):
    assert refused(write(tmp_path / "m.csv", content)) == [expected]


def test_a_row_that_no_one_wrote_is_not_swallowed(tmp_path):
    text = f'{HEAD}m1,toys,1\nm2,toys,"{"x" * (3 * MAX_LINE_BYTES)}"\n'
    assert refused(write(tmp_path / "m.csv", text)) == [
        "SY102 3 a row has more than 4,000,000 bytes"
    ]
    text = lines(1) + " " * (MAX_LINE_BYTES + 1)
    found = refused(write(tmp_path / "m.jsonl", text))
    assert found == ["SY102 2 the line has more than 4,000,000 bytes"]


def test_lines_that_are_not_utf8_end_the_run(tmp_path):
    content = lines(1).encode() + b'{"merchant": "\xe9"}\n'
    assert refused(write(tmp_path / "m.jsonl", content)) == ["SY103 2 the line is not UTF-8 text"]


def test_ragged_rows_are_told_up_to_a_limit(tmp_path):
    text = HEAD + "m1,toys,1\n" + "short,row\n" * 100
    found = refused(write(tmp_path / "m.csv", text))
    assert len(found) == 21
    assert found[-2:] == [
        "SY117 22 row 21 has 2 cells, the header has 3 cells",
        "SY117 1 80 more rows do not have 3 cells",
    ]


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("a.n", pa.array(["1"]), "SY604 1 the column a.n has values of the type String"),
        ("a.n", pa.array([True]), "SY604 1 the column a.n has values of the type Boolean"),
        ("a.n", pa.array(np.array([1], np.float16)), "SY604 1 the column a.n has values of the type Float16"),
        ("a.n", pa.array([Decimal(1)], pa.decimal256(50, 2)), "SY604 1 the column a.n has values of the type decimal256(50, 2)"),
        ("a.yes", pa.array([1]), "SY604 1 the column a.yes has values of the type Int64"),
        ("a.day", pa.array([0], pa.timestamp("us", "UTC")), "SY604 1 the column a.day has values of the type Datetime"),
        ("a.colour", pa.array([0]), "SY604 1 the column a.colour has values of the type Int64"),
        ("shop_type", pa.array([0]), "SY604 1 the column shop_type has values of the type Int64"),
    ],
)  # fmt: skip
def test_parquet_columns_that_cannot_hold_their_fact(tmp_path, name, values, expected):
    table = pa.table({"merchant": ["m"], "industry": ["toys"]}).append_column(name, values)
    pq.write_table(table, tmp_path / "m.parquet")
    (found,) = refused(tmp_path / "m.parquet")
    assert found.startswith(expected)


def test_a_column_that_stands_twice_is_said(tmp_path):
    path = tmp_path / "m.parquet"
    columns = [pa.array(["m"]), pa.array(["toys"]), pa.array([1]), pa.array([2])]
    pq.write_table(pa.table(columns, names=["merchant", "industry", "a.n", "a.n"]), path)
    assert refused(path) == ["SY606 1 duplicate column 'a.n'"]
    nested = pa.array([{"n": 1}])
    pq.write_table(
        pa.table([*columns[:3], nested], names=["merchant", "industry", "a.n", "a"]), path
    )
    assert refused(path) == ["SY606 1 duplicate fact a.n, also in the column a"]


def test_an_empty_section_gives_nothing(tmp_path):
    """As `a: null` in a merchant file, a column of nothing but nulls."""
    path = tmp_path / "m.parquet"
    pq.write_table(pa.table({"merchant": ["m"], "industry": ["toys"], "a": pa.nulls(1)}), path)
    assert names(path) == ["m"]


def test_parquet_that_is_cut_off_or_spoilt_ends_in_a_problem(tmp_path):
    columns = {
        "merchant": [f"m{number}" for number in range(5000)],
        "industry": ["toys"] * 5000,
        "a.n": [number * 7919 % 10**9 for number in range(5000)],
    }
    whole = parquet_bytes(pa.table(columns))
    for content in (whole[: len(whole) // 2], b"", whole[:-1]):
        (found,) = refused(write(tmp_path / "m.parquet", content))
        assert found.startswith("SY117 1 the file is not readable as parquet: ")


def test_a_parquet_footer_that_contradicts_itself_ends_in_a_problem(tmp_path):
    # the numbers of repeated values, by levels, stand in the footer beside the types
    records = pa.array([[{"x": 1}], [], [{"x": 2}, {"x": 3}]])
    table = pa.table({"merchant": ["a", "b", "c"], "industry": ["toys"] * 3, "records": records})
    whole = parquet_bytes(table)
    start = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    path, ends = tmp_path / "m.parquet", set()
    for at in range(start, len(whole) - 8):
        write(path, whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            ends.add("problems" if size_problems(path, "m.parquet") else "none")
        except (pa.ArrowException, OSError, InvalidInput) as error:
            ends.add("levels" if "level histogram" in str(error) else "other")
    assert ends >= {"levels", "other", "none"}


def test_the_same_population_given_twice_is_one_problem(tmp_path, monkeypatch):
    monkeypatch.setattr("steelyard.merchants.columns.duplicates.MAX_DUPLICATES", 50)
    path = write(tmp_path / "m.jsonl", lines(*range(60)))
    assert refused(path, path) == ["SY607 1 more than 50 duplicate merchants"]


@pytest.mark.parametrize("limit", [10**6, 100, 1])
def test_twins_are_the_same_however_hashes_are_kept(tmp_path, limit):
    """Rows of a hundred names over three files, some of them several times."""
    numbers = [number * number % 101 for number in range(150)]
    paths = []
    for part in range(3):
        some = numbers[50 * part : 50 * (part + 1)]
        paths.append(write(tmp_path / f"{part}.jsonl", lines(*some)))
    duplicates = {f"m{number}" for number in numbers if numbers.count(number) > 1}
    with open_population(paths, KNOWN, in_memory=limit) as population:
        assert set(population.duplicates) == duplicates
        kept, rejected = [], 0
        for batch in population.batches(7):
            kept += batch.facts["merchant"].to_list()
            rejected += len(batch.rejects)
            for one in batch.rejects:
                assert one.name in duplicates
                assert re.match(
                    rf"duplicate merchant '{one.name}' in several places: ", one.problems[0].what
                ) or (one.problems[0].what.startswith(f"duplicate merchant '{one.name}' in rows "))
        assert len(kept) + rejected == population.rows == 150
        assert set(kept) == {f"m{number}" for number in numbers} - duplicates


def test_memory_does_not_grow_with_the_rows_of_one_name(tmp_path):
    """However many rows a name has, of each block of hashes two of it are kept."""
    path = tmp_path / "hashes"
    counts = {1: 1, 2: 2, 3: 200_000, 4: 1}
    np.repeat([*counts], [*counts.values()]).astype(np.uint64).tofile(path)
    tracemalloc.start()
    try:
        repeated = _repeated(path, 1_000)
        assert tracemalloc.get_traced_memory()[1] < 200_000
    finally:
        tracemalloc.stop()
    assert sorted(repeated) == [2, 3]


def test_rows_of_a_frame_keep_their_order():
    """Rows that went through the row reader, as that of an unusual name, stand where they stood."""
    frame = pl.DataFrame(
        {"merchant": list("aΩcde"), "industry": ["toys"] * 5, "a.n": [1.0, 2.0, 3.0, 10.5, 5.0]}
    )
    batch = read_frame(frame, KNOWN, origins=(Origin("frame"),), first_row=11)
    rows = batch.facts.select("row", "merchant", "a.n").rows()
    assert rows == [(11, "a", 1), (12, "Ω", 2), (13, "c", 3), (15, "e", 5)]
    assert [(one.row, one.name) for one in batch.rejects] == [(14, "d")]
