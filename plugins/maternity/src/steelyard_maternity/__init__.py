"""Maternity and baby (母婴): its facts, and the item types that have logic of their own.

In: exchanges, trial orders, claims, advisors' certificates, traceable goods.
Out: facts, `maternity/easy-exchange` and `maternity/try-first`.
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
