"""Changes: what differs between two states of the rules, edit by edit.

In: two books (folders or git revisions), two ruleset files or two plans.
Out: `Edit`s in the words of the rules, each with its places in both files; rulesets with any part
of the edits made.
Keeps: which merchants an edit concerns; the difference between what can change a score and what
cannot.
Never: compares text line by line, or scores anybody.
"""

from steelyard.book.diff.comparing import compare_joined, make_edits
from steelyard.book.diff.edit import Edit, Effect, Kind

__all__ = ["Edit", "Effect", "Kind", "compare_joined", "make_edits"]
