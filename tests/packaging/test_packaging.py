"""What is shipped: the wheel holds the data files, the plugins are distributions of their own."""

import re
import tomllib
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from steelyard.plugins.scaffold.writing import FILES

PLUGINS = sorted(path.parent for path in Path("plugins").glob("*/pyproject.toml"))


def test_the_wheel_holds_schemas_grammar_templates_and_type_marker(tmp_path):
    """Data files that the engine reads at run time are in the wheel."""
    (wheel,) = WheelBuilder(str(Path.cwd())).build(directory=str(tmp_path), versions=["standard"])
    names = set(zipfile.ZipFile(wheel).namelist())
    schemas = {
        f"steelyard/formats/schemas/{path.name}"
        for path in Path("engine/src/steelyard/formats/schemas").glob("*.json")
    }
    templates = {f"steelyard/plugins/scaffold/templates/{name}" for name in FILES.values() if name}
    assert schemas | templates <= names
    assert {"steelyard/py.typed", "steelyard/language/conditions/grammar.lark"} <= names
    assert not any(name.startswith(("engine/", "tests/", "plugins/")) for name in names)


@pytest.mark.parametrize("folder", PLUGINS, ids=lambda path: path.name)
def test_a_plugin_is_a_distribution_of_its_own(folder):
    """It has an entry point of its own name and depends on steelyard by name, not by path."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert folder.name in project["entry-points"]["steelyard"]
    assert any(name.startswith("steelyard") for name in project["dependencies"])
    assert not any("@" in name for name in project["dependencies"])


PIN = re.compile(
    r"^([a-z0-9-]+)==([\w.]+)(?: ;[^\n\\]*)? \\\n((?:    --hash=sha256:[0-9a-f]{64}[ \\]*\n)+)",
    re.MULTILINE,
)


def test_every_requirement_is_locked_with_hashes():
    """A requirement that the lock lacks, or a bound that it breaks, is found before CI installs."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = Path("requirements-dev.txt").read_text(encoding="utf-8").splitlines()
    asked = [
        *project["dependencies"],
        *(one for extra in project["optional-dependencies"].values() for one in extra),
        *(line.partition("#")[0] for line in lines if not line.startswith("#")),
    ]
    text = Path(".ci/requirements.txt").read_text(encoding="utf-8")
    pins = PIN.findall(text)
    assert len(pins) == text.count("==") - text.count("== '")
    locked: dict[str, list[str]] = {}
    for name, version, _ in pins:
        locked.setdefault(name, []).append(version)
    for requirement in map(Requirement, asked):
        versions = locked[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(version) for version in versions), requirement


def test_the_bundled_plugins_are_installed():
    """The tests run against installed distributions, entry points included."""
    names = {point.name for point in entry_points(group="steelyard")}
    assert {"core", *(folder.name for folder in PLUGINS)} <= names
