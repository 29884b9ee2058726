"""Wherever a disk fills up or a signal arrives, old files stand, or all the new ones do."""

import os
import resource
import shutil
import signal
import tempfile
import threading
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dry_run.books import OLD, write_book
from tests.dry_run.populations import write_population
from tests.dry_run.test_attribution import ROWS
from tests.fuzz.budget import search

from steelyard.cli.running import run_arguments

DAY = ("--as-of", "2026-06-01")
COMMANDS = (
    ("score", "shops.jsonl", "--book", "book", *DAY, "--out", "a.csv", "--items", "b.parquet"),
    ("score", "shops.jsonl", "--book", "book", *DAY, "--out", "a.parquet", "--items", "b.jsonl"),
    ("facts", "sample", "--book", "book", "--n", "40", *DAY, "--out", "a.csv"),
    ("compile", "book", "--industry", "general", *DAY, "--out", "a.json", "--emit", "json"),
    ("plugins", "new", "toys", "--industry", "toys", "--dir", "toys"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder to work in, with the temporary folder beside it."""
    made = tmp_path_factory.mktemp("fuzz")
    (made / "work").mkdir()
    (made / "temporary").mkdir()
    write_book(made / "work" / "book", OLD)
    write_population(made / "work" / "shops.jsonl", ROWS)
    before, old = Path.cwd(), tempfile.tempdir
    os.chdir(made / "work")
    tempfile.tempdir = str(made / "temporary")
    yield made
    tempfile.tempdir = old
    os.chdir(before)


def contents(folder):
    """Return a digest of every file of a folder, short enough to be printed."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()[:16]
        for path in folder.rglob("*")
        if path.is_file()
    }


def clear(work):
    for path in work.iterdir():
        if path.name == "toys":
            shutil.rmtree(path)
        elif path.name not in ("book", "shops.jsonl"):
            path.unlink()


@pytest.fixture(scope="module")
def finished(folder):
    """What the folder holds after each command, run without a fault."""
    after = []
    for command in COMMANDS:
        assert run_arguments(command) in (0, 1)
        after.append(contents(folder / "work"))
        clear(folder / "work")
    return after


def check(folder, number, after, run):
    """Run a command with old files in the place of its outputs, and look at what is left."""
    work = folder / "work"
    clear(work)
    for name in ("a.csv", "b.jsonl"):
        (work / name).write_text("yesterday")
    before = contents(work)
    status, now = run(COMMANDS[number]), contents(work)
    new = {**before, **after[number]}
    # a signal may come when the files have their names
    assert now in {0: [new], 1: [new], 2: [before]}.get(status, [before, new])
    if now == before:
        assert not (work / "toys").exists()
    assert list((folder / "temporary").iterdir()) == []
    return status


@search(0.6)
@given(number=st.integers(0, len(COMMANDS) - 1), limit=st.integers(0, 12_000))
def test_a_disk_that_fills_up_anywhere(folder, finished, number, limit):
    def run(command):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            return run_arguments(command)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert check(folder, number, finished, run) in (0, 1, 2)


# a signal may come between the opening of a file that is read and the block that closes it
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@search(0.6)
@given(number=st.integers(0, len(COMMANDS) - 1), seconds=st.floats(0, 0.3))
def test_a_signal_that_arrives_anywhen(folder, finished, number, seconds):
    def stop(_number, _frame):
        raise KeyboardInterrupt

    def run(command):
        old = signal.signal(signal.SIGTERM, stop)
        timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGTERM))
        status = 130
        try:
            timer.start()
            status = run_arguments(command)
        except KeyboardInterrupt:  # after the command, or at its very end
            pass
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            timer.cancel()
            timer.join()
            signal.signal(signal.SIGTERM, old)
        return status

    assert check(folder, number, finished, run) in (0, 1, 130)
