"""A dry run of a million merchants beside scoring the same file once: time and peak memory.

python tests/benchmarks/dry_run.py            # 1 million, six edits, with the HTML report
python tests/benchmarks/dry_run.py --large    # 10 million, without shares of edits

Every command is a process of its own; its time and its largest memory are the operating system's.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BOOK = Path("rulesets")
DAY = "2026-06-01"
EDITS = (
    ("base/marketplace-base-2026.2.yaml", "bonus: {cap: 0.30}", "bonus: {cap: 0.25}"),
    (
        "base/marketplace-base-2026.2.yaml",
        "{at_least: 0.9700, score: 4.5}",
        "{at_least: 0.9600, score: 4.5}",
    ),
    ("base/marketplace-base-2026.2.yaml", "points_per_unit: 0.05", "points_per_unit: 0.04"),
    (
        "base/marketplace-base-2026.2.yaml",
        "when: orders.paid_30d >= 30",
        "when: orders.paid_30d >= 40",
    ),
    (
        "base/marketplace-base-2026.2.yaml",
        "[[0.6000, 3], [0.8500, 4], [0.9970, 5]]",
        "[[0.6000, 3], [0.9000, 4], [0.9970, 5]]",
    ),
    ("industries/maternity.yaml", "cap: 0.12", "cap: 0.15"),
)


def main() -> None:
    large = "--large" in sys.argv[1:]
    rows = 10_000_000 if large else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        population = folder / "shops.parquet"
        sample = ("facts", "sample", "--n", str(rows), "--seed", "1", "--as-of", DAY)
        measure(*sample, "--out", str(population))
        candidate = folder / "candidate"
        shutil.copytree(BOOK, candidate)
        for file, old, new in EDITS:
            text = (candidate / file).read_text(encoding="utf-8")
            assert old in text, old
            (candidate / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        dry_run = ("dry-run", "--live", str(BOOK), "--candidate", str(candidate))
        dry_run += ("--merchants", str(population), "--as-of", DAY)
        dry_run += ("--no-attribution",) if large else ("--out", str(folder / "report"))
        ratios = []
        for number in range(1 if large else 3):
            scored = measure(
                "score", str(population), "--as-of", DAY, "--out", str(folder / "scores.parquet")
            )
            compared = measure(*dry_run)
            ratios.append(compared[0] / scored[0])
            print(
                f"{rows:,} merchants, round {number + 1}: scoring {scored[0]:.1f} s, "
                f"{scored[1]:,} MB; dry run {compared[0]:.1f} s, {compared[1]:,} MB; "
                f"ratio {ratios[-1]:.2f}"
            )
        if not large:
            size = (folder / "report" / "report.html").stat().st_size
            print(f"report.html: {size:,} bytes")


def measure(*arguments: str) -> tuple[float, int]:
    """Run a command; return its seconds and its peak memory in megabytes."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "steelyard", *arguments], stdout=subprocess.DEVNULL
    )
    _, status, used = _wait(process.pid)
    process.returncode = status
    assert status in (0, 256), arguments
    return time.perf_counter() - start, used.ru_maxrss // 1024


def _wait(pid: int) -> tuple[int, int, resource.struct_rusage]:
    import os

    return os.wait4(pid, 0)


if __name__ == "__main__":
    main()
