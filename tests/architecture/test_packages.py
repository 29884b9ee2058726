"""The tree follows its own description: package headers, `engine/README.md`, mirrored tests."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "engine/src/steelyard"
PACKAGES = sorted(ENGINE.rglob("__init__.py"))
TOP_LEVEL = sorted(path.parent.name for path in ENGINE.glob("*/__init__.py"))
MAX_PACKAGES = 20
MAX_PIPELINE_LINES = 120


@pytest.mark.parametrize(
    "path",
    [path for path in PACKAGES if path.parent != ENGINE],
    ids=lambda path: ".".join(path.parent.relative_to(ENGINE).parts),
)
def test_a_package_header_has_four_lines(path):
    """In, Out, Keeps and Never begin lines of the package's docstring, in this order."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    headings = [line.partition(":")[0] for line in docstring.splitlines()]
    found = [heading for heading in headings if heading in ("In", "Out", "Keeps", "Never")]
    assert found == ["In", "Out", "Keeps", "Never"]


def test_engine_readme_lists_every_package():
    """The table of `engine/README.md` has one row for each package, and no other row."""
    text = (ROOT / "engine/README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert sorted(listed) == TOP_LEVEL
    assert len(TOP_LEVEL) <= MAX_PACKAGES


# tested elsewhere: tests/evaluators compares the evaluators with each other, tests/browser opens
# the page of a dry run, tests/formats and tests/packaging look at every schema
WITHOUT_A_FOLDER = {
    "evaluators/reference", "evaluators/python", "evaluators/polars", "dry_run/report/page",
    "formats/schemas",
}  # fmt: skip


@pytest.mark.parametrize(
    "package",
    sorted({str(path.parent.relative_to(ENGINE)) for path in PACKAGES} - WITHOUT_A_FOLDER),
)
def test_every_package_has_a_folder_of_tests(package):
    """`tests/` mirrors the engine: each package has its folder, with at least one test below it."""
    folder = ROOT / "tests" / package
    assert list(folder.rglob("test_*.py")), f"no tests in {folder.relative_to(ROOT)}"


def test_every_evaluator_has_the_same_file_names():
    """Whoever knows one evaluator finds the same part of another one under the same name."""
    folders = [
        path for path in (ENGINE / "evaluators").iterdir() if (path / "__init__.py").exists()
    ]
    names = {folder.name: sorted(path.name for path in folder.glob("*.py")) for folder in folders}
    assert set(names) == {"reference", "python", "polars"}
    assert names["reference"] == names["python"] == names["polars"]


def test_the_pipeline_is_short():
    """`pipeline.py` names the steps only; what a step does is in its package."""
    lines = (ENGINE / "pipeline.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= MAX_PIPELINE_LINES


def test_the_tree_has_the_agreed_top_level():
    """The top level holds only what the layout names."""
    agreed = {
        "pyproject.toml", "engine", "plugins", "rulesets", "tests", "docs", "README.md",
        "README.zh-CN.md", "LICENSE", "CHANGELOG.md", "Makefile", "requirements-dev.txt", "uv.lock",
    }  # fmt: skip
    present = {
        path.name
        for path in ROOT.iterdir()
        if not path.name.startswith(".") and not (path / "pyvenv.cfg").exists()
    }
    assert present - agreed <= {"build", "dist"}
