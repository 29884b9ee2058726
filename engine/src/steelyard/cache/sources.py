"""What went into a plan: the bytes of the book, of the engine and of the installed plugins.

Plugins are found by reading the metadata of installed distributions as files, which says the same
as `importlib.metadata` in a fraction of its start-up time.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from importlib.util import find_spec
from pathlib import Path

ENTRY_POINTS = "steelyard"
SOURCES = (".py", ".yaml", ".yml", ".json", ".lark")
MAX_BOOK_FILES = 2_000


def fingerprint_sources(book: Path) -> str | None:
    """Return a SHA-256 over every file that can influence a plan; None if some cannot be read."""
    digest = hashlib.sha256()
    # ABI and version too: a plan must not depend on them, and this costs nothing
    digest.update(repr((sys.implementation.cache_tag, ENTRY_POINTS)).encode())
    try:
        for label, path in _files(book):
            content = path.read_bytes()
            digest.update(f"{label}\0{len(content)}\0".encode())
            digest.update(content)
    except (OSError, ValueError):
        return None
    return digest.hexdigest()


def _files(book: Path) -> Iterator[tuple[str, Path]]:
    yield from _below("book", book)
    yield from _below("engine", Path(__file__).parent.parent)
    for name, module in sorted(_plugin_modules()):
        spec = find_spec(module.partition(".")[0])
        if spec is None or spec.origin is None:
            raise ValueError(module)
        origin = Path(spec.origin)
        if spec.submodule_search_locations:
            yield from _below(f"plugin {name}", origin.parent)
        else:
            yield f"plugin {name}", origin


def _below(label: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """Walk a folder in a fixed order; compiled files and caches are left out."""
    todo = [folder]
    count = 0
    while todo:
        current = todo.pop()
        for entry in sorted(os.scandir(current), key=lambda entry: entry.name):
            if entry.is_dir() and entry.name != "__pycache__":
                todo.append(Path(entry.path))
            elif entry.name.endswith(SOURCES):
                count += 1
                if count > MAX_BOOK_FILES:
                    raise ValueError(label)
                path = Path(entry.path)
                yield f"{label}/{path.relative_to(folder).as_posix()}", path


def _plugin_modules() -> set[tuple[str, str]]:
    """Return (name, version and module) of every installed plugin, from `*.dist-info` folders."""
    found: set[tuple[str, str]] = set()
    for place in sys.path:
        try:
            entries = [entry for entry in os.scandir(place or ".") if _is_metadata(entry.name)]
        except OSError:
            continue
        for entry in entries:
            listed = Path(entry.path) / "entry_points.txt"
            try:
                text = listed.read_text(encoding="utf-8")
            except OSError:
                continue
            if f"[{ENTRY_POINTS}]" in text:
                parser = ConfigParser(delimiters=("=",))
                parser.optionxform = str  # type: ignore[assignment,method-assign]  # keep case
                parser.read_string(text)
                for name, target in parser[ENTRY_POINTS].items():
                    found.add((f"{entry.name}:{name}", target.partition(":")[0].strip()))
    return found


def _is_metadata(name: str) -> bool:
    return name.endswith((".dist-info", ".egg-info"))
