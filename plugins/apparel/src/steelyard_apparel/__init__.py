"""Apparel (服饰): its facts, a guarantee in two modes, and size advice judged among peers.

In: size exchanges, guarantees and claims upheld, orders advised on size, figures of peers.
Out: facts, `apparel/material-guarantee` and `apparel/size-advice`.
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
