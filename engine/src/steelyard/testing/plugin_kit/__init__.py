"""The plugin kit: the checks that a plugin must pass before others can trust it.

In: the name of an installed plugin, a source tree, or a wheel.
Out: a report: the verdict of every check, its problems and its measured values.
Keeps: one verdict for one plugin, on every machine; the plugin's code runs in processes with limits
    of time and memory.
Never: lets a plugin end, hang or change the process that asks.
"""

from steelyard.testing.plugin_kit.checks import CHECKS
from steelyard.testing.plugin_kit.report import Report, Verdict
from steelyard.testing.plugin_kit.runner import Limits, check_installed

__all__ = ["CHECKS", "Limits", "Report", "Verdict", "check_installed"]
