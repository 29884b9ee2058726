"""Results are written whole, and a part of them at a time."""

import pyarrow as pa
import pytest

from steelyard.scoring.results import writing


class Drips:
    """A file without a buffer: it takes a few bytes at a time, and in the end none."""

    def __init__(self, room):
        self.taken, self.room = b"", room

    def write(self, content):
        taken = bytes(content[: min(3, self.room - len(self.taken))])
        self.taken += taken
        return len(taken)


def test_a_file_that_takes_less_than_it_is_given_gets_the_rest():
    drips = Drips(100)
    writing.write_whole(drips, b"0123456789")
    assert drips.taken == b"0123456789"
    with pytest.raises(OSError, match="unavailable"):
        writing.write_whole(Drips(5), b"0123456789")


def test_lines_are_written_some_at_a_time(monkeypatch):
    """A text of all merchants at once would take several times the memory of their results."""
    table = pa.table({"merchant": [f"m{number}" for number in range(10)]})
    whole = b"".join(writing.json_lines(table))
    monkeypatch.setattr(writing, "LINES", 4)
    pieces = list(writing.json_lines(table))
    assert [piece.count(b"\n") for piece in pieces] == [4, 4, 2]
    assert b"".join(pieces) == whole
