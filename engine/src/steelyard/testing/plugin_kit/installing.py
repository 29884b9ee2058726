"""A source tree or a wheel, installed into a folder of its own."""

import subprocess
import sys
from pathlib import Path

from steelyard.errors import InvalidInput, Problem
from steelyard.testing.plugin_kit.supervision import plugins_in
from steelyard.testing.plugin_kit.verdicts import one_line

_SECONDS = 300


def install(source: Path, target: Path) -> tuple[str, ...]:
    """Install a source tree or wheel, alone, into a folder; return the names of its plugins.

    Raises `InvalidInput` SY709 if it cannot be installed or declares no plugin.
    """
    if not source.exists():
        raise _refused(
            f"there is no file or folder {source}",
            "the folder of a distribution, a wheel, or the name of an installed plugin",
        )
    if source.is_dir() and not (source / "pyproject.toml").is_file():
        raise _refused(
            f"{source.name or source} is a folder without pyproject.toml",
            "the folder of a distribution, a wheel, or the name of an installed plugin",
        )
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--no-deps", "--no-compile", "--target", str(target), str(source.absolute()),
    ]  # fmt: skip
    said = _said(command)
    if said is not None and source.is_dir():
        # without a network the build backend may be here already
        said = _said([*command[:-1], "--no-build-isolation", command[-1]])
    if said is not None:
        raise _refused(f"{source.name or source} cannot be installed: {said}", None)
    names = plugins_in([target])
    if not names:
        raise _refused(
            f"{source.name or source} declares no plugin",
            'an entry point: [project.entry-points.steelyard] with NAME = "MODULE"',
        )
    return names


def _said(command: list[str]) -> str | None:
    """Run pip; return its last word of error, or None if all is well."""
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


def _refused(what: str, expected: str | None) -> InvalidInput:
    return InvalidInput([Problem("SY709", what, expected=expected)])
