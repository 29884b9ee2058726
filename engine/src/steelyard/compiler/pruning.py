"""Dropping the nodes that nothing reads, and renumbering the rest."""

from dataclasses import replace

from steelyard.plan.nodes import extract
from steelyard.plan.structure import Plan
from steelyard.plan.trace import renumbered, trace_nodes


def prune(plan: Plan) -> Plan:
    """Return the plan with only the nodes that its structure needs, in the same order."""
    nodes, numbers = extract(plan.nodes, trace_nodes(plan))
    return replace(renumbered(plan, numbers), nodes=nodes)
