"""The words for people: every fixed phrase in each language, and values as text.

In: the parts of a scorecard, and a language.
Out: phrases, and lines of text aligned by terminal cells.
Keeps: one file of phrases per language, each with the same keys.
Never: reads the locale, or decides a result: it only words what the scorecard has.
"""

from steelyard.report.wording.messages import phrases, say

__all__ = ["phrases", "say"]
