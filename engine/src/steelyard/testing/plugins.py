"""The conformance kit as a plugin's own tests call it."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from steelyard.testing.plugin_kit import Report


def check_plugin(name: str) -> "Report":
    """Check an installed plugin by the whole conformance kit and return the report.

    Raises `AssertionError` with everything that is wrong, and `InvalidInput`: SY703 if no plugin
    has this name, SY708 if the libraries of the extra `testing` are not installed. The plugin runs
    in processes of its own.
    """
    from steelyard.testing.plugin_kit.report import failures_text

    report = _report(name)
    if not report.ok:
        raise AssertionError(failures_text(report))
    return report


def plugin_checks(name: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """Iterate over the checks of the kit, each as its id and a function that raises if it fails.

    For `@pytest.mark.parametrize`, so that each check is a test of its own; the kit runs once, when
    the first of them is called.
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
            said = verdict.problems or verdict.notes
            raise AssertionError("\n".join((f"{check}: {verdict.status}", *said)))

    return assert_passed
