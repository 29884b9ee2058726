"""Pet care (宠物): its facts, and the advisor with a monthly check.

In: advisors' licences, monthly chat figures, claims, laboratory reports, cold chain data.
Out: facts and `petcare/certified-advisor`.
Keeps: when a month is judged; thresholds and points are the ruleset's.
Never: a shape that the core already has.
"""

from importlib.resources import files

from steelyard.plugin import Registry, hook

STEELYARD_API = 1


@hook
def steelyard_register(registry: Registry) -> None:
    """Register the industry."""
    registry.facts(files(__name__) / "facts.yaml")
    registry.rules(files(__name__) / "rules.yaml")
    registry.example(files(__name__) / "example")
    registry.item_modules(__name__)
