"""Cases of a book: merchant in, outcomes and points out.

In: `*.cases.yaml` beside the rulesets.
Out: which cases hold, and for each that does not, every difference.
Keeps: exactness; there are no margins.
Never: changes a ruleset or a case.
"""

from steelyard.testing.cases import CaseReport, CaseResult, test_book

__all__ = ["CaseReport", "CaseResult", "test_book"]
