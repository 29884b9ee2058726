"""The reference evaluator: the meaning of every operation, in the plainest form."""

from steelyard.evaluators.reference.evaluator import evaluate, evaluate_nodes, prepare_nodes

__all__ = ["evaluate", "evaluate_nodes", "prepare_nodes"]
