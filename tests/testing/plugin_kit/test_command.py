"""`steelyard plugins check`, and the same from a plugin's own tests."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.testing.plugin_kit.faults import FAULTS
from tests.testing.plugin_kit.planting import SOUND, plant

from steelyard import testing
from steelyard.cli.running import run_arguments
from steelyard.errors import InvalidInput
from steelyard.testing.plugin_kit import CHECKS, Limits, check_installed
from steelyard.testing.plugin_kit.report import failures_text, report_json, report_text

PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "steelyard-sound"
version = "1.0"

[project.entry-points.steelyard]
sound = "sound"

[tool.hatch.build.targets.wheel]
packages = ["sound"]
"""


def tree(folder: Path, *edits) -> Path:
    """Write a source tree of the sound plugin."""
    plant(folder, dict(edits))
    (folder / "steelyard_sound-1.0.dist-info" / "METADATA").unlink()
    (folder / "pyproject.toml").write_text(PYPROJECT)
    return folder


QUICK = tuple(check for check in CHECKS if check.id != "same-plan-everywhere")  # it takes longest


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr("steelyard.testing.plugin_kit.runner.CHECKS", QUICK)


def test_an_installed_plugin_passes(capsys):
    assert run_arguments(["plugins", "check", "beauty"]) == 0
    page = capsys.readouterr().out
    assert page.startswith(
        f"Plugin beauty: {len(CHECKS)} passed, 0 failed of {len(CHECKS)} checks\n"
    )
    assert "max_points proved for" in page


