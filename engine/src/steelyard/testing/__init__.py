"""Test cases of a book, the parts of the rules that they test, and the checks of a plugin.

In: `*.cases.yaml` beside the rulesets, and the rulesets; the name of an installed plugin.
Out: the cases that pass, and every difference of the others; the parts of the rules that no case
touches; the small edits of the rules that no case notices; the report on a plugin.
Keeps: exactness; results are compared without a tolerance.
Never: changes a ruleset or a case on the disk.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from steelyard.testing.cases import CaseReport, CaseResult
    from steelyard.testing.coverage import CoverageReport, cover_book
    from steelyard.testing.mutation import MutationReport, mutate_book
    from steelyard.testing.plugins import check_plugin, plugin_checks
    from steelyard.testing.running import test_book
    from steelyard.testing.trial import Trial

__all__ = [
    "CaseReport",
    "CaseResult",
    "CoverageReport",
    "MutationReport",
    "Trial",
    "check_plugin",
    "cover_book",
    "mutate_book",
    "plugin_checks",
    "test_book",
]

_HOMES = {
    "CaseReport": "cases",
    "CaseResult": "cases",
    "CoverageReport": "coverage",
    "MutationReport": "mutation",
    "check_plugin": "plugins",
    "cover_book": "coverage",
    "mutate_book": "mutation",
    "plugin_checks": "plugins",
    "test_book": "running",
    "Trial": "trial",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the package offers
    """Load a name on first use: the pytest plugin must stay fast where there is no book."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"steelyard.testing.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
