"""Whatever another distribution has wrong in its metadata, every plugin is found once."""

import sys

import pytest

from steelyard.plugins.discovery import discover
from steelyard.plugins.discovery.installed import installed

# the value of an entry point, and the reason why it is no plugin
VALUES = {
    "": "is not MODULE or MODULE:OBJECT",
    "json:": "is not MODULE or MODULE:OBJECT",
    ":x": "is not MODULE or MODULE:OBJECT",
    "a b": "is not MODULE or MODULE:OBJECT",
    "a\0b": "is not MODULE or MODULE:OBJECT",
    "..a": "could not be imported: TypeError",
    "é:é": "could not be imported: ModuleNotFoundError",
    "json:loads.nothing": "could not be imported: AttributeError",
    "builtins:None": "could not be imported: TypeError",
    "sys": "does not state the version of the plugin API",
    "math:pi": "does not state the version of the plugin API",
}


def plant(folder, name, entries, metadata=b"Name: planted\nVersion: 1\n"):
    (folder / name).mkdir()
    (folder / name / "entry_points.txt").write_bytes(entries)
    if metadata is not None:
        (folder / name / "METADATA").write_bytes(metadata)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return tmp_path


def test_faults_of_other_distributions_are_not_ours(folder):
    before = [(one.name, one.distribution, one.version) for one in installed()]
    plant(folder, "junk-1.dist-info", b"nonsense\n[x\n=\n]\n[console_scripts]\nbroken\n")
    plant(folder, "bytes-1.dist-info", b"\xff[steelyard]\nx = y\n")
    # pip leaves such a folder behind when it is stopped
    plant(folder, "~teelyard-0.0.1.dist-info", b"[steelyard]\ncore = steelyard.plugins.core\n")
    now = [(one.name, one.distribution, one.version) for one in installed()]
    assert now == before
    plant(folder, "no_meta-2.dist-info", b"[steelyard]\nmine = json\n", None)
    plant(folder, "bad.meta-3.dist-info", b"[steelyard]\nyours = json # \n", b"\xff\xff")
    found = {one.name: (one.distribution, one.version) for one in installed([folder])}
    assert found["mine"] == ("no_meta", "2")
    assert found["yours"][0] == "bad.meta"


def test_a_malformed_entry_point_leaves_out_its_plugin_alone(folder):
    lines = [f"p{number} = {value}" for number, value in enumerate(VALUES)]
    plant(folder, "planted-1.dist-info", "\n".join(["[steelyard]", *lines, "alone"]).encode())
    catalogue = discover()
    assert "core/flat" in catalogue.item_types
    problems = {plugin.name: plugin.problems for plugin in catalogue.plugins if not plugin.ok}
    assert len(problems) == len(VALUES) + 1
    assert "is not MODULE or MODULE:OBJECT" in str(problems["alone"][0])
    for number, (value, reason) in enumerate(VALUES.items()):
        assert reason in str(problems[f"p{number}"][0]), value
