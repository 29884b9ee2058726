"""A plugin that may be loaded, and how problems name it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """A plugin that may be loaded: its name, how to import it, and where it comes from.

    `load` returns the plugin: a module, or an object with the hook as a method.
    """

    name: str
    load: Callable[[], object]
    module: str
    distribution: str = ""
    version: str = ""


def who(source: Source) -> str:
    """Return a plugin as problems name it, with the distribution that it came with."""
    return f"the plugin {source.name} ({source.distribution or source.module})"
