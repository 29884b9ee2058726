"""The Python evaluator: one function generated from a plan, for one merchant at a time.

In: nodes of a plan and the declarations of its facts.
Out: a function from facts and the date of the score to the values of some nodes.
Keeps: the values of the reference evaluator.
Never: runs text that the author of a ruleset wrote.
"""

from steelyard.evaluators.python.evaluator import prepare, prepare_nodes, prepare_score

__all__ = ["prepare", "prepare_nodes", "prepare_score"]
