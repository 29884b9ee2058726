"""Golden files: what people read is compared with files, exactly.

`pytest --update-golden` writes them anew; the diff is then to be read like code.
"""

import signal
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"
collect_ignore_glob = ["cases/bad/*"]  # books that are wrong, and meant to be


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden/*")


@pytest.fixture
def golden(request):
    """A function that compares a text with a golden file."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"{path} is missing; pytest --update-golden writes it"
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture
def ctrl_c():
    """Let Ctrl-C interrupt this process and the ones it starts, for one test.

    A process started in the background by a shell script or `nohup` ignores SIGINT, and its
    children inherit that.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
