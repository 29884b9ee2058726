"""The Polars evaluator: expressions made from a plan, for a million merchants at a time.

In: nodes of a plan, the facts of many merchants in columns, the date of the score.
Out: a column for each wanted node, a row for each merchant.
Keeps: the values of the reference evaluator, the order of rows.
Never: runs Python code for a single merchant, gives a null.
"""

from steelyard.evaluators.polars.evaluator import Evaluate, prepare, prepare_nodes
from steelyard.evaluators.polars.program import LABELS, fact_column, trace_column

__all__ = ["LABELS", "Evaluate", "fact_column", "prepare", "prepare_nodes", "trace_column"]
