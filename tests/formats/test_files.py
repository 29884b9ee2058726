"""Files stand under their names whole or not at all, and never in the place of others."""

import os
import resource
import signal
import threading

import pytest

from steelyard.errors import InvalidInput
from steelyard.formats.files import AtomicFiles, _uninterrupted, temporary_folder


def content(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def write(folder, names=("a", "b", "new/deep/c"), error=None):
    with AtomicFiles() as files:
        for name in names:
            files.open(folder / name, folder=folder, make=True).write(b"new")
        if error is not None:
            raise error


def test_files_take_their_names_when_all_are_whole(tmp_path):
    (tmp_path / "b").write_bytes(b"old")
    (tmp_path / "gone").write_bytes(b"old")
    with AtomicFiles() as files:
        files.open(tmp_path / "a").write(b"one")
        files.open(tmp_path / "b").write(b"two")
        files.open(tmp_path / "new" / "deep" / "c", folder=tmp_path / "new", make=True).write(
            b"three"
        )
        files.remove(tmp_path / "gone")
        assert not (tmp_path / "a").exists()
        assert (tmp_path / "gone").exists()
    assert content(tmp_path) == {"a": b"one", "b": b"two", "new/deep/c": b"three"}


@pytest.mark.parametrize("error", [RuntimeError(), KeyboardInterrupt(), OSError(5, "not a file's")])
def test_whatever_goes_wrong_leaves_what_stood_there(tmp_path, error):
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(type(error)):
        write(tmp_path, error=error)
    assert content(tmp_path) == {"a": b"old"}
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("blocked", ["a", "b", "new"])
def test_a_name_that_cannot_be_given_takes_none(tmp_path, blocked):
    """Whichever file cannot be renamed, all the old ones are put back."""
    for name in {"a", "b"} - {blocked}:
        (tmp_path / name).write_bytes(b"old")
    before = content(tmp_path)

    def block():
        with AtomicFiles() as files:
            for name in ("a", "b", "new/deep/c"):
                files.open(tmp_path / name, folder=tmp_path, make=True).write(b"new")
            # somebody makes it while the command runs
            if blocked == "new":
                (tmp_path / "new").write_bytes(b"")
            else:
                (tmp_path / blocked / "inside").mkdir(parents=True)

    with pytest.raises(InvalidInput, match="SY116"):
        block()
    after = content(tmp_path)
    after.pop("new", None)
    assert after == before


def test_a_full_disk_is_a_problem_of_the_file(tmp_path):
    """Also if a library says it in its own words, and if the disk is full at the last byte."""
    (tmp_path / "a").write_bytes(b"old")

    def fill(size, catch):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
        try:
            with AtomicFiles() as files:
                try:
                    files.open(tmp_path / "a").write(b"x" * size)
                except OSError as error:
                    raise catch from error
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    for size in (101, 100_000):
        with pytest.raises(InvalidInput, match=r"SY116.*a cannot be written: File too large"):
            fill(size, RuntimeError("as Polars says it"))
        assert content(tmp_path) == {"a": b"old"}


def test_full_temporary_files_say_where_there_should_be_room():
    def fill():
        with temporary_folder() as folder:
            assert folder.is_dir()
            raise OSError(28, "No space left on device")

    with pytest.raises(InvalidInput, match=r"SY116.*temporary files.*No space left") as raised:
        fill()
    assert "TMPDIR" in str(raised.value)


@pytest.mark.parametrize("name", ["missing/a", ".", "a\0b", "x" * 300, "loop"])
def test_where_nothing_can_be_written_says_so_at_once(tmp_path, name):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(InvalidInput, match="SY116"), AtomicFiles() as files:
        files.open(tmp_path / name)


ALIASES = {
    "itself": "in.csv",
    "relative": "sub/../in.csv",
    "link": "link",
    "dangling-link": "ahead",
    "hard-link": "hard",
    "case": "IN.csv",
    "folder-link": "there/in.csv",
}


@pytest.mark.parametrize("alias", ALIASES)
def test_a_file_that_is_read_or_written_otherwise_is_refused(tmp_path, alias):
    (tmp_path / "in.csv").write_bytes(b"old")
    (tmp_path / "sub").mkdir()
    (tmp_path / "link").symlink_to("in.csv")
    (tmp_path / "hard").hardlink_to(tmp_path / "in.csv")
    (tmp_path / "there").symlink_to(tmp_path)
    (tmp_path / "ahead").symlink_to("new.csv")
    name = "new.csv" if alias == "dangling-link" else "in.csv"
    one, other = tmp_path / name, tmp_path / ALIASES[alias]
    before = content(tmp_path)
    for first, second in ((one, other), (other, one)):
        with pytest.raises(InvalidInput, match=r"SY701.*two results cannot go to one file"):
            write(tmp_path, (first, second))
    assert content(tmp_path) == before
    if name == "in.csv":
        with (
            pytest.raises(InvalidInput, match=r"SY701.*which this command reads"),
            AtomicFiles([one]) as files,
        ):
            files.open(other)
        assert content(tmp_path) == before
        with AtomicFiles() as files:
            files.open(one)
            with pytest.raises(InvalidInput, match=r"SY701.*which this command reads"):
                files.protect([other])


def test_names_that_exist_apart_are_two_files(tmp_path):
    """Where the disk tells case apart, and both are there, they are no one's alias."""
    for name in ("in.csv", "IN.csv"):
        (tmp_path / name).write_bytes(b"old")
    with AtomicFiles([tmp_path / "in.csv"]) as files:
        files.open(tmp_path / "IN.csv").write(b"new")
    assert content(tmp_path) == {"in.csv": b"old", "IN.csv": b"new"}


def test_links_are_followed_but_not_out_of_a_folder(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "outside").write_bytes(b"old")
    (folder / "a").symlink_to("../outside")
    with pytest.raises(InvalidInput, match=r"SY116.*it is a link out of"):
        write(folder, ["a"])
    assert (tmp_path / "outside").read_bytes() == b"old"
    with AtomicFiles() as files:
        files.open(folder / "a").write(b"new")
    assert (folder / "a").is_symlink()
    assert (tmp_path / "outside").read_bytes() == b"new"


def test_devices_and_pipes_are_written_to_and_stay(tmp_path):
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    with AtomicFiles() as files:
        files.open(pipe).write(b"new")
    reader.join()
    assert read == [b"new"]
    assert pipe.is_fifo()
    with (
        pytest.raises(InvalidInput, match=r"SY116.*full cannot be written: No space left"),
        AtomicFiles() as files,
    ):
        files.open(tmp_path.joinpath("/dev/full")).write(b"new")


def test_files_have_the_mode_of_any_new_file_or_of_the_old_one(tmp_path):
    for name, mode in (("plain", None), ("private", 0o600)):
        (tmp_path / name).touch()
        if mode is not None:
            (tmp_path / name).chmod(mode)
    write(tmp_path, ["a", "private"])
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert (tmp_path / "private").stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("ctrl_c")
def test_a_signal_waits_until_a_step_is_done():
    done = []

    def step():
        with _uninterrupted():
            signal.raise_signal(signal.SIGINT)
            done.append("renamed")
        done.append("never")

    with pytest.raises(KeyboardInterrupt):
        step()
    assert done == ["renamed"]
