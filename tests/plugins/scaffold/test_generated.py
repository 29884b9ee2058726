"""What `steelyard plugins new` writes works as it stands, whatever the names and titles are."""

import ast
import json
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from tests.plugins.scaffold.generated import ALL, PLAIN, installed

from steelyard import testing
from steelyard.cli.running import run_arguments
from steelyard.plugin import hook
from steelyard.plugins.discovery import Source, discover, load_plugins
from steelyard.plugins.discovery.discovery import installed as all_installed
from steelyard.plugins.scaffold import write_plugin

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module", params=ALL, ids=str)
def project(request, tmp_path_factory):
    """A generated plugin: its answers and its folder."""
    folder = tmp_path_factory.mktemp("projects") / "a folder" / request.param
    write_plugin(ALL[request.param], folder)
    return ALL[request.param], folder


def example(answers, folder: Path) -> Path:
    return folder / "src" / f"steelyard_{answers.name.replace('-', '_')}" / "example"


def test_these_files_are_written(tmp_path):
    """The list of files is what a stranger needs to publish, and nothing else."""
    written = write_plugin(PLAIN, tmp_path / "new")
    assert sorted(path.as_posix() for path in written) == [
        ".github/workflows/tests.yml",
        ".gitignore",
        "LICENSE",
        "README.md",
        "pyproject.toml",
        "src/steelyard_pet_toys/__init__.py",
        "src/steelyard_pet_toys/example/book.yaml",
        "src/steelyard_pet_toys/example/merchants/first-shop.yaml",
        "src/steelyard_pet_toys/example/merchants/second-shop.yaml",
        "src/steelyard_pet_toys/example/pet-toys.cases.yaml",
        "src/steelyard_pet_toys/example/pet-toys.yaml",
        "src/steelyard_pet_toys/facts.yaml",
        "src/steelyard_pet_toys/py.typed",
        "src/steelyard_pet_toys/rules.yaml",
        "src/steelyard_pet_toys/service_promise.py",
        "tests/test_pet_toys.py",
    ]
    there = [path for path in (tmp_path / "new").rglob("*") if path.is_file()]
    assert sorted(path.relative_to(tmp_path / "new") for path in there) == sorted(written)


def test_it_loads_and_its_cases_hold(project, tmp_path):
    """Found by its entry point, it has no problem, and its example does what its cases say."""
    answers, folder = project
    with installed(folder, tmp_path):
        (plugin,) = (one for one in discover().plugins if one.name == answers.name)
        assert plugin.problems == ()
        assert plugin.item_types == (f"{answers.name}/{answers.item}",)
        assert len(plugin.facts) == 2
        report = testing.test_book(example(answers, folder))
        assert len(report.results) == 11
        assert [(one.name, one.differences) for one in report.failed] == []


def test_its_example_scores_at_once(project, tmp_path, capsys):
    """Of its two merchants one has the points of a step, and one is refused them."""
    answers, folder = project
    book = example(answers, folder)
    found = []
    with installed(folder, tmp_path):
        for name in ("first-shop", "second-shop"):
            words = ["score", str(book / f"merchants/{name}.yaml"), "--book", str(book)]
            assert run_arguments([*words, "--as-of", "2026-06-01", "--format", "json"]) == 0
            card = json.loads(capsys.readouterr().out, parse_float=Decimal)
            found.append((card["items"][0]["outcome"], card["score"]))
    assert found == [("awarded", Decimal("4.05")), ("not_met", 4)]


def test_titles_arrive_as_they_were_given(project, tmp_path):
    """Quotes, braces and dollars of a title mean nothing in any of the files."""
    answers, folder = project
    book = yaml.safe_load((example(answers, folder) / "book.yaml").read_text("utf-8"))
    assert book["title"] == {"en": answers.title, "zh": answers.title_zh}
    assert book["industries"][0]["title"] == book["title"]
    about = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    assert about["description"].startswith(f"{answers.title} ({answers.title_zh}): ")
    (author,) = about["authors"]
    assert author["name"] in answers.author
    assert answers.author in (author["name"], f"{author['name']} <{author.get('email')}>")
    assert f"Copyright {author['name']}\n" in (folder / "LICENSE").read_text("utf-8")
    with installed(folder, tmp_path):
        item_type = discover().item_types[f"{answers.name}/{answers.item}"]
    assert item_type.title.zh == answers.item_zh
    assert item_type.title.en.lower() == answers.item.replace("-", " ")


