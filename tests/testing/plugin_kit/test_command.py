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
from steelyard.testing.plugin_kit.text import failures_text, report_json, report_text

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


def test_an_installed_plugin_passes(capsys):
    assert run_arguments(["plugins", "check", "beauty"]) == 0
    page = capsys.readouterr().out
    assert page.startswith(
        f"Plugin beauty: {len(CHECKS)} passed, 0 failed of {len(CHECKS)} checks\n"
    )
    assert "max_points proved for" in page


def test_a_source_tree_is_installed_aside_and_judged(tmp_path, capsys):
    source = tree(tmp_path, ("facts.yaml", ("    unit: hours\n", "")))
    assert run_arguments(["plugins", "check", str(source), "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["plugin"], report["ok"], report["failed"]) == ("sound", False, 1)
    (failed,) = [check for check in report["checks"] if check["status"] == "failed"]
    assert failed["check"] == "facts-with-unit"
    assert failed["problems"] == [
        "sound.hours has no unit; say what is counted: count, share, hours, days, …"
    ]
    assert find_spec("sound") is None


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
        ("", "SY703", "no plugin is called ''"),
        ("core", "SY709", "the core is no plugin that the kit could check"),
        ("tests/testing/plugin_kit", "SY709", "conformance is a folder without pyproject.toml"),
    ],
)
def test_what_cannot_be_checked_is_said(asked, code, said, capsys):
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


def test_a_plugin_s_own_tests_are_told_everything_at_once():
    assert testing.check_plugin("beauty").ok
    ids = [check for check, _ in testing.plugin_checks("beauty")]
    assert ids == [check.id for check in CHECKS]
    for _, holds in testing.plugin_checks("beauty"):
        holds()
    with pytest.raises(InvalidInput, match="SY703"):
        testing.check_plugin("no-such-plugin")


def test_a_report_reads_well(tmp_path):
    fault = next(one for one in FAULTS if one.name == "hangs on import")
    plant(tmp_path, fault.edits)
    limits = Limits(seconds=30, loading=4, examples=5)
    report = check_installed("sound", path=[tmp_path], limits=limits)
    said = failures_text(report).splitlines()
    assert (
        said[0]
        == f"Plugin sound: 1 passed, 1 failed, {len(CHECKS) - 2} not run of {len(CHECKS)} checks"
    )
    assert said[1] == "✗ loads: It loads, in a process of its own, within limits"
    assert said[2] == (
        "    wrong: the process was still running after 4 seconds while it was imported and "
        "registered its declarations"
    )
    assert said[4].startswith("– not run, since it does not load: quiet-when-loaded, ")
    assert report_text(report).count("\n– ") == len(CHECKS) - 2
    assert report_json(report)["not_run"] == len(CHECKS) - 2


def test_a_slow_build_is_told_once_and_soon(tmp_path):
    """Builds that take seconds each stop the checks that need many, not each after its time."""
    slow = '    tiers = item.pairs("tiers")\n    if len(tiers) == 3:\n        while True: pass\n'
    plant(tmp_path, {"item.py": ('    tiers = item.pairs("tiers")\n', slow)})
    told = []
    checks = {"loads", "parameters-accepted", "values-in-bounds", "wrong-parameters"}
    limits = Limits(seconds=5, loading=20, examples=20)
    report = check_installed(
        "sound", path=[tmp_path], checks=checks, limits=limits, tell=told.append
    )
    assert [one.status for one in report.verdicts] == ["passed", "failed", "not_run", "not_run"]
    assert report.verdicts[2].notes == ("parameters-accepted was over 5 seconds",)
    assert tuple(told) == report.verdicts


def test_a_build_over_its_limits_is_told_once(tmp_path):
    """What one draw runs into, the next would: the checks that build stop at the first of them."""
    endless = (
        '    tiers = item.pairs("tiers")\n'
        "    if len(tiers) == 3:\n"
        "        for number in range(30_000):\n"
        '            item.fact("sound.all") + number\n'
    )
    plant(tmp_path, {"item.py": ('    tiers = item.pairs("tiers")\n', endless)})
    checks = {"loads", "parameters-accepted", "values-in-bounds", "wrong-parameters"}
    limits = Limits(seconds=60, loading=30, examples=20)
    report = check_installed("sound", path=[tmp_path], checks=checks, limits=limits)
    _, accepted, bounds, wrong = report.verdicts
    assert accepted.status == "failed"
    (problem,) = accepted.problems
    assert problem.endswith("its award needs more nodes than one award may have")
    assert (bounds.status, wrong.status) == ("not_run", "not_run")
    assert bounds.notes == wrong.notes == (problem,)


def test_the_checks_together_have_a_limit(tmp_path):
    """A check that takes its time is stopped, and what is left is named as not run."""
    slow = '    tiers = item.pairs("tiers")\n    if len(tiers) == 3:\n        while True: pass\n'
    plant(tmp_path, {"item.py": ('    tiers = item.pairs("tiers")\n', slow)})
    checks = {"loads", "parameters-accepted", "explained"}
    limits = Limits(seconds=60, total=6, loading=20, examples=20)
    report = check_installed("sound", path=[tmp_path], checks=checks, limits=limits)
    loads, accepted, explained = report.verdicts
    assert loads.status == "passed"
    assert accepted.problems == ("it was stopped: the checks together were over 6 seconds",)
    assert explained.status == "not_run"
    assert explained.notes == ("the checks together were over 6 seconds",)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only processor time is bounded")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "killed"])
@pytest.mark.usefixtures("ctrl_c")
def test_nothing_goes_on_when_the_check_is_broken_off(how, tmp_path):
    """A plugin that is inside one endless call ends with the command that loaded it."""
    endless = ("STEELYARD_API = 1\n", "STEELYARD_API = 1\nx = sum(range(10**15))\n")
    source = tree(tmp_path / "source", ("__init__.py", endless))
    (tmp_path / "temporary").mkdir()
    command = [sys.executable, "-m", "steelyard", "plugins", "check", str(source)]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        assert within_seconds(60, lambda: len(processes_of(tmp_path, "probing")) == 2)
        process.send_signal(how)
    assert process.returncode != 0
    assert within_seconds(20, lambda: not processes_of(tmp_path, "steelyard.testing.plugin_kit"))


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
    monkeypatch.setattr("steelyard.testing.plugin_kit.supervision.CHECKS", checks)
    assert run_arguments(["plugins", "check", "beauty"]) == 0
    output = capsys.readouterr()
    assert output.err.splitlines() == ["loads: passed", "facts-titled: passed"]
    assert output.out.startswith("Plugin beauty: 2 passed, 0 failed of 2 checks\n")


def test_one_plugin_has_one_verdict(tmp_path):
    """Everything but the measured times is the same when the kit is run again."""
    plant(tmp_path, {})
    limits = Limits(seconds=60, loading=30, examples=10)
    timeless = [check.id for check in CHECKS if not check.id.startswith("cost-to")]
    first, second = (
        check_installed("sound", path=[tmp_path], checks=timeless, limits=limits) for _ in range(2)
    )
    assert first == second
    assert first.ok


def test_the_core_s_item_types_pass_what_applies():
    """The core has no facts, cases or claims of its own: they are the rulesets'."""
    checks = {"loads", "same-plan-everywhere", "items-documented", "parameters-described"}
    report = check_installed("core", checks=checks)
    assert report.ok, failures_text(report)


def test_the_plugin_of_these_tests_is_whole():
    assert sorted(path.name for path in SOUND.glob("*.*")) == [
        "__init__.py",
        "facts.yaml",
        "item.py",
    ]
