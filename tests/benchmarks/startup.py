"""One merchant from a released bundle, whole process, against `python -c "import typer"`.

    python tests/benchmarks/startup.py --runs 40

Both are run in turns; the ratio is the median of the ratios of their processor times (user and
system), which other load on the machine disturbs little. Python may write its bytecode.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

STEELYARD = [str(Path(sys.executable).with_name("steelyard"))]
MERCHANT = "rulesets/merchants/little-sprout.yaml"
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
TYPER = [sys.executable, "-c", "import typer"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bundle = str(Path(folder) / "bundle")
        release = ["release", "rulesets", "--out", bundle, "--processes", "1"]
        subprocess.run([*STEELYARD, *release], check=True, stdout=subprocess.DEVNULL)
        score = [*STEELYARD, "score", MERCHANT, "--rules", bundle, "--as-of", "2026-06-01"]
        for label, command in {
            "score": score,
            "score --format json": [*score, "--format", "json"],
            "explain": [*STEELYARD, "explain", *score[2:]],
        }.items():
            cpu(command)  # writes the bytecode
            pairs = [(cpu(command), cpu(TYPER)) for _ in range(given.runs)]
            ours, typer = (statistics.median(side) for side in zip(*pairs, strict=True))
            ratio = statistics.median(one / other for one, other in pairs)
            print(f"{label:22}{ours * 1000:6.0f} ms{typer * 1000:6.0f} ms of typer{ratio:7.2f}")


def cpu(command: list[str]) -> float:
    """Return the seconds of processor time of a process."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
