"""Cases of a book, and the checks of a plugin, as tests call them.

In: `*.cases.yaml` beside the rulesets; the name of an installed plugin.
Out: which cases hold and every difference of those that do not; the report on a plugin.
Keeps: exactness; there are no margins.
Never: changes a ruleset or a case.
"""

from steelyard.testing.cases import CaseReport, CaseResult, test_book
from steelyard.testing.plugins import check_plugin, plugin_checks

__all__ = ["CaseReport", "CaseResult", "check_plugin", "plugin_checks", "test_book"]
