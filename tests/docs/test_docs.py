"""The documentation is true: its commands run, its reference pages match the code."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

PAGES = [Path("README.md"), *sorted(Path("docs").rglob("*.md"))]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
ENVIRONMENT = {"PYTHONUTF8": "1", "COLUMNS": "100", "NO_COLOR": "1"}


def commands() -> list[tuple[str, str, str]]:
    """Return (page, command, expected output) of every `$ steelyard …` in a console block."""
    found = []
    for page in PAGES:
        for block in BLOCK.findall(page.read_text(encoding="utf-8")):
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                if command.startswith("steelyard "):
                    found.append((str(page), command, output))
    return found


def test_there_are_commands_to_run():
    """The pages show commands at all, so that the test below cannot pass for lack of them."""
    assert len(commands()) >= 6


@pytest.mark.parametrize(("page", "command", "expected"), commands(), ids=lambda text: text[:60])
def test_a_command_prints_what_the_page_shows(page, command, expected, tmp_path):  # noqa: ARG001 - the id
    """Each shown command prints exactly what the page shows (`…` stands for lines left out)."""
    arguments = shlex.split(command)[1:]
    run = subprocess.run(
        [sys.executable, "-m", "steelyard", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **ENVIRONMENT, "XDG_CACHE_HOME": str(tmp_path)},
        check=False,
    )
    assert run.returncode in (0, 1), run.stderr
    printed = [line.rstrip() for line in (run.stdout + run.stderr).strip("\n").splitlines()]
    shown = [line.rstrip() for line in expected.strip("\n").splitlines()]
    if "…" not in shown:
        assert printed == shown
        return
    position = 0
    for line in shown:
        if line == "…":
            continue
        assert line in printed[position:], line
        position = printed.index(line, position) + 1


def test_reference_pages_match_the_code():
    """`docs/generate.py --check` finds no drift."""
    run = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page):
    """Relative links name files that exist."""
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
