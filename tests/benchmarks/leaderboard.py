"""A leaderboard of ten million merchants: seconds and peak memory, and the ratio to reading the file.

    nice -n 15 python tests/benchmarks/leaderboard.py --millions 1,10 --folder /some/disk

A sample of the reference book is scored once, and its results are written several times under other
names. Reading means that Polars reads, in a stream, the columns that the board uses.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

SAMPLE = 200_000
AS_OF = "2026-06-01"
STEELYARD = [sys.executable, "-m", "steelyard"]
READ = """
import sys
import polars as pl
columns = ["merchant", "industry", "shop_type", "as_of", "scene", "status", "tier", "plan",
           "deductions_total", "unclamped", "bonus", "dimensions"]
frame = pl.scan_parquet(sys.argv[1] + "/*.parquet").select(columns)
print(frame.select(pl.all().count()).collect(engine="streaming").row(0))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", default="1,10")
    parser.add_argument("--folder", default=None, help="where results are put")
    parser.add_argument("--board", default="good-service-all")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        first = sample(folder)
        print(
            f"{'merchants':>12}{'seconds':>10}{'µs each':>9}{'peak MiB':>10}{'reading':>10}{'ratio':>8}"
        )
        for millions in map(int, given.millions.split(",")):
            run = folder / f"{millions}m"
            run.mkdir()
            rows = copies(first, run, millions)
            reading, _ = timed([sys.executable, "-c", READ, str(run)])
            out = ["--format", "json", "--out", str(folder / "board.json")]
            command = [*STEELYARD, "leaderboard", str(run), "--board", given.board, *out]
            seconds, peak = timed(command)
            print(
                f"{rows:12,}{seconds:10.1f}{1e6 * seconds / rows:9.2f}{peak:10,.0f}"
                f"{reading:10.1f}{seconds / reading:8.1f}"
            )


def sample(folder: Path) -> Path:
    shops, scores = folder / "shops.parquet", folder / "scores.parquet"
    arguments = ["--n", str(SAMPLE), "--seed", "1", "--as-of", AS_OF, "--out", str(shops)]
    subprocess.run([*STEELYARD, "facts", "sample", *arguments], check=True)
    command = [*STEELYARD, "score", str(shops), "--as-of", AS_OF, "--out", str(scores), "-q"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return scores


def copies(first: Path, run: Path, millions: int) -> int:
    """Write the same results under other names, a million in each file."""
    rows = pl.scan_parquet(first).select(pl.len()).collect().item()
    often = millions * 1_000_000 // rows
    for part in range(often):
        name = pl.concat_str(pl.col("merchant"), pl.lit(f"-{part}")).alias("merchant")
        path = run / f"part-{part:03}.parquet"
        pl.scan_parquet(first).with_columns(name).sink_parquet(path, row_group_size=131_072)
    return rows * often


def timed(command: list[str]) -> tuple[float, float]:
    """Return seconds and peak MiB of one command."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, process.returncode
    return time.perf_counter() - start, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
