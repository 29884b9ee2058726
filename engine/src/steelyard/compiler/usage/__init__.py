"""Where a name comes from, and what uses it.

In: a catalogue, the facts of a book, its selections.
Out: `Origin`, the plugin and line of an item type, fact or parameter; `Use`, each part of a ruleset
with its parameters and the facts that it reads.
Keeps: the place of every part in the layer that says it last.
Never: compiles a plan, or stops at a part that has problems.
"""

from steelyard.compiler.usage.building import BuildResult, build_example
from steelyard.compiler.usage.origin import Answer, Origin, find_origin, known_names, places_in
from steelyard.compiler.usage.uses import Use, Uses, uses_in

__all__ = [
    "Answer",
    "BuildResult",
    "Origin",
    "Use",
    "Uses",
    "build_example",
    "find_origin",
    "known_names",
    "places_in",
    "uses_in",
]
