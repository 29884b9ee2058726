"""The registry collects the declarations of a plugin in their order."""

import steelyard_maternity
from steelyard.plugin import Registry
from steelyard.plugins import core


def test_item_modules_register_in_the_order_of_the_modules():
    registry = Registry("maternity")
    registry.item_modules("steelyard_maternity")
    names = [item_type.name for item_type in registry.item_types]
    assert names == ["maternity/easy-exchange", "maternity/try-first"]


def test_modules_without_an_item_type_are_skipped():
    registry = Registry("core")
    core.steelyard_register(registry)
    assert len(registry.item_types) == 11
    assert all(item_type.name.startswith("core/") for item_type in registry.item_types)


def test_facts_and_examples_are_collected():
    registry = Registry("maternity")
    steelyard_maternity.steelyard_register(registry)
    assert [file.name for file in registry.fact_files] == ["facts.yaml"]
    assert [folder.name for folder in registry.example_books] == ["example"]
