"""The calculation as a tree: every part with its value, its cuts and its conditions.

In: a scorecard.
Out: `Branch` values, as text or JSON, in English or Chinese.
Keeps: the same tree for the same scorecard, byte for byte.
Never: computes a score; every number comes from the scorecard.
"""

from steelyard.report.explanation.branches import Branch, tree_json, tree_text
from steelyard.report.explanation.tree import explain, explain_item

__all__ = ["Branch", "explain", "explain_item", "tree_json", "tree_text"]
