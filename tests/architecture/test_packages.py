"""Every package says what comes in, what goes out, what it keeps and what it never does."""

import ast
from pathlib import Path

import pytest

PACKAGES = sorted(Path("engine/src/steelyard").glob("*/__init__.py"))


@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: path.parent.name)
def test_a_package_opens_with_four_lines(path):
    """In, Out, Keeps and Never stand in the package's docstring, in this order."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    headings = [line.partition(":")[0] for line in docstring.splitlines()]
    found = [heading for heading in headings if heading in ("In", "Out", "Keeps", "Never")]
    assert found == ["In", "Out", "Keeps", "Never"]


def test_the_tree_has_the_agreed_top_level():
    """Nothing stands at the top level that the layout does not name."""
    agreed = {
        "pyproject.toml", "engine", "plugins", "rulesets", "tests", "docs", "README.md",
        "README.zh-CN.md", "LICENSE", "CHANGELOG.md", "Makefile", "requirements-dev.txt", "uv.lock",
    }  # fmt: skip
    found = {
        path.name
        for path in Path().iterdir()
        if not path.name.startswith(".") and not (path / "pyvenv.cfg").exists()
    }
    assert found - agreed <= {"build", "dist"}
