"""Every broken plugin in tests/fixtures/plugins, and exactly what is said about it.

To add one, write `tests/fixtures/plugins/<code>-<name>/<plugin>.py` and
`tests/cases/bad/<code>-<name>/expected.txt` with the problems as they are printed.
"""

from pathlib import Path

import pytest
from tests.plugins.discovery.loading_fixtures import PLUGINS, sources

from steelyard.plugins.discovery import load_plugins

BAD = Path(__file__).parents[2] / "cases" / "bad"
FOLDERS = sorted(path for path in PLUGINS.iterdir() if path.name.startswith("SY2"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_broken_plugin_is_reported_and_others_still_work(folder: Path) -> None:
    with sources(folder, PLUGINS / "healthy") as plugins:
        catalogue = load_plugins(plugins)
    said = "\n".join(str(problem) for problem in catalogue.problems) + "\n"
    assert said == (BAD / folder.name / "expected.txt").read_text(encoding="utf-8")
    assert folder.name.split("-")[0] in {problem.code for problem in catalogue.problems}
    assert list(catalogue.item_types) == ["healthy/plain"]
    assert list(catalogue.facts) == ["healthy.count"]
    assert {plugin.name: plugin.ok for plugin in catalogue.plugins} == {
        plugin.name: plugin.name == "healthy" for plugin in plugins
    }
