"""Nothing around the engine reaches a plan or a score."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from datetime import date
from pathlib import Path
from steelyard.pipeline import compile_plan, open_book
from steelyard.scoring.merchants import score_files
from steelyard.plan.codec import digest
from steelyard.report.json import scorecard_json, to_text

book = Path(sys.argv[1])
opened, kind = open_book(book), {"shop_type": "flagship", "scene": "double-11"}
for industry in opened.known.industries:
    plan = compile_plan(opened, industry=industry, **kind, as_of=date(2026, 10, 25))
    print(industry, digest(plan))
files = sorted((book / "merchants").glob("*.yaml"))
for result in score_files(files, book=book, as_of=date(2026, 6, 1)).results:
    print(to_text(scorecard_json(result.scorecard)))
"""

AROUND = [
    {"PYTHONHASHSEED": "0"},
    {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "1", "TZ": "America/Anchorage", "LANG": "de_DE.UTF-8"},
]


def output(around, folder):
    book = Path("rulesets").resolve()
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(book)], capture_output=True, text=True,
        encoding="utf-8", cwd=folder, env={**os.environ, "PYTHONUTF8": "1", **around}, check=True,
    )  # fmt: skip
    return run.stdout


@pytest.fixture(scope="module")
def here():
    return output(AROUND[0], Path.cwd())


@pytest.mark.parametrize("around", AROUND[1:])
def test_seed_zone_locale_and_folder_change_nothing(around, here, tmp_path):
    """Plans and scorecards are the same bytes under other hash seeds, zones, locales, folders."""
    assert here.count("sha256:") >= 4
    assert output(around, tmp_path) == here
