"""Plugins of tests/fixtures/plugins, imported as installed ones would be."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from steelyard.plugins.discovery import Source

PLUGINS = Path(__file__).parents[2] / "fixtures" / "plugins"


@contextmanager
def sources(*folders: Path) -> Iterator[list[Source]]:
    """Give the plugins in some folders: `<plugin>.py`, or `<plugin>__<other>.py` for a second one."""
    files = [path for folder in folders for path in sorted(folder.glob("*.py"))]
    modules = [path.stem for path in files]
    before, writes = sys.path[:], sys.dont_write_bytecode
    sys.path[:0] = [str(folder) for folder in folders]
    sys.dont_write_bytecode = True
    importlib.invalidate_caches()
    try:
        yield [source(module) for module in modules]
    finally:
        sys.path[:], sys.dont_write_bytecode = before, writes
        for module in modules:
            sys.modules.pop(module, None)


def source(module: str, name: str | None = None) -> Source:
    """Return the plugin that a module is."""
    return Source(
        name or module.partition("__")[0],
        lambda: importlib.import_module(module),
        module,
        f"{module}-package",
        "1.0",
    )
