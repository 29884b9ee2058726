"""The plugins of installed distributions, found by their entry points; nothing is imported.

Metadata is read leniently: whatever another distribution has wrong there is not our user's fault.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from importlib.metadata import Distribution, distributions
from operator import attrgetter
from pathlib import Path, PurePath

from steelyard.plugin.hooks import ENTRY_POINTS
from steelyard.plugins.discovery.catalogue import Source

_FILE = "entry_points.txt"
_VALUE = re.compile(r"\s*([\w.]+)\s*(?::\s*([\w.]+))?\s*(?:\[.*\])?\s*")


def installed(path: Sequence[Path] | None = None) -> list[Source]:
    """Return every plugin that is installed, or installed in some folders, sorted by name."""
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
    return sorted(sources, key=order)


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
