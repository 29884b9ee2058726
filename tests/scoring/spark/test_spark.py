"""On Spark every merchant gets the result of one machine, digest by digest."""

import os
import sys
from hashlib import sha256
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from tests.fixtures.population import AS_OF, BOOK, merchants, with_faults, write

import steelyard
from steelyard import InvalidInput
from steelyard.cli.running import run_arguments
from steelyard.scoring.plans import open_plans
from steelyard.scoring.results.arrays import plain
from steelyard.scoring.results.writing import digest_results

pytestmark = pytest.mark.spark
ROWS = 100_000


@pytest.fixture(scope="module")
def session():
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    built = (
        SparkSession.builder.master("local[2]")
        .appName("steelyard-tests")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .getOrCreate()
    )
    built.sparkContext.setLogLevel("ERROR")
    yield built
    built.stop()


@pytest.fixture(scope="module")
def plans():
    return open_plans(BOOK, as_of=AS_OF)


@pytest.fixture(scope="module")
def population(tmp_path_factory):
    """A sampled population with faults, as a file."""
    path = tmp_path_factory.mktemp("spark") / "population.parquet"
    status = run_arguments(
        ["facts", "sample", "--n", str(ROWS), "--seed", "3", "--faults", "0.01", "--as-of",
         AS_OF.isoformat(), "--book", str(BOOK), "--out", str(path)]
    )  # fmt: skip
    assert status == 0
    return path


def digest(df, like: pa.Table) -> str:
    table = df.toArrow().select(like.column_names).cast(plain(like).schema)
    return digest_results(table)


def test_a_hundred_thousand_merchants_get_their_local_results(session, plans, population):
    from steelyard.scoring.results.tables import merchant_table
    from steelyard.spark import score

    local = steelyard.score(pl.read_parquet(population), plans)
    assert local.rejected > 500
    read = session.read.parquet(str(population)).repartition(7)
    result = score(read, BOOK, AS_OF.isoformat())
    whole = result.all.cache()
    assert whole.rdd.getNumPartitions() > 1
    like = merchant_table(local._scored.scores, local._scorer.layout)
    assert digest(result.scores, like) == local.digest

    def codes(rows):
        return sorted((name or "", sorted(one["code"] for one in listed)) for name, listed in rows)

    theirs = codes((row["merchant"], row["problems"]) for row in result.rejects.collect())
    assert theirs == codes((name, listed) for _, name, listed in local.rejects.rows())
    assert whole.count() == ROWS
    whole.unpersist()


def test_executors_load_no_plugin_and_no_compiler(session, plans, population):
    """Plans come as data: what makes them is not needed where they are evaluated."""
    from steelyard.spark import score

    rows = session.read.parquet(str(population)).limit(2000)
    names = rows.sparkSession.sparkContext.parallelize([0, 1], 2)
    score(rows, plans).all.count()

    def loaded(_):
        import sys

        return [name for name in sys.modules if name.startswith("steelyard")]

    found = {name for listed in names.map(loaded).collect() for name in listed}
    assert not {name for name in found if name.startswith(("steelyard_", "steelyard.compiler"))}


def test_small_frames_twins_and_faults(session, plans, tmp_path):
    from steelyard.spark import score

    path = write(tmp_path / "m.parquet", with_faults(merchants(40)))
    table = pl.read_parquet(path).to_arrow()
    result = score(session.read.parquet(str(path)), plans)
    assert result.scores.count() == 35
    duplicates = [row for row in result.rejects.collect() if row["merchant"] == "duplicate"]
    assert [row["problems"][0]["code"] for row in duplicates] == ["SY607", "SY607"]
    assert "2 rows" in duplicates[0]["problems"][0]["what"]
    local = steelyard.score(table, plans)
    from steelyard.scoring.results.tables import merchant_table

    like = merchant_table(local._scored.scores, local._scorer.layout)
    assert digest(result.scores, like) == local.digest


def test_an_empty_frame_gives_empty_results(session, plans, population):
    from steelyard.spark import score

    result = score(session.read.parquet(str(population)).limit(0), plans)
    assert result.all.count() == 0


def test_columns_that_are_wrong_are_said_before_anything_runs(session, plans, population):
    from steelyard.spark import score

    rows = session.read.parquet(str(population)).limit(10)
    with pytest.raises(InvalidInput) as caught:
        score(
            rows.toDF(
                *(
                    name.replace("paid", "payd", 1) if "orders.paid" in name else name
                    for name in rows.columns
                )
            ),
            plans,
        )
    assert [one.code for one in caught.value.problems] == ["SY602"]


@pytest.mark.parametrize("shadow", [False, True])
def test_a_rollout_holds_for_the_same_merchants(session, tmp_path, shadow):
    """Whatever partition a merchant is in, it is in the part that its name puts it in."""
    from tests.fixtures.rollouts import NAME, rolled_out

    from steelyard.scoring.results.tables import merchant_table
    from steelyard.spark import score

    book = rolled_out(tmp_path / "book", "0.40", shadow=shadow)
    path = write(tmp_path / "m.parquet", merchants(400), "double")
    plans = open_plans(book, as_of=AS_OF)
    local = steelyard.score(pl.read_parquet(path), plans)
    result = score(session.read.parquet(str(path)).repartition(5), plans)
    like = merchant_table(local._scored.scores, local._scorer.layout)
    assert digest(result.scores, like) == local.digest
    rulesets = {row["ruleset"] for row in result.scores.select("ruleset").distinct().collect()}
    assert (NAME in rulesets) is not shadow
    assert ("shadow_score" in result.scores.columns) is shadow


# the command ends the session when it is done, so tests of a session stand before it


def test_the_command_writes_what_the_local_one_writes(population, tmp_path, capsys):
    """The same summary, line for line, but for the names of files; folders of parts."""
    common = ["score", str(population), "--as-of", AS_OF.isoformat(), "--book", str(BOOK)]
    assert run_arguments([*common, "--out", str(tmp_path / "local.parquet")]) == 1
    local = capsys.readouterr().out
    spark = [
        *common,
        "--out",
        str(tmp_path / "spark.parquet"),
        "--engine",
        "spark",
        "--master",
        "local[2]",
    ]
    assert run_arguments(spark) == 1
    assert capsys.readouterr().out.replace("spark.", "local.") == local
    theirs = pl.read_parquet(tmp_path / "spark.parquet" / "*.parquet").sort("merchant")
    ours = pl.read_parquet(tmp_path / "local.parquet").sort("merchant")
    assert (
        sha256(theirs.write_ndjson().encode()).digest()
        == sha256(ours.write_ndjson().encode()).digest()
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "local.parquet", "local.rejects.jsonl", "spark.parquet", "spark.rejects.jsonl",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["no.csv", "--out", "o.parquet"], "SY701"),
        (["no.parquet", "--out", "o.parquet"], "SY101"),
        (["tests", "--out", "o.csv"], "SY701"),
        (["tests"], "SY701"),
    ],
)
def test_wrong_usage_is_a_clear_line(arguments, code, capsys):
    command = ["score", *arguments, "--as-of", AS_OF.isoformat(), "--engine", "spark"]
    assert run_arguments([*command, "--book", str(BOOK)]) == 2
    assert code in capsys.readouterr().err
    assert not Path("o.parquet").exists()
