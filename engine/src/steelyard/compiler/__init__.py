"""The compiler: a checked ruleset and a catalogue become a plan.

In: `Ruleset`, fact declarations, item types.
Out: `Plan`; every value is proved to fit 64 bits, and the score to stay in its range.
Keeps: the order of operations (listed in `compiler.compile`), titles, sources, places.
Never: sees a merchant.
"""

from steelyard.compiler.compile import compile_ruleset

__all__ = ["compile_ruleset"]
