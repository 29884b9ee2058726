"""Errors for people: a stable code, a place, the problem, the expected input, the fix.

In: problems of any stage.
Out: `Problem` values, gathered into one `InvalidInput`.
Keeps: the table of codes (`codes.CODES`), the source of the reference page on errors.
Never: prints, exits, or stops at the first problem.
"""

from steelyard.errors.codes import CODES, Code
from steelyard.errors.problems import InvalidInput, Place, Problem, Problems, suggest

__all__ = ["CODES", "Code", "InvalidInput", "Place", "Problem", "Problems", "suggest"]
