"""Checks of loading: the plugin loads, and its source files have nothing forbidden."""

from collections.abc import Iterator

from steelyard.testing.plugin_kit.forbidden import scan_package
from steelyard.testing.plugin_kit.report import Finding, Note
from steelyard.testing.plugin_kit.subject import Subject


def loads(subject: Subject) -> Iterator[Finding]:
    """Yield every problem of registration; building the examples shows whether the process ends."""
    info = subject.info
    for problem in info.problems:
        yield str(problem) if problem.severity == "error" else Note(str(problem))
    if info.ok:
        assert subject.example_plans is not None
    yield Note(f"version {info.version or '?'}, module {info.module}")


def nothing_is_forbidden(subject: Subject) -> Iterator[Finding]:
    """Yield every forbidden import, name and call in the plugin's files; nothing is run."""
    yield from scan_package(subject.package)
