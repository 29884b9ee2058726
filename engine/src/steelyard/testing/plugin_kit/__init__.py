"""The conformance kit: what a plugin must hold so that somebody who did not write it can trust it.

In: the name of an installed plugin, a source tree, or a wheel.
Out: a report: every check with its verdict, what is wrong, what was measured.
Keeps: one verdict for one plugin, however often and wherever it is asked; the plugin's code runs in
    processes of their own, inside limits of time and memory.
Never: lets a plugin end, hang or change the process that asks.
"""

from steelyard.testing.plugin_kit.checks import CHECKS
from steelyard.testing.plugin_kit.supervision import Limits, check_installed
from steelyard.testing.plugin_kit.verdicts import Report, Verdict

__all__ = ["CHECKS", "Limits", "Report", "Verdict", "check_installed"]
