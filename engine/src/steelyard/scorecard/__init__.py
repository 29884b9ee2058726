"""The scorecard: what a plan says about one merchant, every part and every reason.

In: a plan, a merchant's facts, and the trace that an evaluator computed.
Out: `Scorecard`, frozen data with exact numbers.
Keeps: conservation: base + points of items − points of deductions = unrounded score.
Never: evaluates a node, reads a ruleset, or writes text for people.
"""

from steelyard.scorecard.assemble import Assembler, assemble
from steelyard.scorecard.model import Scorecard
from steelyard.scorecard.rollouts import with_shadow

__all__ = ["Assembler", "Scorecard", "assemble", "with_shadow"]
