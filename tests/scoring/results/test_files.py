"""Files stand under their names whole or not at all."""

import pytest

from steelyard.errors import InvalidInput
from steelyard.formats.files import AtomicFiles


def test_files_take_their_names_when_all_are_whole(tmp_path):
    with AtomicFiles() as files:
        files.open(tmp_path / "a").write(b"one")
        files.open(tmp_path / "b").write(b"two")
        assert not (tmp_path / "a").exists()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "a": b"one",
        "b": b"two",
    }


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_whatever_goes_wrong_leaves_what_stood_there(tmp_path, error):
    (tmp_path / "a").write_bytes(b"old")

    def fail():
        with AtomicFiles() as files:
            files.open(tmp_path / "a").write(b"new")
            files.open(tmp_path / "b").write(b"new")
            raise error

    with pytest.raises(error):
        fail()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"old"}


def test_a_disk_that_fills_up_is_a_problem_of_the_file(tmp_path):
    def fill():
        with AtomicFiles() as files:
            files.open(tmp_path / "a").write(b"new")
            raise OSError(28, "No space left on device")

    with pytest.raises(InvalidInput, match=r"SY116.*No space left"):
        fill()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["missing/a", "."])
def test_where_nothing_can_be_written_says_so_at_once(tmp_path, name):
    with pytest.raises(InvalidInput, match="SY116"), AtomicFiles() as files:
        files.open(tmp_path / name)


def test_new_files_are_readable_as_any_new_file(tmp_path):
    (tmp_path / "plain").touch()
    with AtomicFiles() as files:
        files.open(tmp_path / "a")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "plain").stat().st_mode
