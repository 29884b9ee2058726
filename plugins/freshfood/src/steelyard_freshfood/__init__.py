"""Fresh food (生鲜): its facts, freshness by lot, and a guarantee with a season.

In: lots signed for, claims, weight checks, frozen orders.
Out: facts, `freshfood/freshness-date` and `freshfood/thaw-guarantee`.
Keeps: when a unit is fresh; thresholds, seasons and points are the ruleset's.
Never: a shape that the core already has.
"""

from importlib.resources import files

from steelyard.plugin import Registry, hook

STEELYARD_API = 1


@hook
def steelyard_register(registry: Registry) -> None:
    """Register the industry."""
    registry.facts(files(__name__) / "facts.yaml")
    registry.example(files(__name__) / "example")
    registry.item_modules(__name__)
