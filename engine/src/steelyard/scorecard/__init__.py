"""The scorecard: the result of a plan for one merchant, with every part and every reason.

In: a plan, a merchant's facts, the trace that an evaluator computed, and that evaluator.
Out: `Scorecard`, frozen data with exact numbers.
Keeps: conservation: base + points of items − points of deductions = unrounded score.
Never: composes a score itself, reads a ruleset, or writes text for people.
"""

from steelyard.scorecard.assemble import Assembler, assemble, with_shadow
from steelyard.scorecard.model import Scorecard

__all__ = ["Assembler", "Scorecard", "assemble", "with_shadow"]
