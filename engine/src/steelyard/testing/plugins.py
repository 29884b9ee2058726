"""Functions that run the checks of the plugin kit in the tests of a plugin."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from steelyard.testing.plugin_kit import Report


def check_plugin(name: str) -> "Report":
    """Run every check on an installed plugin and return the report.

    Raises `AssertionError` with all problems of failed checks, and `InvalidInput`: SY703 if no
    plugin has this name, SY708 if the libraries of the extra `testing` are not installed. The
    plugin runs in subprocesses.
    """
    from steelyard.testing.plugin_kit.report import failures_text

    report = _report(name)
    if not report.ok:
        raise AssertionError(failures_text(report))
    return report


def plugin_checks(name: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the id of each check and a function that raises `AssertionError` if the check fails.

    Use it with `@pytest.mark.parametrize` to have one test for each check. The kit runs once, at
    the first call.
    """
    from steelyard.testing.plugin_kit import CHECKS

    for check in CHECKS:
        yield check.id, _assertion(name, check.id)


@cache
def _report(name: str) -> "Report":
    from steelyard.testing.plugin_kit import check_installed

    return check_installed(name)


def _assertion(name: str, check: str) -> Callable[[], None]:
    def assert_passed() -> None:
        verdict = _report(name).verdict(check)
        if verdict.status != "passed":
            reasons = verdict.problems or verdict.notes
            raise AssertionError("\n".join((f"{check}: {verdict.status}", *reasons)))

    return assert_passed
