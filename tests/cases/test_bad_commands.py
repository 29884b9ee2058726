"""Every folder in `bad/` with a `command.txt` is a command that complains, and exactly what it says.

To add one, write `bad/<code>-<name>/command.txt` with the arguments, beside the files that they
name; `@/` is the folder `programme/` of valid files. `python -m tests.cases.test_bad_commands`
writes `expected.txt` and `expected.zh.txt` anew: what stands on standard error, and the status.
"""

import contextlib
import io
import os
from pathlib import Path

import pytest

from steelyard.cli.running import run_arguments

HERE = Path(__file__).parent
FOLDERS = sorted(path.parent for path in (HERE / "bad").glob("*/command.txt"))
FILES = {"en": "expected.txt", "zh": "expected.zh.txt"}


def said(folder: Path, language: str) -> str:
    """Return what a command says in a language, and its status; `folder` is where it runs."""
    valid = os.path.relpath(HERE / "programme", folder)
    words = (folder / "command.txt").read_text(encoding="utf-8").replace("@", valid).split()
    output, page = io.StringIO(), io.StringIO()
    with contextlib.redirect_stderr(output), contextlib.redirect_stdout(page):
        status = run_arguments([*words, "--lang", language])
    checked = page.getvalue() if words[0] == "check" else ""
    return f"{output.getvalue()}{checked}exit {status}\n"


@pytest.mark.parametrize("language", FILES)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_messages_and_places(folder: Path, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    expected = (folder / FILES[language]).read_text(encoding="utf-8")
    assert said(folder, language) == expected
    assert folder.name.split("-")[0] in expected


if __name__ == "__main__":
    for one in FOLDERS:
        os.chdir(one)
        for code, name in FILES.items():
            (one / name).write_text(said(one, code), encoding="utf-8")
