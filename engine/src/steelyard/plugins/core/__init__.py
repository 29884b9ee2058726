"""The core's item types: the shapes that bonus items and deductions have in every industry.

In: parameters of an item in a ruleset, and declared facts.
Out: eleven item types named `core/…`, registered through the hook that every plugin uses.
Keeps: each type in a module of its own that says what it does, why, and what missing data mean,
  with its declaration (texts, parameters, example) in a TOML file of the same name.
Never: imports more of steelyard than `steelyard.plugin`, or knows an industry.
"""

from steelyard.plugin import Registry, hook

STEELYARD_API = 1


@hook
def steelyard_register(registry: Registry) -> None:
    """Register the core's item types."""
    registry.item_modules(__name__)
