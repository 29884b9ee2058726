"""Claims about files of samples: the same merchants in every format, whole or not at all."""

import polars as pl
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal
from tests.merchants.synthetic.book import known, sampled

from steelyard.errors import InvalidInput
from steelyard.merchants.columns import open_population
from steelyard.merchants.rows import MerchantSchema
from steelyard.merchants.synthetic import Levels, write_sample
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text

TITLE = Text("A fact", "事实")


def facts_in(path, of):
    with open_population([path], of) as population:
        batches = list(population.batches(100_000))
    assert [batch.rejects for batch in batches] == [()] * len(batches)
    return pl.concat(batch.facts for batch in batches)


def test_every_format_holds_the_same_merchants(tmp_path):
    frame = sampled(1200)
    found = []
    for name in ("a.parquet", "a.csv", "a.jsonl", "a.ndjson"):
        assert write_sample(frame.iter_slices(500), tmp_path / name) == 1200
        found.append(facts_in(tmp_path / name, known()))
    for one in found[1:]:
        shared = [name for name in found[0].columns if name in one.columns]
        assert_frame_equal(one.select(shared), found[0].select(shared))


def test_parquet_holds_exact_types_in_groups_of_rows(tmp_path):
    path = tmp_path / "a.parquet"
    write_sample(sampled(1000).iter_slices(400), path)
    file = pq.ParquetFile(path)
    assert [file.metadata.row_group(n).num_rows for n in range(3)] == [400, 400, 200]
    types = {field.name: str(field.type) for field in file.schema_arrow}
    assert types["quality.positive_rating_share"] == "decimal128(18, 4)"
    assert types["service.freight_insurance_since"] == "date32[day]"
    assert types["service.freight_insurance_on_yesterday"] == "bool"


def test_texts_that_json_writes_otherwise(tmp_path):
    odd = FactDeclaration(
        "a.kind", "enum", TITLE, "", "", high=2, values=('say "hi"', "back\\slash", "店")
    )
    of = MerchantSchema((odd,), ("toys",), ())
    frame = sampled(40, of=of, at=Levels())
    for name in ("a.jsonl", "a.csv"):
        write_sample([frame], tmp_path / name)
        assert facts_in(tmp_path / name, of)["a.kind"].n_unique() == 4  # and absent


@pytest.mark.parametrize("name", ["a.parquet", "a.csv", "a.jsonl"])
def test_nobody_is_a_population_too(tmp_path, name):
    assert write_sample([sampled(0)], tmp_path / name) == 0
    if not name.endswith("jsonl"):
        assert (tmp_path / name).stat().st_size > 0
    with open_population([tmp_path / name], known()) as population:
        assert population.rows == 0


@pytest.mark.parametrize("name", ["a.parquet", "a.csv", "a.jsonl"])
def test_what_breaks_off_leaves_what_stood_there(tmp_path, name):
    path = tmp_path / name
    path.write_text("before")

    def breaking():
        yield sampled(10)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_sample(breaking(), path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_an_ending_that_is_not_known_is_said_first(tmp_path):
    def never():
        raise AssertionError
        yield

    with pytest.raises(InvalidInput, match="SY701"):
        write_sample(never(), tmp_path / "a.xls")
