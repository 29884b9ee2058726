"""What is found by reading a module, without running it."""

import pytest

from steelyard.conformance.import_scan import scan


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import socket", "imports socket"),
        ("from concurrent.futures import ThreadPoolExecutor", "imports concurrent.futures"),
        ("import subprocess as sp", "imports subprocess"),
        ("import os as system\nsystem.system('x')", "os.system() does more than declare"),
        ("from os import remove as gone\ngone('x')", "os.remove() does more than declare"),
        ("import os\nos.environ['A'] = 'b'", "changes the environment"),
        ("import os\ndel os.environ['A']", "changes the environment"),
        ("open('x')", "open() opens a file"),
        ("def later():\n    open('x')", "open() opens a file"),
        ("import io\nio.open('x')", "io.open() does more than declare"),
        ("exec('x = 1')", "exec() runs text as code"),
        ("from pathlib import Path\nPath('x').write_text('y')", ".write_text() changes files"),
        ("import importlib\nimportlib.import_module('x')", "importlib.import_module() does more"),
        ("import sys\nsys.setrecursionlimit(9)", "sys.setrecursionlimit() does more"),
    ],
)
def test_what_could_do_more_than_declare_is_found(source, said):
    found = list(scan(source))
    assert len(found) == 1
    assert said in found[0][1]
    assert found[0][0] == source.count("\n") + 1


@pytest.mark.parametrize(
    "source",
    [
        "from importlib.resources import files\nFACTS = files(__name__) / 'facts.yaml'",
        "import os.path\nNAME = os.path.basename('a/b')",
        "from decimal import Decimal\nfrom datetime import date\nX = Decimal('0.1')",
        "def open(a):\n    return a",
        "from steelyard.plugin import choose as eval_\neval_(1)",
        "from faulty.shapes import open\nopen(1)",
        "this is not python",
    ],
)
def test_what_only_declares_is_left_alone(source):
    assert list(scan(source)) == []
