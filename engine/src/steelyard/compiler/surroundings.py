"""Processes in different surroundings, to find code that depends on them.

The seeds of Python's hash function are the main difference: they decide the order of a set. Two
seeds would miss a set of two members half of the time.
"""

import os
import site
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from steelyard.formats.files import temporary_folder

PROCESSES = 16
_LOCALES = ("C.UTF-8", "tr_TR.UTF-8", "de_DE.UTF-8", "zh_CN.UTF-8")
_ZONES = ("UTC", "Pacific/Kiritimati", "America/Los_Angeles")


class EndedError(Exception):
    """A process that ended with an error; the text is its status and its last line."""


def run_module(module: str, arguments: Sequence[str], number: int, sent: str = "") -> str:
    """Run a module in a process whose surroundings depend on a number; return its output.

    Each number has a hash seed, a locale, a time zone, a user, a home and a working folder. Raises
    `EndedError` if the process fails.
    """
    locale = _LOCALES[number % len(_LOCALES)]
    with temporary_folder() as folder:
        surroundings = {
            "PYTHONHASHSEED": str(number + 1),
            "PYTHONPATH": os.pathsep.join(str(Path(path).resolve()) for path in sys.path if path),
            "PYTHONUSERBASE": site.getuserbase(),  # it would follow HOME
            "LC_ALL": locale,
            "LANG": locale,
            "TZ": _ZONES[number % len(_ZONES)],
            "USER": f"user-{number}",
            "HOME": str(folder),
        }
        command = [sys.executable, "-P", "-m", module, *arguments]
        run = subprocess.run(  # noqa: S603 - a module of the engine, by this interpreter
            command, cwd=folder, env={**os.environ, **surroundings}, input=sent,
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
    if run.returncode == 0:
        return run.stdout
    lines = run.stderr.strip().splitlines() or [""]
    raise EndedError(f"ended with {run.returncode}: {' '.join(lines[-1].split())[:200]}")


def run_everywhere(run: Callable[[int], str], processes: int = PROCESSES) -> list[str]:
    """Return what a function returns for each number of a process, several at a time."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(run, range(processes)))
