"""Importing `steelyard` costs nothing; its names are loaded when they are used."""

import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec

import pytest

import steelyard


def test_the_package_says_its_version_and_loads_nothing():
    program = (
        "import sys; import steelyard;"
        "print(steelyard.__version__, [name for name in sys.modules if 'steelyard.' in name])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "0.1.0 []\n"


@pytest.mark.parametrize("name", ["InvalidInput", "Plan", "digest", "read_plan", "write_plan"])
def test_names_are_loaded_when_they_are_used(name):
    assert name in dir(steelyard)
    module, _, attribute = steelyard._PUBLIC[name].partition(":")
    assert getattr(steelyard, name) is getattr(import_module(module), attribute)


def test_every_name_has_a_module():
    assert all(find_spec(place.partition(":")[0]) for place in steelyard._PUBLIC.values())


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'unknown'"):
        steelyard.unknown  # noqa: B018 - reading it is the test
