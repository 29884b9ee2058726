"""Many small files against one file of the same merchants: the ratio of their times.

    python tests/benchmarks/small_files.py --files 5000 --rows 20 --folder /some/disk

Merchants of the reference book in each format. Each pair is scored by `steelyard score` one after
the other, in turns, each run in a process of its own; the ratio is that of the shortest runs, in
seconds and in processor time. Scores must be equal.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

AS_OF = "2026-06-01"
STEELYARD = [sys.executable, "-m", "steelyard"]
FORMATS = ("csv", "jsonl", "parquet")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--rows", type=int, default=20, help="of each file")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--folder", default=None, help="where populations and results are put")
    given = parser.parse_args()
    print(f"{'format':>8}{'one file, s':>13}{'many, s':>10}{'ratio':>7}{'ratio of cpu':>14}")
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        for form in FORMATS:
            one, many = populations(Path(folder), form, given.files, given.rows)
            runs = [(score(one), score(many)) for _ in range(given.repeat)]
            results = [pl.read_parquet(scores_of(population)) for population in (one, many)]
            assert results[0].equals(results[1])
            (wall_one, cpu_one), (wall_many, cpu_many) = (
                (min(run[side][0] for run in runs), min(run[side][1] for run in runs))
                for side in (0, 1)
            )
            ratios = f"{wall_many / wall_one:7.2f}{cpu_many / cpu_one:14.2f}"
            print(f"{form:>8}{wall_one:13.1f}{wall_many:10.1f}{ratios}", flush=True)


def populations(folder: Path, form: str, files: int, rows: int) -> tuple[Path, Path]:
    """Write the same merchants to one file, and to many in a folder."""
    one, many = folder / f"one.{form}", folder / form
    sample = ["facts", "sample", "--n", str(files * rows), "--seed", "1", "--as-of", AS_OF]
    subprocess.run([*STEELYARD, *sample, "--book", "rulesets", "--out", str(one)], check=True)
    many.mkdir()
    if form == "jsonl":
        lines = one.read_bytes().splitlines(keepends=True)
        for part in range(files):
            content = b"".join(lines[part * rows : (part + 1) * rows])
            (many / f"part-{part:05}.{form}").write_bytes(content)
        return one, many
    frame = pl.read_parquet(one) if form == "parquet" else pl.read_csv(one, infer_schema=False)
    for part in range(files):
        own, path = frame[part * rows : (part + 1) * rows], many / f"part-{part:05}.{form}"
        own.write_parquet(path) if form == "parquet" else own.write_csv(path)
    return one, many


def scores_of(population: Path) -> Path:
    return population.with_suffix(".out.parquet")


def score(population: Path) -> tuple[float, float]:
    """Return the seconds and the processor seconds of scoring a population."""
    out = ["--as-of", AS_OF, "--book", "rulesets", "--out", str(scores_of(population))]
    start = time.perf_counter()
    process = subprocess.Popen(
        [*STEELYARD, "score", str(population), *out], stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), process.returncode
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
