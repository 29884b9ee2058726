"""A plugin of version 1.0; a book may name it, and nothing of it is used."""

from steelyard.plugin import Registry, hook

STEELYARD_API = 1


@hook
def steelyard_register(registry: Registry) -> None:
    """Register nothing."""
