"""No text steers a terminal, forges a line or fails to be written."""

import json
import os
import sys

import pytest

from steelyard.cli.running import run_arguments
from steelyard.errors import Place, Problem
from steelyard.errors.output import problem_json
from steelyard.errors.printable import one_line, visible
from steelyard.report.json import to_text

ESCAPE, REVERSED, HALF = "\x1b[31m", "\u202e", "\udcff"


@pytest.mark.parametrize(
    ("text", "shown", "in_one_line"),
    [
        ("母婴 & “baby” 👩\u200d👧", "母婴 & “baby” 👩\u200d👧", "母婴 & “baby” 👩\u200d👧"),
        ("two\nlines", "two\nlines", "two lines"),
        (f"a{ESCAPE}b", "a\ufffd[31mb", "a\ufffd[31mb"),
        ("a\x9b31mb\x07\x08", "a\ufffd31mb\ufffd\ufffd", "a\ufffd31mb\ufffd\ufffd"),
        (f"a{REVERSED}b{HALF}", "a\ufffdb\ufffd", "a\ufffdb\ufffd"),
        ("a\r\nb\x0bc\u2028d", "a\ufffd\nb\ufffdc\ufffdd", "a b c d"),
        ("wide\u3000space", "wide\u3000space", "wide\u3000space"),
    ],
)
def test_texts_are_visible(text, shown, in_one_line):
    assert visible(text) == shown
    assert one_line(text) == in_one_line


def test_a_problem_has_its_own_lines_and_no_others():
    problem = Problem("SY101", f"a\nSY999 b{ESCAPE}", Place(f"c\n{HALF}.yaml"), "d\ne", "f")
    assert str(problem) == (
        "c \ufffd.yaml:1:1: SY101 file-unreadable: a SY999 b\ufffd[31m\n    expected: d e\n    fix: f"
    )
    assert problem_json(problem)["file"] == "c \ufffd.yaml"
    assert problem_json(problem)["what"] == "a SY999 b\ufffd[31m"


def test_json_keeps_every_character_and_steers_nothing():
    data = {"title": f"母婴 {ESCAPE}{REVERSED}\x9b\U000e0041"}
    for indented in (True, False):
        text = to_text(data, indented=indented)
        assert text.replace("\n", "").isprintable()
        assert "母婴" in text
        assert json.loads(text) == data


def test_names_of_files_are_shown_safely(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    name = os.fsdecode(b"n\xff\x1b[31m\nSY999.yaml")
    (tmp_path / name).write_text("[]")
    assert run_arguments(["check", name]) == 2
    assert run_arguments(["score", name, "--book", name, "--as-of", "2026-06-01"]) == 2
    said = capsys.readouterr().err
    assert said.isascii() or "\ufffd" in said
    assert "\x1b" not in said
    assert not any(line.startswith("SY999") for line in said.splitlines())
    said.encode(sys.stdout.encoding or "utf-8")
