"""The hook of a plugin. It takes one context object, so that the API can grow."""

import sys
from dataclasses import dataclass
from types import ModuleType

import pluggy

from steelyard.plugin.registry import Registry

PROJECT = "steelyard"
ENTRY_POINTS = "steelyard"  # the entry point group that plugins use
API_VERSION = 1

hook = pluggy.HookimplMarker(PROJECT)
_specification = pluggy.HookspecMarker(PROJECT)


@_specification
def steelyard_register(registry: Registry) -> None:
    """Register facts, item types, rules and example books with `registry`."""


@dataclass(frozen=True, slots=True)
class Interface:
    """A version of the plugin API: its number, and the module with its hooks.

    Every hook takes `registry`. A hook that goes stays for one more version, marked with pluggy's
    `warn_on_impl`, and an argument that goes with `warn_on_impl_args`; both are given an
    `InterfaceDeprecationWarning` that says what takes its place.
    """

    version: int
    specifications: ModuleType

    @property
    def accepted(self) -> tuple[int, ...]:
        """The versions that plugins may be written for: the one before, and this one."""
        return tuple(version for version in (self.version - 1, self.version) if version > 0)


CURRENT = Interface(API_VERSION, sys.modules[__name__])
