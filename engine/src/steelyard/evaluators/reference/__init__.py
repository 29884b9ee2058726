"""The reference evaluator: the meaning of every operation, in the plainest form.

In: nodes of a plan, the facts of one merchant, the date of the score.
Out: the values of the nodes.
Keeps: the meaning; the other evaluators are tested against it.
Never: skips a node, generates code, or computes with floats.
"""

from steelyard.evaluators.reference.evaluator import (
    evaluate,
    evaluate_nodes,
    prepare,
    prepare_nodes,
)

__all__ = ["evaluate", "evaluate_nodes", "prepare", "prepare_nodes"]
