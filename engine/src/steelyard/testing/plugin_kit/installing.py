"""A source tree or a wheel, installed into a folder of its own."""

import subprocess
import sys
from pathlib import Path

from steelyard.errors import InvalidInput, Problem
from steelyard.plugins.discovery.installed import installed
from steelyard.testing.plugin_kit.report import one_line

_SECONDS = 300
_EXPECTED = "the folder of a distribution, a wheel, or the name of an installed plugin"


def install(source: Path, target: Path) -> tuple[str, ...]:
    """Install a source tree or wheel, alone, into a folder; return the names of its plugins.

    Raises `InvalidInput` SY709 if it cannot be installed or declares no plugin.
    """
    if not source.exists():
        raise _refusal(f"there is no file or folder {source}", _EXPECTED)
    name = source.name or source
    if source.is_dir() and not (source / "pyproject.toml").is_file():
        raise _refusal(f"{name} is a folder without pyproject.toml", _EXPECTED)
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--no-deps", "--no-compile", "--target", str(target), str(source.absolute()),
    ]  # fmt: skip
    error = _run(command)
    if error is not None and source.is_dir():  # without a network, use the installed build backend
        error = _run([*command[:-1], "--no-build-isolation", command[-1]])
    if error is not None:
        raise _refusal(f"{name} cannot be installed: {error}")
    names = tuple(sorted({source.name for source in installed([target])}))
    if not names:
        expected = 'an entry point: [project.entry-points.steelyard] with NAME = "MODULE"'
        raise _refusal(f"{name} declares no plugin", expected)
    return names


def _run(command: list[str]) -> str | None:
    """Run pip; return its last error line, or None if it succeeds."""
    try:
        run = subprocess.run(  # noqa: S603 - pip, of this interpreter
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"pip was still running after {_SECONDS} seconds"
    if run.returncode == 0:
        return None
    lines = [line for line in run.stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.lstrip().lower().startswith("error")]
    return one_line((errors or lines or ["pip failed"])[-1])


def _refusal(what: str, expected: str | None = None) -> InvalidInput:
    return InvalidInput([Problem("SY709", what, expected=expected)])
