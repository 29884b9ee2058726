"""The Python evaluator: one function generated from a plan, for one merchant at a time."""

from steelyard.evaluators.python.evaluator import prepare, prepare_nodes, prepare_score

__all__ = ["prepare", "prepare_nodes", "prepare_score"]
