"""Results that Spark has written give the leaderboard of one machine, byte by byte."""

import os
import sys

import pytest
from tests.fixtures.population import AS_OF, BOOK

from steelyard.cli.running import run_arguments
from steelyard.scoring.plans import open_plans
from steelyard.spark import score

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def session():
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    built = (
        SparkSession.builder.master("local[2]")
        .appName("steelyard-leaderboards")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .getOrCreate()
    )
    built.sparkContext.setLogLevel("ERROR")
    yield built
    built.stop()


def test_files_of_spark_give_the_same_board(session, tmp_path, capsys):
    day, book = AS_OF.isoformat(), str(BOOK)
    shops, scores = tmp_path / "shops.parquet", tmp_path / "scores.parquet"
    sample = ["--n", "20000", "--seed", "3", "--faults", "0.01", "--as-of", day, "--book", book]
    assert run_arguments(["facts", "sample", *sample, "--out", str(shops)]) == 0
    run_arguments(["score", str(shops), "--as-of", day, "--book", book, "--out", str(scores)])
    plans = open_plans(BOOK, as_of=AS_OF)
    spark = score(session.read.parquet(str(shops)).repartition(7), plans)
    spark.all.write.parquet(str(tmp_path / "all"))
    spark.scores.repartition(5).write.json(str(tmp_path / "lines"))
    spark.rejects.write.json(str(tmp_path / "lines.rejects.jsonl"))
    outputs = set()
    for path in (scores, tmp_path / "all", tmp_path / "lines"):
        capsys.readouterr()
        arguments = ["leaderboard", str(path), "--board", "good-service-all", "--format", "json"]
        assert run_arguments([*arguments, "--book", book]) == 0
        outputs.add(capsys.readouterr().out)
    assert len(outputs) == 1
