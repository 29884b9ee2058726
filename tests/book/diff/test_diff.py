"""`steelyard diff`: books, rulesets, plans and git revisions."""

import json
import subprocess
from pathlib import Path

import pytest
from tests.dry_run.books import OLD, mixed, write_book

from steelyard.cli.running import run_arguments


@pytest.fixture
def books(tmp_path) -> tuple[str, str]:
    old = write_book(tmp_path / "old", OLD)
    new = write_book(tmp_path / "new", mixed({"refund_points": "0.15", "extra_item": "yes"}))
    return str(old), str(new)


def ids(text: str) -> list[str]:
    return [one["id"] for one in json.loads(text)["edits"]]


EDITS = ["items.refunds.with.points", "items.extra", "groups.promises.items"]


def test_books(books, capsys):
    assert run_arguments(["diff", *books, "--format", "json"]) == 0
    assert ids(capsys.readouterr().out) == EDITS


def test_the_page_says_whom_and_from_when(books, capsys):
    assert run_arguments(["diff", *books]) == 0
    assert capsys.readouterr().out.splitlines()[:3] == [
        "Edits that can change a score",
        "  Item “Quick refunds”: parameter points 0.10 → 0.15",
        "      general.yaml:31:20 · all merchants · from 2026-01-10",
    ]


def test_rulesets(books, capsys):
    files = [str(Path(one) / "general.yaml") for one in books]
    assert run_arguments(["diff", *files, "--format", "json"]) == 0
    assert ids(capsys.readouterr().out) == EDITS


def test_plans(books, tmp_path, capsys):
    files = []
    for number, book in enumerate(books):
        file = tmp_path / f"{number}.json"
        arguments = ["compile", book, "--industry", "general", "--as-of", "2026-06-01"]
        assert run_arguments([*arguments, "--emit", "json", "--out", str(file)]) == 0
        files.append(str(file))
    assert run_arguments(["diff", *files, "--format", "json"]) == 0
    assert ids(capsys.readouterr().out) == [
        "items.refunds.points",
        "items.extra",
        "groups.promises.items",
    ]


def test_git_revisions(tmp_path, monkeypatch, capsys):
    repository = tmp_path / "repository"
    write_book(repository / "rules", OLD)

    def git(*arguments: str) -> None:
        names = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *names, *arguments], cwd=repository, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "rules")
    write_book(repository / "rules", mixed({"bonus_cap": "0.20"}))
    monkeypatch.chdir(repository)
    for old in ("git:main", "git:main:rules", "git:HEAD"):
        assert run_arguments(["diff", old, "rules", "--format", "json"]) == 0
        assert ids(capsys.readouterr().out) == ["bonus.cap"]
    for old, said in (
        ("git:nothing", "there is no such revision"),
        ("git:", "names no revision"),
        ("git:main:elsewhere", "the revision main holds no book at elsewhere"),
        ("git:--help", "there is no such revision"),
    ):
        assert run_arguments(["diff", old, "rules"]) == 2
        error = capsys.readouterr().err
        assert error.startswith("SY704 git-revision: ")
        assert said in error


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("nothing", "{new}", "SY701 usage: nothing does not exist"),
        ("{old}", "{new}/general.yaml", "SY705 not-comparable: "),
        ("{old}/facts", "{new}", "is a folder without a book.yaml"),
    ],
)
def test_what_cannot_be_compared(books, capsys, old, new, said):
    names = {"old": books[0], "new": books[1]}
    assert run_arguments(["diff", old.format(**names), new.format(**names)]) == 2
    assert said in capsys.readouterr().err


def test_problems_of_both_books_are_told(books, capsys):
    for one in books:
        (Path(one) / "general.yaml").write_text("ruleset: [\n", encoding="utf-8")
    assert run_arguments(["diff", *books]) == 2
    assert capsys.readouterr().err.count("SY105") >= 1
