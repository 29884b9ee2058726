"""The Polars evaluator: expressions made from a plan, for a million merchants at a time."""

from steelyard.evaluators.polars.columns import LABELS, fact_column, trace_column
from steelyard.evaluators.polars.evaluator import Evaluate, prepare, prepare_nodes

__all__ = ["LABELS", "Evaluate", "fact_column", "prepare", "prepare_nodes", "trace_column"]
