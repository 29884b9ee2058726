"""A plugin that can be loaded."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """A plugin that can be loaded: its name, its entry point and its distribution.

    `load` imports and returns the plugin: a module, or an object with the hook as a method.
    """

    name: str
    load: Callable[[], object]
    module: str
    distribution: str = ""
    version: str = ""

    @property
    def label(self) -> str:
        """The plugin as problems name it."""
        return f"the plugin {self.name} ({self.distribution or self.module})"
