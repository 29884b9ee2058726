"""Beauty (美妆): its facts, and make-up artists counted against the advice they give.

In: allergy claims, artists' certificates, samples, freshness, shade exchanges.
Out: facts and `beauty/certified-artist`.
Keeps: what each item means; thresholds and points are the ruleset's.
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
