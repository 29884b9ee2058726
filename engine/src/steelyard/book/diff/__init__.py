"""The differences between two states of the rules, as single edits.

In: two books (folders or git revisions), two ruleset files or two plans.
Out: `Edit`s in the terms of the rules, each with its places in both files; rulesets with a subset
of the edits applied.
Keeps: the merchants that an edit concerns, and whether it can change a score.
Never: compares text line by line, or scores merchants.
"""

from steelyard.book.diff.comparing import compare_joined, make_edits
from steelyard.book.diff.edit import Edit, Effect, Kind

__all__ = ["Edit", "Effect", "Kind", "compare_joined", "make_edits"]