@pytest.mark.usefixtures("quick")
def test_a_source_tree_is_installed_aside_and_judged(tmp_path, capsys):
    source = tree(tmp_path, ("facts.yaml", ("    unit: hours\n", "")))
    assert run_arguments(["plugins", "check", str(source), "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["plugin"], report["ok"], report["failed"]) == ("sound", False, 1)
    (failed,) = [check for check in report["checks"] if check["status"] == "failed"]
    assert failed["check"] == "facts-with-unit"
    assert failed["problems"] == ["sound.hours has no unit; give one: count, share, hours, days, …"]
    assert find_spec("sound") is None


@pytest.mark.usefixtures("quick")
def test_a_wheel_is_judged(tmp_path, capsys):
    source = tree(tmp_path / "source")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=source, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    assert run_arguments(["plugins", "check", str(wheel)]) == 0
    assert capsys.readouterr().out.startswith("Plugin sound: ")


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        ("baeuty", "SY703", "did you mean 'beauty'?"),
        ("./no/such.whl", "SY709", "there is no file or folder no/such.whl"),
        ("./nope", "SY709", "there is no file or folder nope"),
        ("", "SY703", "unknown plugin ''"),
        ("core", "SY709", "the core cannot be checked as a plugin"),
        ("tests/testing/plugin_kit", "SY709", "plugin_kit is a folder without pyproject.toml"),
    ],
)
def test_an_argument_that_is_no_plugin_is_refused(asked, code, said, capsys):
    assert run_arguments(["plugins", "check", asked]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith(f"{code} ")
    assert said in output.err


def test_a_plugin_on_a_path_that_is_relative_is_judged(tmp_path):
    """The processes of the kit run in folders of their own."""
    plant(tmp_path / "site", {})
    run = subprocess.run(
        [sys.executable, "-m", "steelyard", "plugins", "check", "sound"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": "site"}, check=False,
        capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert run.stdout.startswith(f"Plugin sound: {len(CHECKS)} passed, "), run.stdout


def test_a_distribution_without_a_plugin_is_refused(tmp_path, capsys):
    source = tree(tmp_path)
    project = PYPROJECT.replace(
        "[project.entry-points.steelyard]\nsound", "[project.scripts]\nsound"
    )
    (source / "pyproject.toml").write_text(
        project.replace('"sound"\n\n[tool', '"sound:x"\n\n[tool')
    )
    assert run_arguments(["plugins", "check", str(source)]) == 2
    assert "declares no plugin" in capsys.readouterr().err


def test_a_plugin_checks_itself_in_its_own_tests():
    assert testing.check_plugin("beauty").ok
    ids = [check for check, _ in testing.plugin_checks("beauty")]
    assert ids == [check.id for check in CHECKS]
    for _, holds in testing.plugin_checks("beauty"):
        holds()
    with pytest.raises(InvalidInput, match="SY703"):
        testing.check_plugin("no-such-plugin")


def test_a_report_names_the_failed_check_and_its_reason(tmp_path):
    fault = next(one for one in FAULTS if one.name == "hangs on import")
    plant(tmp_path, fault.edits)
    limits = Limits(seconds=30, loading=4, examples=5)
    report = check_installed("sound", path=[tmp_path], limits=limits)
    lines = failures_text(report).splitlines()
    others = len(CHECKS) - 1
    assert lines == [
        f"Plugin sound: 0 passed, 1 failed, {others} not run of {len(CHECKS)} checks",
        f"✗ loads: {CHECKS[0].title}",
        "    problem: it was still running after 4 seconds",
        f"    why: {CHECKS[0].why}",
        "– not run, because loads ended the checks: it was still running after 4 seconds: "
        + ", ".join(check.id for check in CHECKS[1:]),
    ]
    assert report_text(report).count("\n– ") == others
    assert report_json(report)["not_run"] == others


def test_an_endless_build_ends_the_checks(tmp_path):
    slow = '    tiers = item.pairs("tiers")\n    if len(tiers) == 3:\n        while True: pass\n'
    plant(tmp_path, {"item.py": ('    tiers = item.pairs("tiers")\n', slow)})
    told = []
    checks = {"loads", "parameters-accepted", "values-in-bounds", "explained"}
    limits = Limits(seconds=10, loading=30, examples=40)
    report = check_installed(
        "sound", path=[tmp_path], checks=checks, limits=limits, tell=told.append
    )
    assert [one.status for one in report.verdicts] == ["passed", "failed", "not_run", "not_run"]
    assert report.verdicts[1].problems == ("it was still running after 10 seconds",)
    assert report.verdicts[2].notes == (
        "parameters-accepted ended the checks: it was still running after 10 seconds",
    )
    assert tuple(told) == report.verdicts


@pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc")
@pytest.mark.usefixtures("ctrl_c")
def test_a_broken_off_check_leaves_no_process(tmp_path):
    """A plugin that is inside an endless call into C ends with the command that loaded it."""
    endless = ("STEELYARD_API = 1\n", "STEELYARD_API = 1\nx = sum(range(10**15))\n")
    source = tree(tmp_path / "source", ("__init__.py", endless))
    (tmp_path / "temporary").mkdir()
    command = [sys.executable, "-m", "steelyard", "plugins", "check", str(source)]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        assert within_seconds(60, lambda: len(processes_of(tmp_path, "plugin_kit.runner")) == 1)
        process.send_signal(signal.SIGINT)
    assert process.returncode != 0
    assert within_seconds(20, lambda: not processes_of(tmp_path, "plugin_kit.runner"))


def processes_of(folder: Path, word: str) -> list[str]:
    """Return the command lines that name a folder and a word, of processes that still run."""
    found: list[str] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            text = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if str(folder) in text and word in text:
                found.append(text)
    return found


def within_seconds(most: int, holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + most
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_verdicts_are_told_on_a_terminal_as_they_come(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert run_arguments(["plugins", "check", "no-such-plugin"]) == 2
    capsys.readouterr()
    checks = [check for check in CHECKS if check.id in ("loads", "facts-titled")]
    monkeypatch.setattr("steelyard.testing.plugin_kit.runner.CHECKS", checks)
    assert run_arguments(["plugins", "check", "beauty"]) == 0
    output = capsys.readouterr()
    assert output.err.splitlines() == ["loads: passed", "facts-titled: passed"]
    assert output.out.startswith("Plugin beauty: 2 passed, 0 failed of 2 checks\n")


def test_one_plugin_has_one_verdict(tmp_path):
    """A second run gives the same report."""
    plant(tmp_path, {})
    limits = Limits(seconds=60, loading=30, examples=10)
    checks = {check.id for check in QUICK}
    first, second = (
        check_installed("sound", path=[tmp_path], checks=checks, limits=limits) for _ in range(2)
    )
    assert first == second
    assert first.ok


def test_the_core_s_item_types_pass_what_applies():
    """The core has no facts, cases or claims of its own."""
    checks = {"loads", "same-plan-everywhere", "items-documented", "parameters-described"}
    report = check_installed("core", checks=checks)
    assert report.ok, failures_text(report)


def test_the_plugin_of_these_tests_is_complete():
    assert sorted(path.name for path in SOUND.glob("*.*")) == [
        "__init__.py",
        "facts.yaml",
        "item.py",
        "shipped.yaml",
    ]
