"""Errors that people read: a stable code, a place, what is wrong, what was expected, the fix.

In: what a stage found wrong.
Out: `Problem` values, gathered into one `InvalidInput`.
Keeps: the table of codes (`codes.CODES`), the only source of the reference page on errors.
Never: prints, exits, or stops at the first problem.
"""

from steelyard.errors.codes import CODES, Code
from steelyard.errors.problems import InvalidInput, Place, Problem, Problems, suggest

__all__ = ["CODES", "Code", "InvalidInput", "Place", "Problem", "Problems", "suggest"]
