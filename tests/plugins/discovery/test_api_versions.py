"""A plugin for the version before is used, and told that it gets old; pluggy says what goes."""

from types import ModuleType

import pluggy
import pytest
from tests.plugins.discovery.loading_fixtures import PLUGINS, sources

from steelyard.plugin.context import InterfaceDeprecationWarning
from steelyard.plugin.hooks import CURRENT, PROJECT, Interface
from steelyard.plugins.discovery import load_plugins

specification = pluggy.HookspecMarker(PROJECT)
RENAMED = InterfaceDeprecationWarning("steelyard_register goes with version 3; name it declare")


def second(**marks: object) -> Interface:
    """Return a second version of the API, whose hook is marked in pluggy's way."""
    module = ModuleType("second_hooks")

    def steelyard_register(registry):
        """Register as before."""

    def steelyard_declare(registry):
        """Register by the new name."""

    module.steelyard_register = specification(**marks)(steelyard_register)
    module.steelyard_declare = specification(steelyard_declare)
    return Interface(2, module)


def loaded(interface, folder=PLUGINS / "healthy"):
    with sources(folder) as plugins:
        return load_plugins(plugins, interface=interface)


def test_this_version_and_the_one_before_are_accepted():
    assert CURRENT.accepted == (1,)
    assert second().accepted == (1, 2)
    assert Interface(3, ModuleType("third")).accepted == (2, 3)


def test_a_plugin_of_the_version_before_is_used_with_a_warning():
    catalogue = loaded(second())
    assert list(catalogue.item_types) == ["healthy/plain"]
    assert [plugin.ok for plugin in catalogue.plugins] == [True]
    (problem,) = catalogue.problems
    assert problem.severity == "warning"
    assert str(problem) == (
        "healthy.py:1:1: SY214 plugin-deprecated: the plugin healthy (healthy-package) uses version "
        "1 of the plugin API, which the version after 2 will not support\n"
        "    expected: STEELYARD_API = 2\n"
        "    fix: upgrade the plugin"
    )


@pytest.mark.parametrize(
    "marks", [{"warn_on_impl": RENAMED}, {"warn_on_impl_args": {"registry": RENAMED}}]
)
def test_what_pluggy_warns_of_is_a_line_that_names_the_plugin(marks, recwarn, capsys):
    catalogue = loaded(second(**marks))
    assert list(catalogue.item_types) == ["healthy/plain"]
    said = [str(problem) for problem in catalogue.problems]
    assert said[1:] == [
        f"healthy.py:15:1: SY214 plugin-deprecated: the plugin healthy (healthy-package): {RENAMED}"
    ]
    assert not recwarn.list
    assert capsys.readouterr().err == ""


def test_a_hook_by_its_new_name_is_called(tmp_path):
    text = (PLUGINS / "healthy" / "healthy.py").read_text(encoding="utf-8")
    text = text.replace("def steelyard_register", "def steelyard_declare").replace(
        "API = 1", "API = 2"
    )
    (tmp_path / "healthy.py").write_text(text, encoding="utf-8")
    (tmp_path / "facts.yaml").write_bytes((PLUGINS / "healthy" / "facts.yaml").read_bytes())
    catalogue = loaded(second(warn_on_impl=RENAMED), tmp_path)
    assert catalogue.problems == ()
    assert list(catalogue.item_types) == ["healthy/plain"]


def test_a_version_too_old_is_refused():
    catalogue = loaded(Interface(3, second().specifications))
    (problem,) = catalogue.problems
    assert (problem.code, problem.severity) == ("SY207", "error")
    assert problem.expected is not None
    assert problem.expected.startswith("STEELYARD_API = 2 or 3, ")
