"""The hooks of pre-commit and the workflow of the guide: what they run is real, and works."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.docs.pages import Session, read, steps

from steelyard.formats import parse_yaml

GUIDE = Path("docs/guides/test-a-ruleset.md")
HOOKS = parse_yaml(Path(".pre-commit-hooks.yaml").read_text(encoding="utf-8"), "hooks").plain()


def run(command, folder):
    """Run a command of steelyard in a folder."""
    words = shlex.split(command)
    assert words[0] == "steelyard"
    return subprocess.run(
        [sys.executable, "-m", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=folder,
    )


@pytest.fixture(scope="module")
def guide(tmp_path_factory):
    """The guide's files, written in a folder of their own."""
    session = Session(tmp_path_factory.mktemp("guide"), own_files=True)
    for step in steps(read(GUIDE)):
        if step.path:
            session.write(step)
    return session.folder


def from_guide(folder, path):
    return parse_yaml((folder / path).read_text(encoding="utf-8"), path).plain()


def test_the_hooks_are_what_pre_commit_asks_for():
    assert [hook["id"] for hook in HOOKS] == ["steelyard-check", "steelyard-test"]
    for hook in HOOKS:
        assert {"id", "name", "description", "entry", "language"} <= set(hook)
        assert hook["language"] == "python"
        assert hook["pass_filenames"] is False  # a book is checked as a whole


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_passes_on_the_reference_book(hook):
    done = run(shlex.join([*shlex.split(hook["entry"]), *hook["args"]]), Path())
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_stops_a_commit_that_breaks_the_book(hook, guide, tmp_path):
    book = tmp_path / "rulesets"
    book.mkdir()
    for file in ("book.yaml", "toys.yaml", "toys.cases.yaml", "facts/shop.yaml"):
        (book / file).parent.mkdir(exist_ok=True)
        text = (guide / "toys" / file).read_text(encoding="utf-8")
        (book / file).write_text(
            text.replace("shop.repairs >= 20", "shop.repair >= 20"), encoding="utf-8"
        )
    done = run(shlex.join([*shlex.split(hook["entry"]), *hook["args"]]), tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "SY403" in done.stdout


def test_the_configuration_of_the_guide_runs_on_its_book(guide):
    (source,) = from_guide(guide, ".pre-commit-config.yaml")["repos"]
    known = {hook["id"]: hook for hook in HOOKS}
    assert len(source["hooks"]) == 2
    for chosen in source["hooks"]:
        command = [*shlex.split(known[chosen["id"]]["entry"]), *map(str, chosen["args"])]
        done = run(shlex.join(command), guide)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_workflow_of_the_guide_runs_on_its_book(guide):
    workflow = from_guide(guide, ".github/workflows/rules.yaml")
    assert workflow["on"] == {"pull_request": {"paths": ["toys/**"]}}
    (job,) = workflow["jobs"].values()
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert commands.pop(0) == "pip install steelyard"
    assert len(commands) == 3
    for command in commands:
        done = run(re.sub(r" > \S+$", "", command), guide)
        assert done.returncode == 0, done.stdout + done.stderr
