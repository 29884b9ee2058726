"""The reference evaluator: a walk over the nodes of a plan, for one merchant, in the plainest form.

In: nodes of a plan, the facts of one merchant, the date of the score.
Out: the value of every node, or the trace of the plan.
Keeps: the meaning of every operation; the other evaluators are tested against it.
Never: skips a node, generates code, computes with floats.
"""

from steelyard.evaluators.reference.evaluator import evaluate, prepare, prepare_nodes
from steelyard.evaluators.reference.program import evaluate_nodes

__all__ = ["evaluate", "evaluate_nodes", "prepare", "prepare_nodes"]
