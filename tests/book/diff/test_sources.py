"""A repository may be somebody else's: reading a revision writes nowhere else and runs nothing."""

import os
import subprocess
from pathlib import Path

import pytest

from steelyard.book.diff.sources import open_source
from steelyard.book.reading import book_files
from steelyard.cli.running import run_arguments
from steelyard.errors import InvalidInput

BOOK = "book: shop\ntitle: {en: S, zh: 店}\nindustries: [{id: tea, title: {en: T, zh: 茶}}]\n"


class Repository:
    """A repository made by hand from raw objects."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, sent: bytes = b"") -> str:
        names = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
        command = ["git", *names, *arguments]
        ran = subprocess.run(command, cwd=self.folder, input=sent, capture_output=True, check=True)
        return ran.stdout.decode().strip()

    def blob(self, content: bytes) -> str:
        return self.git("hash-object", "-w", "--stdin", sent=content)

    def tree(self, entries: list[tuple[str, str, str]]) -> str:
        raw = b"".join(
            f"{mode} {name}\0".encode() + bytes.fromhex(oid) for mode, name, oid in entries
        )
        return self.git("hash-object", "-w", "-t", "tree", "--literally", "--stdin", sent=raw)

    def branch(self, name: str, tree: str) -> None:
        self.git("branch", name, self.git("commit-tree", tree, "-m", "by hand"))


@pytest.fixture
def repository(tmp_path, monkeypatch):
    made = Repository(tmp_path / "repository")
    monkeypatch.chdir(made.folder)
    return made


def opened(name: str) -> dict[str, str]:
    with open_source(name) as source:
        return {
            path.relative_to(source.path).as_posix(): path.read_text(encoding="utf-8")
            for path in source.path.rglob("*")
            if path.is_file()
        }


@pytest.mark.parametrize(
    "steps", [["..", "..", "..", "..", "out"], [".."], ["a", "..", ".."], ["a\\b"]]
)
def test_no_path_of_a_tree_leaves_its_folder(repository, tmp_path, steps):
    inner = repository.tree([("100644", "evil.yaml", repository.blob(b"a: 1\n"))])
    for step in reversed(steps):
        inner = repository.tree([("40000", step, inner)])
    book = repository.blob(BOOK.encode())
    entries = repository.git("cat-file", "-p", inner).split()
    rules = repository.tree([("40000", steps[0], entries[2]), ("100644", "book.yaml", book)])
    repository.branch("hostile", repository.tree([("40000", "rules", rules)]))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InvalidInput, match="SY704 git-revision: git:hostile:rules holds a file"):
        opened("git:hostile:rules")
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before] == []


def test_only_files_of_a_book_are_taken(repository):
    text = repository.blob(BOOK.encode())
    link = repository.blob(b"/etc/passwd")
    hidden = repository.tree([("100644", "secret.yaml", text)])
    entries = [
        ("40000", ".hidden", hidden), ("40000", "__pycache__", hidden),
        ("100644", "book.lock", text), ("100644", "book.yaml", text),
        ("120000", "link.yaml", link), ("100644", "notes.txt", text),
    ]  # fmt: skip
    repository.branch("mixed", repository.tree(entries))
    assert sorted(opened("git:mixed:.")) == ["book.lock", "book.yaml"]


def test_a_repository_runs_no_command(repository, tmp_path):
    """Settings of a repository can name commands, for what git lacks or wants to know."""
    ran = tmp_path / "ran"
    command = f"sh -c 'touch {ran}'"
    text = repository.blob(BOOK.encode())
    repository.branch("rules", repository.tree([("100644", "book.yaml", text)]))
    for setting in ("core.fsmonitor", "core.sshCommand", "core.alternateRefsCommand", "core.pager"):
        repository.git("config", setting, command)
    assert opened("git:rules:.") == {"book.yaml": BOOK}
    # a partial clone asks its remote for what it lacks
    repository.git("config", "remote.origin.url", f"ext::{command}")
    repository.git("config", "remote.origin.promisor", "true")
    repository.git("config", "protocol.ext.allow", "always")
    (repository.folder / ".git/objects" / text[:2] / text[2:]).unlink()
    with pytest.raises(InvalidInput, match="SY704"):
        opened("git:rules:.")
    assert not ran.exists()


def test_links_that_leave_a_book_and_hidden_files(tmp_path, capsys):
    book = tmp_path / "book"
    (book / ".git").mkdir(parents=True)
    (book / "__pycache__").mkdir()
    for name in ("book.yaml", ".git/config.yaml", ".hidden.yaml", "__pycache__/old.yaml"):
        (book / name).write_text(BOOK, encoding="utf-8")
    assert book_files(book) == [book / "book.yaml"]
    (book / "inside.yaml").symlink_to("book.yaml")
    assert len(book_files(book)) == 2
    (tmp_path / "out.yaml").write_text(BOOK, encoding="utf-8")
    (book / "away.yaml").symlink_to(tmp_path / "out.yaml")
    (book / "gone.yaml").symlink_to("nothing.yaml")
    assert run_arguments(["check", str(book)]) == 1
    said = capsys.readouterr().out
    assert "away.yaml:1:1: SY317 book-shape: the file is a link to a file outside" in said
    assert "gone.yaml:1:1: SY317 book-shape" in said
    assert os.path.lexists(book / "gone.yaml")
