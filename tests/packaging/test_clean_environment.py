"""Away from this repository: wheels in clean virtual environments. Run with -m packaging."""

import json
import shlex
import zipfile
from pathlib import Path

import pytest
import yaml
from tests.docs.pages import ROOT, TUTORIAL, agrees, read, steps
from tests.packaging.clean import Clean, CleanSession, engine_wheel

pytestmark = pytest.mark.packaging
SECONDS = 60  # of processor, from the scaffold to green tests


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """The engine's wheel, built from this tree."""
    return engine_wheel(tmp_path_factory.mktemp("wheels"))


def test_the_tutorial_from_nothing_to_a_wheel(engine, tmp_path, capsys):
    """Every command succeeds and prints what the page shows; green tests are there in a minute."""
    session = CleanSession(tmp_path, engine)
    for step in steps(read(TUTORIAL)):
        if step.path:
            session.write(step)
            continue
        printed = session.run(step.command)
        if not agrees(printed, step.text):
            assert printed == step.text, step.command
    spent = session.clean.spent[:3]
    assert [one.command.split()[:2] for one in spent] == [
        ["steelyard", "plugins"], ["pip", "install"], ["pytest", "-q"],
    ]  # fmt: skip
    clock, processor = (sum(getattr(one, name) for one in spent) for name in ("clock", "processor"))
    with capsys.disabled():
        print(f"\nscaffold to green tests: {clock:.1f} s, {processor:.1f} s of processor")  # noqa: T201 - it is to be read
    assert processor < SECONDS


@pytest.fixture(scope="module")
def project(engine, tmp_path_factory):
    """A stranger's plugin outside this tree, from the scaffold, and where it was made."""
    maker = Clean(tmp_path_factory.mktemp("stranger"))
    maker.pip("install", str(engine), cwd=maker.folder)
    maker.run("steelyard", "plugins", "new", "pet-toys", "--industry", "toys", cwd=maker.folder)
    return maker, maker.folder / "steelyard-pet-toys"


def test_its_ci_file_runs_green(project):
    """Every command of the workflow, in order, in the plugin's folder."""
    maker, folder = project
    workflow = yaml.safe_load((folder / ".github/workflows/tests.yml").read_text("utf-8"))
    commands = [
        shlex.split(part)
        for step in workflow["jobs"]["tests"]["steps"]
        for part in step.get("run", "").split(" && ")
        if part
    ]
    assert len(commands) == 6
    for words in commands:
        maker.run(*(words[2:] if words[:2] == ["python", "-m"] else words), cwd=folder)


def test_a_wheel_built_elsewhere_scores_beside_the_engines(engine, project, tmp_path):
    """Two wheels in a clean environment: the plugin is listed, checked, and its example scores."""
    maker, folder = project
    maker.pip("wheel", "--no-deps", "--wheel-dir", "dist", str(folder), cwd=maker.folder)
    (wheel,) = (maker.folder / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "steelyard_pet_toys/py.typed" in names
    assert "steelyard_pet_toys/example/merchants/first-shop.yaml" in names
    assert not any(name.startswith(("tests/", "src/")) for name in names)

    clean, elsewhere = Clean(tmp_path), tmp_path / "elsewhere"
    elsewhere.mkdir()
    clean.pip("install", f"{engine}[testing]", str(wheel), cwd=elsewhere)
    (seen,) = Path(clean.python).parents[1].glob("lib/*/site-packages/steelyard_pet_toys/example")
    path = clean.run("site", cwd=elsewhere).stdout
    assert str(ROOT) not in path
    assert str(maker.folder) not in path

    listed = clean.run("steelyard", "plugins", "list", "--format", "json", cwd=elsewhere).stdout
    assert {one["name"]: one["problems"] for one in json.loads(listed)} == {
        "core": [],
        "pet-toys": [],
    }
    clean.run("steelyard", "plugins", "check", "pet-toys", cwd=elsewhere)
    words = [str(seen / "merchants/first-shop.yaml"), "--book", str(seen), "--as-of", "2026-06-01"]
    card = clean.run("steelyard", "score", *words, "--format", "json", cwd=elsewhere).stdout
    assert json.loads(card)["score"] == 4.05


TOYS = {
    "book.yaml": "book: toys\ntitle: {en: Toys, zh: 玩具}\n"
    "industries: [{id: toys, title: {en: Toys, zh: 玩具}}]\n",
    "toys.yaml": "ruleset: toys\nversion: 1\ntitle: {en: Toys, zh: 玩具}\n"
    "selects: {industry: toys}\neffective: {from: 2026-01-01}\nillustrative: true\n"
    "score: {range: [0, 100], decimals: 1, rounding: half_up}\nbase: {from: fixed, score: 60}\n"
    "items: [{id: busy, type: core/flat, title: {en: Busy, zh: 繁忙}, with: {points: 5},"
    " when: 'toys.orders >= 10'}]\n",
    "facts/toys.yaml": "facts: [{id: toys.orders, type: int, unit: count, bounds: [0, 1000],"
    " title: {en: Orders, zh: 订单}, meaning: Orders., illustrative: true}]\n",
}
JOB = """
from pyspark.sql import SparkSession
import steelyard.spark
session = SparkSession.builder.master("local[1]").getOrCreate()
result = steelyard.spark.score(session.read.parquet("shops.parquet"), "rulesets", "2026-06-01")
assert result.scores.count() + result.rejects.count() == 50
"""


def test_the_extra_spark_is_all_that_the_guide_needs(engine, tmp_path):
    """The guide's command, and its job, in an environment that has only `.[spark]`."""
    command = next(
        line
        for line in (ROOT / "docs/guides/score-on-spark.md").read_text("utf-8").splitlines()
        if line.startswith("steelyard score shops.parquet ")
    )
    clean, folder = Clean(tmp_path), tmp_path / "elsewhere"
    for name, text in TOYS.items():
        path = folder / "rulesets" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    clean.pip("install", f"{engine}[spark]", cwd=folder)
    day = ["--as-of", "2026-06-01"]
    sample = ["facts", "sample", "--n", "50", *day, "--book", "rulesets", "--out", "shops.parquet"]
    clean.run("steelyard", *sample, cwd=folder)
    clean.run(*shlex.split(command), cwd=folder)
    assert list((folder / "scores.parquet").glob("*.parquet"))
    (folder / "job.py").write_text(JOB, encoding="utf-8")
    clean.run("job", cwd=folder)
