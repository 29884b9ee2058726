"""What this plugin registers, and that it holds what every plugin must hold."""

import steelyard_maternity
from steelyard import testing
from steelyard.plugin import Registry


def test_it_passes_the_conformance_kit() -> None:
    testing.check_plugin("maternity")


def test_it_registers_its_facts_and_item_types() -> None:
    registry = Registry("maternity")
    steelyard_maternity.steelyard_register(registry)
    names = [item_type.name for item_type in registry.item_types]
    assert names == ["maternity/easy-exchange", "maternity/try-first"]
    assert [file.name for file in registry.fact_files] == ["facts.yaml"]
