"""A dry run as one HTML file that needs nothing else.

In: an `Impact`, what the guardrails say, a language.
Out: the text of a page with its style, script and drawings inside.
Keeps: every number exact, or marked ≈; the same impact, the same bytes.
Never: fetches anything, reads a clock or a locale, or trusts a name.
"""

from steelyard.dry_run.report.page.page import GuardrailLine, impact_page

__all__ = ["GuardrailLine", "impact_page"]
