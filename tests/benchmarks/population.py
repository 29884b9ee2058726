"""Populations from file to file: merchants a second and peak memory as the population grows.

    python tests/benchmarks/population.py --millions 1,10,30 --folder /some/disk

Mixed industries of the reference book, Parquet to Parquet, every item's outcome, points and
reasons kept. Each size is scored by `steelyard score` in a process of its own; what is measured is
that process's time and its largest resident memory, the book's plans being in the cache. A million
merchants are sampled once and written several times under other names.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

MILLION = 1_000_000
AS_OF = "2026-06-01"
STEELYARD = [sys.executable, "-m", "steelyard"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", default="1,10,30")
    parser.add_argument("--folder", default=None, help="where populations and results are put")
    parser.add_argument("--format", default="parquet", choices=("parquet", "jsonl", "csv"))
    given = parser.parse_args()
    sizes = [int(size) for size in given.millions.split(",")]
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        measure(Path(folder), sizes, given.format)


def measure(folder: Path, sizes: list[int], form: str) -> None:
    first = folder / f"sample.{form}"
    sample = ["facts", "sample", "--n", str(MILLION), "--seed", "1", "--as-of", AS_OF]
    subprocess.run([*STEELYARD, *sample, "--book", "rulesets", "--out", str(first)], check=True)
    print(f"{'merchants':>12}{'seconds':>10}{'a second':>12}{'µs each':>9}{'peak MiB':>10}")
    costs, peaks = [], []
    for size in sizes:
        population = folder / f"{size}m"
        population.mkdir()
        for part in range(size):
            copy(first, population / f"part-{part:03}.{form}", part)
        result = folder / f"scores-{size}m.parquet"
        seconds, peak = timed(
            ["score", str(population), "--book", "rulesets", "--out", str(result)]
        )
        rows = size * MILLION
        check_rows(result, rows)
        costs.append(seconds / rows)
        peaks.append(peak)
        print(
            f"{rows:12,}{seconds:10.1f}{rows / seconds:12,.0f}{1e6 * seconds / rows:9.2f}{peak:10,.0f}"
        )
        shutil.rmtree(population)
        result.unlink()
    print(f"cost per merchant, largest size to smallest: {costs[-1] / costs[0]:.2f}")
    print(f"peak memory, largest size to smallest: {peaks[-1] / peaks[0]:.2f}")


def copy(source: Path, target: Path, part: int) -> None:
    """Write the same merchants under other names."""
    if part == 0:
        shutil.copy(source, target)
        return
    name = pl.concat_str(pl.col("merchant"), pl.lit(f"-{part}")).alias("merchant")
    if source.suffix == ".parquet":
        pl.scan_parquet(source).with_columns(name).sink_parquet(target)
    elif source.suffix == ".csv":
        pl.scan_csv(source, infer_schema=False).with_columns(name).sink_csv(target)
    else:
        lines = pl.scan_lines(source, name="line")
        renamed = pl.col("line").str.replace(r'"merchant":"([^"]*)"', f'"merchant":"$1-{part}"')
        lines.select(renamed).sink_csv(
            target, include_header=False, quote_style="never", separator="\x01"
        )


def timed(arguments: list[str]) -> tuple[float, float]:
    """Return seconds and peak MiB of one command."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [*STEELYARD, *arguments, "--as-of", AS_OF], stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), process.returncode
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def check_rows(result: Path, rows: int) -> None:
    scores = pl.scan_parquet(result).select(pl.len()).collect().item()
    rejects = sum(1 for _ in result.with_suffix(".rejects.jsonl").open("rb"))
    assert scores + rejects == rows, (scores, rejects, rows)


if __name__ == "__main__":
    main()
