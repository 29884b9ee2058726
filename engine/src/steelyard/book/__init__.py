"""A book: a folder of rulesets, and the choice of a ruleset for a merchant and a date.

In: `book.yaml`, ruleset files, facts files, each read with positions.
Out: `Book`; the joined layers for an industry, shop type, scene and date, outside or inside a
rollout; `book.lock`.
Keeps: the place of every value in its own layer.
Never: builds an expression or knows an item type.
"""

from steelyard.book.kinds import check_rollouts, find_rollout
from steelyard.book.layering import Joined, join_layers
from steelyard.book.lock import Lock, check_lock, lock_of, update_lock
from steelyard.book.reading import Book, Label, RulesetFile, read_book
from steelyard.book.selection import Selection, check_selection, days_of_change, select

__all__ = [
    "Book",
    "Joined",
    "Label",
    "Lock",
    "RulesetFile",
    "Selection",
    "check_lock",
    "check_rollouts",
    "check_selection",
    "days_of_change",
    "find_rollout",
    "join_layers",
    "lock_of",
    "read_book",
    "select",
    "update_lock",
]
