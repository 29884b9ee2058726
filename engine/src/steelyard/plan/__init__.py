"""The plan: a compiled ruleset as immutable, typed, loop-free, integer-only data.

In: the nodes and the structure that the compiler makes.
Out: nodes, the score's structure, canonical JSON, a digest, a text form, proved bounds.
Keeps: all data that evaluating, explaining and replaying need; the one list of operations.
Never: evaluates, reads YAML, or knows a plugin.
"""

from steelyard.plan.nodes import Node
from steelyard.plan.operations import Operation
from steelyard.plan.structure import Plan

__all__ = ["Node", "Operation", "Plan"]
