"""What this plugin registers, and that it holds what every plugin must hold."""

import steelyard_petcare
from steelyard import testing
from steelyard.plugin import Registry


def test_it_passes_the_conformance_kit() -> None:
    testing.check_plugin("petcare")


def test_it_registers_its_facts_and_item_types() -> None:
    registry = Registry("petcare")
    steelyard_petcare.steelyard_register(registry)
    names = [item_type.name for item_type in registry.item_types]
    assert names == ["petcare/certified-advisor"]
    assert [file.name for file in registry.fact_files] == ["facts.yaml"]
