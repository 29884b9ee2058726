"""The plan: a compiled ruleset as immutable, typed, loop-free, integer-only data.

In: what the compiler lowered.
Out: nodes, the score's structure, canonical JSON, a digest, a text form, proved bounds.
Keeps: everything that evaluating, explaining and replaying need.
Never: evaluates, reads YAML, or knows a plugin.
"""

from steelyard.plan.nodes import Node
from steelyard.plan.operations import Operation
from steelyard.plan.structure import Plan

__all__ = ["Node", "Operation", "Plan"]
