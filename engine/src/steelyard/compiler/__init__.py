"""The compiler: a checked ruleset and a catalogue become a plan.

In: `Ruleset`, fact declarations, item types.
Out: `Plan`, every value of it proved to fit and the score proved to stay in its range.
Keeps: the order of operations (`compiler.compile` spells it), titles, sources, places.
Never: sees a merchant.
"""

from steelyard.compiler.compile import compile_ruleset

__all__ = ["compile_ruleset"]
