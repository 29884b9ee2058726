"""What went into a plan: the bytes of the book, of the engine and of the installed plugins.

Plugins are found by reading the metadata of installed distributions as files, which says the same
as `importlib.metadata` in a fraction of its start-up time. Other distributions, on which plugins
may build, count by their names and versions.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ENTRY_POINTS = "steelyard"
BOOK_FILES = (".yaml", ".yml")
MAX_FILES = 2_000  # of one folder; past that, compiling is no slower than looking


@dataclass(frozen=True, slots=True)
class _Distribution:
    """An installed distribution: its metadata folder, `name-version.dist-info`."""

    metadata: Path

    def plugins(self) -> dict[str, str]:
        """Return the modules of the plugins that it offers, by name."""
        try:
            text = (self.metadata / "entry_points.txt").read_text(encoding="utf-8")
        except OSError:
            return {}
        if f"[{ENTRY_POINTS}]" not in text:
            return {}
        parser = ConfigParser(delimiters=("=",))
        parser.optionxform = str  # type: ignore[assignment,method-assign]  # keep case
        parser.read_string(text)
        targets = parser[ENTRY_POINTS].items()
        return {name: target.partition(":")[0].strip() for name, target in targets}

    def files(self) -> list[Path]:
        """Return the files that were installed, in a fixed order; a link to sources has few."""
        try:
            record = (self.metadata / "RECORD").read_text(encoding="utf-8")
        except OSError:
            return []
        names = sorted(line.partition(",")[0].strip('"') for line in record.splitlines())
        root = self.metadata.parent
        return [root / name for name in names if not name.endswith(".pyc")]


def fingerprint_sources(book: Path) -> str | None:
    """Return a SHA-256 over everything that can influence a plan; None if some cannot be read."""
    digest = hashlib.sha256()
    digest.update(repr((sys.implementation.cache_tag, sys.version_info[:3])).encode())
    try:
        installed = list(_distributions())
        digest.update("\n".join(sorted(one.metadata.name for one in installed)).encode())
        for label, path in _files(book, installed):
            content = path.read_bytes()
            digest.update(f"{label}\0{len(content)}\0".encode())
            digest.update(content)
    except (OSError, ValueError):
        return None
    return digest.hexdigest()


def _files(book: Path, installed: list[_Distribution]) -> Iterator[tuple[str, Path]]:
    yield from _below("book", book, BOOK_FILES)
    yield from _below("engine", Path(__file__).parents[2])
    for distribution in sorted(installed, key=lambda one: one.metadata.name):
        for name, module in sorted(distribution.plugins().items()):
            if not module.startswith("steelyard."):  # the core's are in the engine
                yield from _plugin_files(name, module, distribution)


def _plugin_files(
    name: str, module: str, distribution: _Distribution
) -> Iterator[tuple[str, Path]]:
    """Return every file of a plugin's distribution, or of the sources that it links to."""
    spec = find_spec(module.partition(".")[0])
    if spec is None or spec.origin is None:
        raise ValueError(module)
    origin = Path(spec.origin)
    files = distribution.files()
    if origin in files:
        for path in files:
            yield f"plugin {name}/{path.name}", path
    else:
        top = origin.parent.parent if spec.submodule_search_locations else origin.parent
        yield from _below(f"plugin {name}", top)


def _below(
    label: str, folder: Path, endings: tuple[str, ...] = ("",)
) -> Iterator[tuple[str, Path]]:
    """Walk a folder in a fixed order; compiled files and hidden folders are left out."""
    todo = [folder]
    count = 0
    while todo:
        for entry in sorted(os.scandir(todo.pop()), key=lambda entry: entry.name):
            if entry.is_dir():
                if entry.name != "__pycache__" and not entry.name.startswith("."):
                    todo.append(Path(entry.path))
            elif entry.name.endswith(endings) and not entry.name.endswith(".pyc"):
                count += 1
                if count > MAX_FILES:
                    raise ValueError(label)
                path = Path(entry.path)
                yield f"{label}/{path.relative_to(folder).as_posix()}", path


def _distributions() -> Iterator[_Distribution]:
    for place in sys.path:
        try:
            entries = list(os.scandir(place or "."))
        except OSError:
            continue
        for entry in entries:
            if entry.name.endswith((".dist-info", ".egg-info")):
                yield _Distribution(Path(entry.path))
