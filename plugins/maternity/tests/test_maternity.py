"""The item types of this plugin, through a small book of their own."""

from pathlib import Path

import steelyard_maternity
from steelyard import testing
from steelyard.plugin import API_VERSION, Registry

BOOK = Path(str(steelyard_maternity.__file__)).parent / "example"


def test_every_case_of_the_small_book_holds() -> None:
    report = testing.test_book(BOOK)
    assert report.results
    assert not report.failed, [(case.name, case.differences) for case in report.failed]


def test_it_registers_its_facts_and_item_types() -> None:
    registry = Registry("maternity")
    steelyard_maternity.steelyard_register(registry)
    names = [item_type.name for item_type in registry.item_types]
    assert names == ["maternity/easy-exchange", "maternity/try-first"]
    assert [file.name for file in registry.fact_files] == ["facts.yaml"]


def test_it_is_written_for_this_plugin_api() -> None:
    assert steelyard_maternity.STEELYARD_API == API_VERSION
