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
