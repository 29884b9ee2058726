"""The reference evaluator: the meaning of every operation, in the plainest form."""

from steelyard.evaluators.reference.evaluator import evaluate, evaluate_nodes
from steelyard.evaluators.reference.operations import Facts, Record, Value

__all__ = ["Facts", "Record", "Value", "evaluate", "evaluate_nodes"]
