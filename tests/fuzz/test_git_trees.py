"""A revision of any tree is refused, or its book is read; nothing is written anywhere else."""

import hashlib
import os
import random
import subprocess
import tempfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fuzz.budget import search
from tests.fuzz.shop import attempt

from steelyard.book.diff.sources import open_source

BOOK = b"book: shop\ntitle: {en: S, zh: S}\nindustries: [{id: tea, title: {en: T, zh: T}}]\n"
NAMES = (
    b"book.yaml", b"a.yaml", b"book.lock", b"rules", b"facts", b"..", b".", b"", b".git", b".GIT", b".git.", b"git~1",
    b"CON", b"aux.yaml", b"a\\b.yaml", b"..\\up.yaml", b"C:evil.yaml", b"a:b.yaml", b"-n.yaml", b"--all", b"a b.yaml",
    b"a\nb.yaml", b"a\tb.yaml", b'"q".yaml', b"\xff.yaml", "乐.yaml".encode(), b"\xe2\x80\x8d.yaml", b"x" * 255,
    b"x" * 300 + b".yaml", b"a/b.yaml", b"/etc.yaml", b"../up.yaml", b".gitattributes", b".gitmodules", b"__pycache__",
    b"*.yaml", b"$(touch x).yaml", b"\x1b[31m.yaml", b"BOOK.YAML", b"book.yaml ", b"~",
)  # fmt: skip
MODES = (
    b"100644",
    b"100755",
    b"100664",
    b"120000",
    b"160000",
    b"40000",
    b"040000",
    b"100000",
    b"0",
    b"777777",
    b"",
)


class Repository:
    """A repository whose objects are written byte by byte."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)

    def put(self, kind: bytes, content: bytes) -> bytes:
        whole = kind + b" %d\0" % len(content) + content
        name = hashlib.sha1(whole).hexdigest()
        path = self.folder / ".git" / "objects" / name[:2] / name[2:]
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            path.write_bytes(zlib.compress(whole))
        return bytes.fromhex(name)

    def tree(self, source: random.Random, depth: int) -> bytes:
        """Return the name of a tree of odd entries, often with a book among them."""
        entries = []
        if source.random() < 0.7:
            entries.append((b"100644", b"book.yaml", self.put(b"blob", BOOK)))
        for _ in range(source.randint(0, 4)):
            mode, name = source.choice([b"100644", b"40000", *MODES]), source.choice(NAMES)
            entry = self.put(
                b"blob", source.choice([BOOK, b"", b"../../up", b"/etc/passwd", b"\0" * 9])
            )
            if (mode.endswith(b"40000") or source.random() < 0.1) and depth:
                entry = self.tree(source, depth - 1)
            if source.random() < 0.05:
                entry = source.choice([bytes(20), b"\x01" * 20])
            entries.append((mode, name, entry))
        if source.random() < 0.5:
            entries.sort(key=lambda entry: entry[1])
        raw = b"".join(mode + b" " + name + b"\0" + entry for mode, name, entry in entries)
        if source.random() < 0.05:
            raw = raw[: source.randint(0, len(raw))]
        return self.put(b"tree", raw)

    def branch(self, tree: bytes) -> None:
        person = b"T <t@example.org> 1 +0000"
        text = b"tree %s\nauthor %s\ncommitter %s\n\nby hand\n" % (
            tree.hex().encode(),
            person,
            person,
        )
        commit = self.put(b"commit", text).hex()
        (self.folder / ".git" / "refs" / "heads" / "odd").write_text(commit + "\n")


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trees")
    (folder / "temporary").mkdir()
    before, old = Path.cwd(), tempfile.tempdir
    made = Repository(folder / "repository")
    os.chdir(made.folder)
    tempfile.tempdir = str(folder / "temporary")
    yield made
    tempfile.tempdir = old
    os.chdir(before)


def outside(repository):
    """Return every path beside the objects of the repository."""
    return {
        path
        for path in repository.folder.parent.rglob("*")
        if "objects" not in path.relative_to(repository.folder.parent).parts
    }


@search(1.0)
@given(seed=st.integers(0, 2**64))
def test_any_tree_is_refused_or_read_in_its_folder(repository, seed):
    source = random.Random(seed)
    repository.branch(repository.tree(source, 3))
    before = outside(repository)
    name = source.choice(
        ["git:odd", "git:odd:.", "git:odd:rules", "git:odd:book.yaml", "git:odd:facts/rules"]
    )

    def read():
        with open_source(name) as opened:
            new = outside(repository) - before
            assert all(path.is_relative_to(tempfile.tempdir) for path in new)
            assert not any(path.is_symlink() for path in new)
            return opened.path.is_relative_to(tempfile.tempdir)

    safe, codes = attempt(read)
    assert safe or codes <= {"SY704", "SY701"}
    assert outside(repository) == before
