"""Ships one value, one metric and one gate."""

from pathlib import Path

from steelyard.plugin import Registry, hook

STEELYARD_API = 1


@hook
def steelyard_register(registry: Registry) -> None:
    """Register the rules."""
    registry.rules(Path(__file__).with_suffix(".yaml"))
