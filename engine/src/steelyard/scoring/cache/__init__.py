"""The compile cache: plans named by everything that went into them.

In: the bytes of a book, of the engine and of every installed plugin; what was asked for.
Out: the plan and the facts, if the very same inputs were compiled before.
Keeps: safety: an entry is named by a SHA-256 of all its inputs and holds a SHA-256 of itself;
one that does not match is compiled again.
Never: changes a result, or fails a command because the cache cannot be used.
"""

from steelyard.scoring.cache.sources import fingerprint_sources
from steelyard.scoring.cache.store import Store

__all__ = ["Store", "fingerprint_sources"]
