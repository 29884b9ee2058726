"""A plugin's digest is over its own files, wherever and however it is installed."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from steelyard.plugins.discovery import plugin_digest

PLUGINS = sorted(path.parent for path in Path("plugins").glob("*/pyproject.toml"))


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with code and data, not imported."""
    monkeypatch.syspath_prepend(tmp_path)
    folder = tmp_path / "digested_plugin"
    (folder / "data").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise AssertionError('a digest runs no plugin')\n")
    (folder / "data" / "facts.yaml").write_text("facts: []\n")
    return folder


def digest() -> str:
    found = plugin_digest("digested_plugin")
    assert found is not None
    return found


def test_compiled_and_hidden_files_do_not_count(package):
    before = digest()
    assert before.startswith("sha256:")
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "__init__.cpython-311.pyc").write_bytes(b"x")
    (package / "old.pyc").write_bytes(b"x")
    (package / ".cache").mkdir()
    (package / ".cache" / "entry").write_bytes(b"x")
    (package / ".hidden").write_bytes(b"x")
    os.utime(package / "__init__.py", (0, 0))
    assert digest() == before


def change(package: Path) -> None:
    (package / "data" / "facts.yaml").write_text("facts: [] \n")


def move(package: Path) -> None:
    (package / "data" / "facts.yaml").rename(package / "facts.yaml")


def add(package: Path) -> None:
    (package / "empty.txt").write_bytes(b"")


def remove(package: Path) -> None:
    (package / "data" / "facts.yaml").unlink()


@pytest.mark.parametrize("edit", [change, move, add, remove])
def test_every_change_of_code_or_data_counts(package, edit):
    before = digest()
    edit(package)
    assert digest() != before


@pytest.mark.usefixtures("package")
def test_what_an_entry_point_names_inside_the_package_is_no_matter():
    assert plugin_digest("digested_plugin:register") == digest()
    assert plugin_digest("digested_plugin.inner.module : thing.method") == digest()


def test_a_module_a_namespace_and_an_archive(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "digested_alone.py").write_text("x = 1\n")
    (tmp_path / "beside.py").write_text("y = 1\n")
    alone = plugin_digest("digested_alone")
    (tmp_path / "beside.py").write_text("y = 2\n")
    assert alone == plugin_digest("digested_alone") is not None
    for name in ("one", "two"):
        (tmp_path / "digested_space" / name).mkdir(parents=True)
        (tmp_path / "digested_space" / name / "__init__.py").write_text(f"{name} = 1\n")
    one, two = (plugin_digest(f"digested_space.{name}") for name in ("one", "two"))
    assert None is not one != two is not None
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("digested_packed/__init__.py", "")
    monkeypatch.syspath_prepend(tmp_path / "packed.zip")
    assert plugin_digest("digested_packed") is None
    assert plugin_digest("digested_nowhere") is None
    assert plugin_digest("") is None


def test_the_core_is_its_item_types_and_not_the_engine():
    core = plugin_digest("steelyard.plugins.core")
    assert core not in (None, plugin_digest("steelyard.pipeline"))


@pytest.mark.parametrize("folder", PLUGINS, ids=lambda path: path.name)
def test_a_link_to_sources_and_a_wheel_give_the_same(folder, tmp_path):
    module = f"steelyard_{folder.name}"
    (wheel,) = WheelBuilder(str(folder)).build(directory=str(tmp_path), versions=["standard"])
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from steelyard.plugins.discovery import plugin_digest\n"
        "print(plugin_digest(sys.argv[2]))\n"
    )
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "unpacked")
    seen = [
        subprocess.run(
            [sys.executable, "-c", program, place, module],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for place in (str(folder / "src"), str(tmp_path / "unpacked"))
    ]
    assert seen == [plugin_digest(module)] * 2
