"""What the conformance kit checks of every plugin, and the cases of this plugin's small book."""

from pathlib import Path

import steelyard_freshfood
from steelyard import testing

BOOK = Path(str(steelyard_freshfood.__file__)).parent / "example"


def test_it_passes_the_kit() -> None:
    testing.check_plugin("freshfood")


def test_every_case_of_the_small_book_holds() -> None:
    report = testing.test_book(BOOK)
    assert report.results
    assert not report.failed, [(case.name, case.differences) for case in report.failed]
