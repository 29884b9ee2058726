"""The words for people: every fixed phrase in English and Chinese, and how values are written.

In: the parts of a scorecard, and a language.
Out: phrases, and lines of text as wide as a terminal shows them.
Keeps: one catalogue of phrases (`messages`), complete in both languages.
Never: reads the locale, or decides anything: what is said is in the scorecard.
"""

from steelyard.report.wording.messages import phrases, say

__all__ = ["phrases", "say"]
