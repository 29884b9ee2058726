"""The checker: joined layers become a `Ruleset`, typed data whose references all resolve.

In: the layers of a selection, joined.
Out: `Ruleset`, or every problem in it with its place.
Keeps: exact numbers, places, declared order.
Never: builds a node, runs an item type.
"""

from steelyard.book.checker.reading import check_joined, check_ruleset
from steelyard.book.checker.ruleset import Ruleset

__all__ = ["Ruleset", "check_joined", "check_ruleset"]
