"""Settings of all searches: a failure shows its whole input."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    """Let a failure show its fixtures, however long they are, instead of a warning about that."""
    for item in items:
        if HERE in item.path.parents:
            long = "ignore::hypothesis.errors.HypothesisWarning"
            item.add_marker(pytest.mark.filterwarnings(long))
