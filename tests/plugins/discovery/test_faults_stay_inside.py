"""Beside every broken plugin, scores are the bytes that they are without it, and it is named."""

import json

import pytest
from tests.plugins.discovery.loading_fixtures import PLUGINS, sources

from steelyard.cli.running import run_arguments
from steelyard.plugins.discovery import discovery

FAULTS = ("SY206", "SY207-newer", "SY208-item-type-of-the-core", "SY209")
BAD = sorted(path for path in PLUGINS.iterdir() if path.name.startswith(FAULTS))
SCORE = [
    "score",
    "rulesets/merchants/little-sprout.yaml",
    "--as-of",
    "2026-06-01",
    "--format",
    "json",
]


@pytest.fixture(scope="module")
def alone():
    """The catalogue's own sources, and what `score` writes with them alone."""
    return discovery.installed()


def test_scores_and_other_plugins_do_not_notice(alone, monkeypatch, capfd):
    assert run_arguments(SCORE) == 0
    expected = capfd.readouterr()
    assert json.loads(expected.out)["score"]
    sound = {source.name for source in alone}
    for folder in BAD:
        with sources(folder) as broken:
            monkeypatch.setattr(discovery, "installed", lambda: [*alone, *broken])
            assert run_arguments(SCORE) == 0, folder.name
            assert capfd.readouterr() == expected, folder.name
            assert run_arguments(["plugins", "list", "--format", "json"]) == 0
        listed = json.loads(capfd.readouterr().out)
        assert sound == {plugin["name"] for plugin in listed if plugin["ok"]}, folder.name
        code = folder.name.split("-")[0]
        problems = [problem for plugin in listed for problem in plugin["problems"]]
        assert code in {problem["code"] for problem in problems}, folder.name
