"""A small industry that is as it should be; every planted fault is an edit of these files."""

from importlib.resources import files

from sound.item import ITEM
from steelyard.plugin import Registry, hook

STEELYARD_API = 1


@hook
def steelyard_register(registry: Registry) -> None:
    """Register the industry."""
    registry.facts(files(__name__) / "facts.yaml")
    registry.rules(files(__name__) / "shipped.yaml")
    registry.example(files(__name__) / "example")
    registry.item_type(ITEM)
