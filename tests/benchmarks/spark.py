"""What Spark adds to a merchant's cost on the same cores, and what it is spent on, in one run.

    pip install '.[spark]'
    python tests/benchmarks/spark.py --rows 1000000

The same sampled population, Parquet to Parquet: once by `steelyard score` in a process of its own,
then on local Spark, warmed up, with steps taken away: reading alone; reading and the way of the
rows to Python and back (`mapInArrow` with nothing inside); scoring, the result thrown away; scoring
and writing. Differences between them are what each step costs.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

AS_OF = "2026-06-01"
STEELYARD = [sys.executable, "-m", "steelyard"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--cores", type=int, default=os.cpu_count())
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), given.rows, given.cores)


def measure(folder: Path, rows: int, cores: int) -> None:
    population = folder / "population.parquet"
    sample = ["facts", "sample", "--n", str(rows), "--seed", "1", "--as-of", AS_OF]
    common = ["--book", "rulesets", "--out"]
    subprocess.run([*STEELYARD, *sample, *common, str(population)], check=True)
    command = ["score", str(population), "--as-of", AS_OF, *common, str(folder / "local.parquet")]
    seconds: dict[str, float] = {}
    for _ in range(2):  # the second finds the plans in the cache
        seconds["local, whole process"] = timed(
            lambda: subprocess.run([*STEELYARD, *command], check=True, stdout=subprocess.DEVNULL)
        )
    os.environ["PYSPARK_PYTHON"] = sys.executable
    seconds |= on_spark(folder, population, cores)
    print(
        f"\n{rows:,} merchants, {cores} cores{'':13}{'seconds':>10}{'µs each':>10}{'vs local':>10}"
    )
    for name, found in seconds.items():
        local = seconds["local, whole process"]
        print(f"{name:36}{found:10.1f}{1e6 * found / rows:10.2f}{found / local:10.2f}")


def on_spark(folder: Path, population: Path, cores: int) -> dict[str, float]:
    from pyspark.sql import SparkSession

    from steelyard.scoring.plans import open_plans
    from steelyard.spark import score

    seconds: dict[str, float] = {}
    start = time.perf_counter()
    session = (
        SparkSession.builder.master(f"local[{cores}]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "65536")
        .config("spark.driver.memory", "4g")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    seconds["Spark: start of the session"] = time.perf_counter() - start
    plans = open_plans("rulesets", as_of=AS_OF)
    read = session.read.parquet(str(population))

    def thrown_away(frame) -> None:
        frame.write.format("noop").mode("overwrite").save()

    thrown_away(score(read.limit(5000), plans).all)  # starts the Python workers
    seconds["Spark: reading alone"] = timed(lambda: thrown_away(read))
    # Spark reads a dot in a name as a field of a struct
    numbered = read.toDF(*(f"column{number}" for number in range(len(read.columns))))
    there_and_back = numbered.mapInArrow(lambda batches: batches, numbered.schema)
    seconds["… and to Python and back"] = timed(lambda: thrown_away(there_and_back))
    scored = score(read, plans)
    seconds["… and duplicates, and scoring"] = timed(lambda: thrown_away(scored.all))
    out = str(folder / "spark.parquet")
    seconds["… and writing"] = timed(lambda: scored.scores.write.mode("overwrite").parquet(out))
    session.stop()
    return seconds


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
