"""The guides build what they say, from their own code blocks."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.docs.pages import TUTORIAL, Session, read, steps

RULESET = Path("docs/guides/write-a-ruleset.md")
QUICKSTART = Path("docs/quickstart.md")


def built(page: Path, folder: Path) -> Session:
    """Return a session in which a page's files are written and its plugins installed."""
    session = Session(folder, own_files=True)
    for step in steps(read(page)):
        if step.path:
            session.write(step)
        elif step.command.startswith(("cp ", "pip install ")):
            session.run(step.command)
    return session


def scored(session: Session, command: str) -> dict:
    """Return the scorecard that a `score` command of one merchant writes as JSON."""
    return json.loads(session.run(f"{command} --format json"))


def test_the_flower_market_holds_without_a_plugin(tmp_path):
    """The book of the guide checks, its cases pass, and no plugin is asked for."""
    session = built(RULESET, tmp_path)
    assert session.run("steelyard check flowers") == "flowers: no problems\n"
    assert session.run("steelyard test flowers").endswith("cases passed, 0 failed\n")
    assert "plugins:" not in (session.folder / "flowers/book.yaml").read_text(encoding="utf-8")


def test_the_fallback_and_the_scene_of_the_guide_hold(tmp_path):
    """Potted plants have the base alone; after the scene's last day the industry's rules hold."""
    session = built(RULESET, tmp_path)
    shop = session.folder / "plants.yaml"
    shop.write_text(
        "merchant: fern\nindustry: plants\nshop_type: ordinary\norders: {paid_30d: 30}\n"
        "delivery: {on_time_share: 0.95}\n",
        encoding="utf-8",
    )
    book = "--book flowers --as-of"
    card = scored(session, f"steelyard score plants.yaml {book} 2026-03-10")
    assert card["ruleset"]["id"] == "flower-general"
    assert card["items"] == []
    assert str(card["score"]) in ("80", "80.0")  # delivery alone, at a knot of its curve
    within, after = (
        scored(session, f"steelyard score rose-lane.yaml {book} {day} --scene valentine")["score"]
        for day in ("2026-02-15", "2026-02-16")
    )
    assert within > after


TEA = "steelyard-tea/src/steelyard_tea/example"


@pytest.fixture(scope="module")
def tea(tmp_path_factory):
    """The tutorial's plugin, written but not installed: the scaffold's files, then the page's own."""
    session = Session(tmp_path_factory.mktemp("tea"), own_files=True, book=False)
    session.folder.mkdir()
    for step in steps(read(TUTORIAL)):
        if step.path:
            session.write(step)
        elif step.command.startswith("steelyard plugins new "):
            session.run(step.command)
    return session


def test_without_its_plugin_a_book_says_what_is_missing(tea):
    """The example of the tutorial is refused where the plugin is not installed, by its name."""
    assert "SY211 plugin-missing: the book needs the plugin tea" in tea.run(
        f"steelyard check {TEA}"
    )


def test_the_plugin_of_the_tutorial_is_used_by_its_entry_point(tea, tmp_path):
    """The tea plugin is found, and its cases hold; tests/packaging runs the page step by step."""
    session = Session(tmp_path, own_files=True, book=False)
    shutil.copytree(tea.folder, session.folder)
    session.run("pip install steelyard-tea")
    assert "tea" in session.run("steelyard plugins list").split()
    assert session.run(f"steelyard check {TEA}") == f"{TEA}: no problems\n"
    assert session.run(f"steelyard test {TEA}").endswith("17 cases passed, 0 failed\n")


@pytest.mark.parametrize("command", ["ruff check .", "ruff format --check .", "pyright"])
def test_the_code_of_the_tutorial_is_clean(tea, command):
    """Under the plugin's own settings, pyright's strict mode among them."""
    more = ["--pythonpath", sys.executable] if command == "pyright" else ["--no-cache"]
    run = subprocess.run(
        [sys.executable, "-m", *command.split(), *more],
        cwd=tea.folder / "steelyard-tea",
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    "step",
    [step for step in steps(read(TUTORIAL)) if step.path.endswith(".py") and "/src/" in step.path],
    ids=lambda s: s.path,
)
def test_a_plugin_imports_the_plugin_api_only(step):
    """What the guide says of imports holds for its own code."""
    names = {
        name
        for node in ast.walk(ast.parse(step.text))
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    standard = {name for name in names if name.partition(".")[0] in sys.stdlib_module_names}
    assert names - standard == {"steelyard.plugin"}


def test_the_change_of_the_quickstart_is_for_flagship_shops_only(tmp_path):
    """The layer that the quickstart adds holds, and leaves ordinary shops as they were."""
    session = built(QUICKSTART, tmp_path)
    assert session.run("steelyard test my-book").endswith("cases passed, 0 failed\n")
    merchant = (session.folder / "rulesets/merchants/little-sprout.yaml").read_text("utf-8")
    (session.folder / "ordinary.yaml").write_text(
        merchant.replace("shop_type: flagship", "shop_type: ordinary"), encoding="utf-8"
    )
    before, after = (
        scored(session, f"steelyard score ordinary.yaml --as-of 2026-06-01 --book {book}")["score"]
        for book in ("rulesets", "my-book")
    )
    assert before == after
