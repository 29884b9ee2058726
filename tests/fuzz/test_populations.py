"""Files of merchants of any bytes are refused, or every row of them is in scores or in rejects."""

import csv
import gzip
import io
import json
import random

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fuzz.budget import search
from tests.fuzz.shop import DAY, attempt, book_in, merchants, mutated

import steelyard
from steelyard.scoring.runs import Outputs, score_population


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The plans, and a folder for files."""
    folder = tmp_path_factory.mktemp("populations")
    return steelyard.open_plans(book_in(folder / "book"), as_of=DAY), folder


def csv_bytes(rows, source):
    names = list(dict.fromkeys(name for row in rows for name in row))
    file = io.StringIO()
    writer = csv.writer(
        file,
        lineterminator=source.choice(["\n", "\r\n", "\r"]),
        quoting=source.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    )
    writer.writerow(names)
    for row in rows:
        values = [row.get(name, "") for name in names]
        writer.writerow(json.dumps(one) if isinstance(one, list | bool) else one for one in values)
    return file.getvalue().encode()


def json_lines(rows, source):
    ending = source.choice(["\n", "\r\n", "\n\n"])
    return "".join(json.dumps(row) + ending for row in rows).encode()


def parquet(rows, source):
    table = pa.Table.from_pylist(rows) if source.random() < 0.8 else pl.DataFrame(rows).to_arrow()
    file = io.BytesIO()
    pq.write_table(
        table,
        file,
        compression=source.choice(["none", "snappy", "zstd", "gzip", "lz4"]),
        use_dictionary=source.random() < 0.5,
        data_page_version=source.choice(["1.0", "2.0"]),
        row_group_size=source.choice([1, 3, 100]),
        write_statistics=source.random() < 0.5,
        write_page_checksum=source.random() < 0.3,
    )
    return file.getvalue()


WRITERS = {"csv": csv_bytes, "jsonl": json_lines, "parquet": parquet}


def file_of(source):
    """Return an ending, bytes that were mutated, also before packing, and the rows if not."""
    ending = source.choice(["csv", "csv", "jsonl", "jsonl", "parquet"])
    rows = source.choice([1, 2, 5, 12])
    content = WRITERS[ending](merchants(source, rows), source)
    if source.random() < 0.9:
        rows, content = None, mutated(source, content)
    if ending != "parquet" and source.random() < 0.1:
        content = gzip.compress(content)
        if source.random() < 0.3:
            rows, content = None, mutated(source, content)
        ending += ".gz"
    return ending, content, rows


def rows_in(ending, content):
    """Count the rows of text, in another way than the engine; None if it is not known."""
    if ending == "jsonl":
        return sum(bool(line.strip(b" \t\r")) for line in content.split(b"\n"))
    return None


@search(4.0)
@given(seed=st.integers(0, 2**64))
def test_every_row_of_a_file_is_in_scores_or_in_rejects(world, seed):
    plans, folder = world
    source = random.Random(seed)
    ending, content, rows = file_of(source)
    path, scores = folder / f"shops.{ending}", folder / "scores.jsonl"
    rejects = folder / "scores.rejects.jsonl"
    path.write_bytes(content)
    for old in (scores, rejects):
        old.unlink(missing_ok=True)
    batch = source.choice([5, 1000])
    run, codes = attempt(lambda: score_population([path], plans, Outputs(scores), batch=batch))
    if codes:
        assert rows is None
        assert not scores.exists()
        assert not rejects.exists()
        return
    tally = run.tally
    assert rows is None or (tally.rows, tally.rejected) == (rows, 0)
    assert tally.adds_up
    written = [file.read_bytes().count(b"\n") for file in (scores, rejects) if file.exists()]
    assert sum(written) == tally.rows > 0
    assert rows_in(ending, content) in (None, tally.rows)
    for file in (scores, rejects):
        for line in file.read_bytes().splitlines() if file.exists() else ():
            json.loads(line)
