"""A plugin is understood by pyright in strict mode, with nothing silenced."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.docs.pages import Session, read, steps

ENGINE = Path("engine/src").resolve()
GUIDE = Path("docs/guides/write-a-plugin.md")
WITH_ALL_READERS = """
from steelyard.plugin import Award, ItemContext


def build(item: ItemContext) -> Award:
    share = item.number("share") * item.whole("count")
    kinds = item.fact("tea.kind").is_in(item.names("kinds"))
    first = sum(number for number in item.numbers("numbers"))
    late = item.as_of() > item.day("until")
    if item.given("when") and item.flag("strict"):
        late = late & item.condition(item.text("when"))
    return Award(points=item.points(item.pairs("steps")[0][1] + share + first)) if kinds is late else Award(late)
"""


def strict(folder: Path) -> str:
    """Return what pyright says of the sources in a folder."""
    settings = {
        "include": ["src"],
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "extraPaths": [str(ENGINE)],
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("pyright")), "--project", str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})
    return run.stdout


def test_plugins_are_clean_in_strict_mode(tmp_path):
    """The bundled plugins, the one of the guide, and one that reads parameters of every kind."""
    sources = tmp_path / "src"
    for folder in sorted(Path("plugins").glob("*/src")):
        shutil.copytree(folder, sources, dirs_exist_ok=True)
    session = Session(tmp_path / "guide", own_files=True)
    for step in steps(read(GUIDE)):
        if step.path:
            session.write(step)
    for folder in session.folder.glob("*/src"):
        shutil.copytree(folder, sources, dirs_exist_ok=True)
    (sources / "readers.py").write_text(WITH_ALL_READERS, encoding="utf-8")
    files = list(sources.rglob("*.py"))
    assert any("tea" in str(path) for path in files)
    assert not any("type: ignore" in path.read_text(encoding="utf-8") for path in files)
    assert "0 errors, 0 warnings" in strict(tmp_path)


def test_strict_mode_would_say_something(tmp_path):
    """A plugin that gives a float where points are asked for is not clean."""
    (tmp_path / "src").mkdir()
    text = "from steelyard.plugin import Award, ItemContext\n\n\n"
    text += "def build(item: ItemContext) -> Award:\n    return Award(points=item.points(0.5))\n"
    (tmp_path / "src" / "plugin.py").write_text(text, encoding="utf-8")
    assert '"float" is not assignable to' in strict(tmp_path)
