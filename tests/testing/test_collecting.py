"""The pytest plugin: cases files of books are collected, and nothing else is disturbed."""

import json
import os
import subprocess
import sys
from importlib.metadata import entry_points

import pytest
from tests.testing.books import CASES, write_book


def run_pytest(folder, *arguments, **environment):
    """Run pytest in a folder of its own, as somebody would."""
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=folder,
        env={
            **os.environ,
            "PYTHONUTF8": "1",
            **environment,
        },
    )


def test_the_plugin_is_found_by_its_entry_point():
    (found,) = entry_points(group="pytest11", name="steelyard")
    assert found.value == "steelyard.testing.collecting"


def test_every_case_of_a_book_is_a_test_and_nothing_else_is(tmp_path):
    folder = write_book(tmp_path / "rules", CASES.replace("four is good", "too few replies"))
    (tmp_path / "other.cases.yaml").write_text("not: ours\n", encoding="utf-8")
    (folder / "merchants").mkdir()
    (folder / "merchants/odd.cases.yaml").write_text("merchant: odd\n", encoding="utf-8")
    run = run_pytest(tmp_path, "-v")
    assert run.returncode == 0, run.stdout
    assert "5 passed" in run.stdout
    assert "rules/toys.cases.yaml::just below both edges PASSED" in run.stdout
    # two of one name are told apart
    assert "rules/toys.cases.yaml::too few replies PASSED" in run.stdout
    assert "rules/toys.cases.yaml::too few replies (line 15) PASSED" in run.stdout


def test_a_case_that_fails_shows_where_and_every_difference(tmp_path):
    write_book(tmp_path / "rules", CASES.replace("score: 3.5", "score: 3.6"))
    run = run_pytest(tmp_path, "-q", "-k", "good or edge")
    assert run.returncode == 1
    where = "rules/toys.cases.yaml:15: four is good"
    assert f"{where}\n    score: expected 3.6, got 3.5\n" in run.stdout
    assert "Traceback" not in run.stdout
    assert "1 failed, 2 passed, 2 deselected" in run.stdout


def test_what_is_of_wrong_form_is_an_error_of_collection_with_its_place(tmp_path):
    write_book(tmp_path / "cases", CASES.replace("expect:", "expects:", 1))
    folder = write_book(tmp_path / "rules")
    (folder / "toys.yaml").write_text("ruleset: toys\nversion: 1\n", encoding="utf-8")
    run = run_pytest(tmp_path, "-q")
    assert run.returncode == 2
    assert "toys.cases.yaml:5:5: SY320 cases-shape: `cases[0]` has an unknown key" in run.stdout
    assert "toys.yaml:1:1: SY301 ruleset-shape: " in run.stdout
    assert "Traceback" not in run.stdout


def test_without_a_book_nothing_of_the_engine_is_loaded(tmp_path):
    """Every run of pytest loads the plugin: it may cost next to nothing."""
    (tmp_path / "test_nothing.py").write_text(
        "import json, sys\n"
        "def test_it():\n"
        "    print(json.dumps([name for name in sys.modules if name.startswith('steelyard')]))\n",
        encoding="utf-8",
    )
    (tmp_path / "other.cases.yaml").write_text("not: ours\n", encoding="utf-8")
    run = run_pytest(tmp_path, "-q", "-s")
    loaded = next(line for line in run.stdout.splitlines() if line.startswith("["))
    assert set(json.loads(loaded.rstrip("."))) == {
        "steelyard",
        "steelyard.testing",
        "steelyard.testing.collecting",
    }


def test_it_works_on_several_processes(tmp_path):
    pytest.importorskip("xdist", reason="pytest-xdist is in requirements-dev.txt")
    write_book(tmp_path / "rules", CASES.replace("score: 3.5", "score: 3.6"))
    run = run_pytest(tmp_path, "-q", "-n", "2")
    assert "1 failed, 4 passed" in run.stdout, run.stdout + run.stderr
    assert "rules/toys.cases.yaml:15: four is good" in run.stdout
