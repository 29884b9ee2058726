"""`steelyard plugins new`: what it says, and what it asks."""

import json
import os
import pty
import shlex
import sys
from pathlib import Path

import pytest
import yaml

from steelyard.cli.running import run_arguments

NEW = ["plugins", "new"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("here")
def test_it_prints_the_next_three_commands(capsys):
    """They can be typed as they stand."""
    assert run_arguments([*NEW, "pet-toys", "--industry", "toys-for-pets"]) == 0
    out, err = capsys.readouterr()
    example = "steelyard-pet-toys/src/steelyard_pet_toys/example"
    assert out == (
        "steelyard-pet-toys: 16 files written. Next:\n\n"
        "  pip install -e './steelyard-pet-toys[test]'\n"
        "  python -m pytest steelyard-pet-toys\n"
        f"  steelyard score {example}/merchants/first-shop.yaml --book {example} "
        "--as-of 2026-06-01\n"
    )
    assert err == ""
    book = yaml.safe_load(Path(example, "book.yaml").read_text("utf-8"))
    assert book["industries"] == [
        {"id": "toys-for-pets", "title": {"en": "Toys for pets", "zh": "Toys for pets 类目"}}
    ]


def test_as_json_it_names_the_files(here, capsys):
    """Paths with a space are quoted in the commands."""
    folder = here / "a folder"
    words = [*NEW, "tea", "--industry", "tea", "--dir", str(folder), "--format", "json"]
    assert run_arguments(words) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["folder"] == str(folder)
    assert all((folder / path).is_file() for path in said["files"])
    assert shlex.split(said["next"][0]) == ["pip", "install", "-e", f"{folder}[test]"]
    score = shlex.split(said["next"][2])
    assert Path(score[2]).is_file()
    assert Path(score[4], "book.yaml").is_file()


@pytest.mark.usefixtures("here")
def test_the_folder_one_stands_in_will_do(capsys):
    """`--dir .` fills an empty folder, and its commands are for that folder."""
    assert run_arguments([*NEW, "tea", "--industry", "tea", "--dir", "."]) == 0
    install, test, score = capsys.readouterr().out.splitlines()[2:]
    assert (install.strip(), test.strip()) == ("pip install -e '.[test]'", "python -m pytest .")
    assert Path(shlex.split(score)[2]).is_file()


@pytest.mark.parametrize(
    ("words", "missing"),
    [([], "NAME and --industry"), (["tea"], "--industry"), (["--industry", "tea"], "NAME")],
)
@pytest.mark.usefixtures("here")
def test_without_a_terminal_what_is_missing_is_told(capsys, words, missing):
    """It never waits for an answer that nobody can give."""
    assert run_arguments([*NEW, *words]) == 2
    assert capsys.readouterr().err == (
        f"SY725 answers-missing: a new plugin needs {missing}\n"
        "    expected: steelyard plugins new NAME --industry ID\n"
        "    fix: give what is missing, or type the command on a terminal: it asks\n"
    )


@pytest.mark.usefixtures("here")
def test_on_a_terminal_it_asks_and_asks_again():
    """Enter takes what is offered; an answer that will not do is asked for anew."""
    status, said = typed([*NEW, "--title-zh", "茶叶"], ["Tea Shop", "tea", "", "", "", "", "Ann"])
    assert status == 0, said
    assert "'Tea Shop' cannot be the name of the plugin" in said
    assert "Industry [tea]: " in said
    assert "Industry in Chinese" not in said
    assert 'name = "Ann"' in Path("steelyard-tea/pyproject.toml").read_text("utf-8")
    assert Path("steelyard-tea/src/steelyard_tea/service_promise.py").is_file()


@pytest.mark.usefixtures("here")
def test_on_a_terminal_a_name_that_is_taken_ends_the_questions():
    """Nobody answers five questions to be told that the first answer will not do."""
    status, said = typed(NEW, ["maternity"])
    assert status == 2
    assert "SY711" in said
    assert "Industry" not in said


def typed(words: list[str], lines: list[str]) -> tuple[int, str]:
    """Run the command on a terminal of its own, type some lines; return its status and output."""
    process, terminal = pty.fork()
    if process == 0:
        os.execv(sys.executable, [sys.executable, "-m", "steelyard", *words])
    for line in lines:
        os.write(terminal, f"{line}\n".encode())
    said = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # how the end of a terminal shows itself
            break
        if not part:
            break
        said += part
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), said.decode()