def test_nothing_is_left_to_fill_in(project):
    """No placeholder stays in a file; a dollar is the author's, or the CI file's own."""
    answers, folder = project
    texts = (answers.title, answers.title_zh, answers.item_zh, answers.author)
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8").replace("${{ matrix.python }}", "")
            if not any("$" in one for one in texts):
                assert "$" not in text, path


def test_its_python_compiles_and_imports_the_plugin_api_only(project):
    """Of the engine it uses the plugin API, and the kit in its tests."""
    _, folder = project
    for path in (folder / "src").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} | {
            one.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for one in node.names
        }
        standard = {name for name in modules if name.partition(".")[0] in sys.stdlib_module_names}
        assert modules - standard == {"steelyard.plugin"}


@pytest.mark.parametrize("config", ["its own", "the engine's"])
def test_ruff_finds_nothing(project, config):
    """Lint and format are clean under its own settings, and its code under the engine's too."""
    _, folder = project
    if config == "its own":
        runs = (["check", "."], ["format", "--check", "."])
    else:
        rules = ["--config", str(ROOT / "pyproject.toml")]
        runs = (["check", *rules, "src"], ["format", "--check", *rules, "src"])
    for words in runs:
        run = subprocess.run(
            [sys.executable, "-m", "ruff", *words, "--no-cache"],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert run.returncode == 0, run.stdout + run.stderr


def test_a_new_module_is_a_new_item_type(tmp_path):
    """A module with an `ITEM_TYPE` is all it takes; one without offers nothing."""
    folder = tmp_path / "new"
    write_plugin(PLAIN, folder)
    package = folder / "src/steelyard_pet_toys"
    text = (package / "service_promise.py").read_text("utf-8")
    (package / "another.py").write_text(text.replace("/service-promise", "/another"), "utf-8")
    (package / "helpers.py").write_text("NUMBER = 1\n", "utf-8")
    with installed(folder, tmp_path / "site"):
        found = discover(["pet-toys"])
    assert found.problems == ()
    assert list(found.item_types) == ["pet-toys/another", "pet-toys/service-promise"]


def test_a_module_whose_item_type_is_none_is_told(tmp_path):
    """What stands there must be an item type; the plugin is named, and the file."""
    folder = tmp_path / "new"
    write_plugin(PLAIN, folder)
    (folder / "src/steelyard_pet_toys/another.py").write_text('ITEM_TYPE = "none"\n', "utf-8")
    with installed(folder, tmp_path / "site"):
        (problem,) = discover(["pet-toys"]).problems
    assert problem.code == "SY208"
    assert "pet-toys" in problem.what
    assert "registered a str as an item type" in problem.what


def test_facts_that_begin_with_its_name_are_its_own(tmp_path):
    """A name with a dash owns the facts with an underscore: another who declares them is refused."""
    folder = tmp_path / "new"
    write_plugin(PLAIN, folder)

    class Thief:
        STEELYARD_API = 1

        @hook
        def steelyard_register(self, registry):
            registry.facts(folder / "src/steelyard_pet_toys/facts.yaml")

    with installed(folder, tmp_path / "site"):
        sources = [one for one in all_installed() if one.name == "pet-toys"]
        catalogue = load_plugins([*sources, Source("thief", Thief, "thief", "thief", "1")])
    assert [one.name for one in catalogue.plugins if one.ok] == ["pet-toys"]
    assert {one.code for one in catalogue.problems} == {"SY201", "SY208"}


def test_pyright_in_strict_mode_finds_nothing(tmp_path):
    """Source and tests, under the plugin's own settings, which say strict."""
    write_plugin(PLAIN, tmp_path)
    settings = tomllib.loads((tmp_path / "pyproject.toml").read_text("utf-8"))["tool"]["pyright"]
    assert settings == {"include": ["src", "tests"], "typeCheckingMode": "strict"}
    run = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    found = json.loads(run.stdout)
    assert found["summary"]["filesAnalyzed"] == 3
    assert found["generalDiagnostics"] == []
