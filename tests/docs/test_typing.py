"""Every Python example of the pages passes strict checks of types."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGES = ["README.md", "README.zh-CN.md", *map(str, sorted(Path("docs").rglob("*.md")))]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def examples():
    """The examples of all pages, each with the name of a file."""
    for page in PAGES:
        for number, block in enumerate(BLOCK.findall(Path(page).read_text(encoding="utf-8"))):
            name = re.sub(r"\W", "_", page)
            yield f"{name}_{number}.py", block


@pytest.mark.parametrize("checker", ["pyright", "mypy"])
def test_examples_pass_strict_checks(checker, tmp_path):
    for name, text in examples():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert len(list(tmp_path.iterdir())) > 5
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    commands = {
        "pyright": ["-m", "pyright", "--pythonpath", sys.executable, "."],
        "mypy": ["-m", "mypy", "--strict", "--cache-dir", ".cache", "."],
    }
    found = subprocess.run(
        [sys.executable, *commands[checker]],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stdout
