"""Wheels, and virtual environments that know nothing of this repository.

python -m tests.packaging.clean     records the output of the tutorial's commands anew
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass, field
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder
from tests.docs.pages import ROOT, TUTORIAL, Session, record

_OF_PYTHON = ("PYTHON", "VIRTUAL_ENV", "PIP_USER")  # settings that would lead elsewhere


def engine_wheel(folder: Path) -> Path:
    """Build the engine's wheel from this tree."""
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    return Path(wheel)


@dataclass(frozen=True, slots=True)
class Spent:
    """What a command took: seconds on the clock, and seconds of processor."""

    command: str
    clock: float
    processor: float


@dataclass
class Clean:
    """A virtual environment in a folder of its own, and its use from elsewhere.

    `spent` holds what each command took, in the order in which they were run.
    """

    folder: Path
    spent: list[Spent] = field(default_factory=list)

    def __post_init__(self) -> None:
        venv.create(self.folder / "venv", with_pip=True)

    @property
    def python(self) -> str:
        """The environment's own Python."""
        return str(self.folder / "venv" / "bin" / "python")

    @property
    def environment(self) -> dict[str, str]:
        """Variables in which nothing leads back here."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(_OF_PYTHON)}
        return {
            **kept,
            "PATH": os.pathsep.join([str(Path(self.python).parent), os.environ["PATH"]]),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PYTHONUTF8": "1",
            "COLUMNS": "100",
            "NO_COLOR": "1",
        }

    def run(self, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment; it must succeed."""
        start, before = time.monotonic(), _processor()
        run = subprocess.run(
            [self.python, "-m", *words],
            cwd=cwd, env=self.environment, capture_output=True, text=True, encoding="utf-8",
            check=False,
        )  # fmt: skip
        took = Spent(" ".join(words), time.monotonic() - start, _processor() - before)
        self.spent.append(took)
        assert run.returncode == 0, f"{words}\n{run.stdout}{run.stderr}"
        return run

    def pip(self, *words: str, cwd: Path) -> None:
        """Run pip."""
        self.run("pip", *words, cwd=cwd)


def _processor() -> float:
    """Return the seconds of processor that all processes started from here have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class CleanSession(Session):
    """Carries out a page in a clean environment; pip is pip."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        super().__init__(folder, own_files=True, book=False)
        self.folder.mkdir()
        self.clean = Clean(folder)
        self.clean.pip("install", str(wheel), cwd=self.folder)
        self.clean.spent.clear()

    def execute(self, words: list[str]) -> str:
        """Run `python -m …` or `steelyard …`; what pip says of its work is left out."""
        if words[0] == "python":
            assert words[1] == "-m", words
            words = words[2:]
        run = self.clean.run(*words, cwd=self.folder)
        return "" if words[0] == "pip" else run.stdout + run.stderr

    def install(self, words: list[str]) -> None:
        """Install as the page says."""
        self.clean.pip("install", *words, cwd=self.folder)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as wheels:
        built = engine_wheel(Path(wheels))
        record(TUTORIAL, lambda folder: CleanSession(folder, built))
    sys.stdout.write(f"{TUTORIAL} is written\n")
