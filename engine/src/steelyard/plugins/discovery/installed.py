"""The plugins of installed distributions, found by their entry points; nothing is imported.

Metadata is read leniently: whatever another distribution has wrong there is not our user's fault.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from importlib import import_module
from importlib.metadata import Distribution, distributions
from operator import attrgetter
from pathlib import Path, PurePath

from steelyard.errors import Problems, suggest
from steelyard.plugin.hooks import ENTRY_POINTS
from steelyard.plugins.discovery.catalogue import Source

CORE = "core"
_left_out: ContextVar[frozenset[str]] = ContextVar("left_out", default=frozenset())
_FILE = "entry_points.txt"
_VALUE = re.compile(r"\s*([\w.]+)\s*(?::\s*([\w.]+))?\s*(?:\[.*\])?\s*")


def installed(path: Sequence[Path] | None = None) -> list[Source]:
    """Return every plugin that is installed, or installed in some folders, sorted by name.

    Plugins that are left out are not among those that are installed.
    """
    found = distributions() if path is None else distributions(path=[str(part) for part in path])
    sources: list[Source] = []
    known: set[str] = set()
    for distribution in found:
        # the name of a folder such as steelyard_maternity-0.1.0.dist-info
        stem = PurePath(getattr(getattr(distribution, "_path", None), "name", "")).stem
        name, _, version = stem.partition("-")
        key = re.sub(r"[-_.]+", "-", name).lower()
        if stem.startswith("~") or key in known:  # a leftover of pip; a second one on the path
            continue
        known.add(key)
        entries = list(_entries(distribution))
        if entries:
            name = _metadata(distribution, "Name", name)
            version = _metadata(distribution, "Version", version)
            sources += [
                Source(entry, partial(_load, value), value, name, version)
                for entry, value in entries
            ]
    left_out = _left_out.get() if path is None else frozenset[str]()
    return sorted((source for source in sources if source.name not in left_out), key=order)


@contextmanager
def leaving_out(names: Collection[str]) -> Iterator[None]:
    """Let some plugins be as if they were not installed, inside the block.

    Raises `InvalidInput` SY703 for a name that no installed plugin has, and for the core.
    """
    known = {source.name for source in installed()} - {CORE}
    problems = Problems()
    for name in dict.fromkeys(names):
        if name not in known:
            what = f"unknown plugin {name[:80]!r}"
            if name == CORE:
                what = f"the plugin {CORE} is a part of the engine and is always loaded"
            expected = f"one of {', '.join(sorted(known)) or 'none'}"
            problems.add("SY703", what, expected=expected, fix=suggest(name, known))
    problems.raise_any()
    token = _left_out.set(_left_out.get() | frozenset(names))
    try:
        yield
    finally:
        _left_out.reset(token)


def left_out() -> list[str]:
    """Return the names of the plugins that are left out, for a process that does the same."""
    return sorted(_left_out.get())


def order(source: Source) -> tuple[str, str, str]:
    """Return the key by which plugins are sorted."""
    return source.name, source.distribution, source.module


def _entries(distribution: Distribution) -> Iterator[tuple[str, str]]:
    """Iterate over the names and the values of a distribution's plugins."""
    text = ""
    with suppress(OSError, ValueError):  # ValueError: it is not UTF-8
        text = distribution.read_text(_FILE) or ""
    group = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            group = line.strip("[] ")
        elif group == ENTRY_POINTS and line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            yield name.strip(), value.strip()


def _load(value: str) -> object:
    """Import what an entry point names, a module or an object in one."""
    match = _VALUE.fullmatch(value)
    if match is None:
        raise ValueError(f"its entry point {value[:80]!r} is not MODULE or MODULE:OBJECT")
    module = import_module(match[1])
    plugin = attrgetter(match[2])(module) if match[2] else module
    if plugin is None:
        raise TypeError(f"its entry point {value} is None")
    return plugin


def _metadata(distribution: Distribution, key: str, default: str) -> str:
    try:
        return str(distribution.metadata[key] or default)
    except Exception:  # noqa: BLE001 - the file may be missing or hold anything
        return default
