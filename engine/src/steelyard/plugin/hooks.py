"""The one hook of a plugin. It takes one context object, so that the API can grow."""

import pluggy

from steelyard.plugin.registry import Registry

PROJECT = "steelyard"
ENTRY_POINTS = "steelyard"  # the entry point group that plugins use
API_VERSION = 1

hook = pluggy.HookimplMarker(PROJECT)
_specification = pluggy.HookspecMarker(PROJECT)


@_specification
def steelyard_register(registry: Registry) -> None:
    """Register facts, item types and rulesets with `registry`."""
