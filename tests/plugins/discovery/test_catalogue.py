"""What a catalogue holds, whatever the order and the company of its plugins."""

import signal
from dataclasses import replace
from itertools import permutations

import pytest
from tests.plugins.discovery.loading_fixtures import PLUGINS, source, sources

from steelyard.errors import InvalidInput, Problems
from steelyard.model import FactDeclaration, Text
from steelyard.plugin import Registry, hook
from steelyard.plugins.discovery import Source, discover, load_plugins
from steelyard.plugins.discovery.discovery import installed

CORE = {
    "core/certified-staff",
    "core/count-tolerance",
    "core/coverage",
    "core/curve",
    "core/decision-table",
    "core/enrolment",
    "core/flat",
    "core/formula",
    "core/per-unit",
    "core/share",
    "core/steps",
}
COUNT = Text("Count", "数量")


def fact(name, at_most=None):
    return FactDeclaration(
        name, "int", COUNT, "", "", unit="count", high=10, at_most=at_most, provider="book"
    )


def test_every_installed_plugin_is_sound():
    catalogue = discover()
    assert not catalogue.problems
    assert set(catalogue.item_types) >= CORE
    assert all(plugin.ok and plugin.version for plugin in catalogue.plugins)
    assert list(catalogue.facts) == sorted(catalogue.facts)


def test_only_named_plugins_are_loaded_and_an_unknown_name_is_told():
    catalogue = discover(["core", "maternty"])
    assert set(catalogue.item_types) == CORE
    assert [plugin.name for plugin in catalogue.plugins] == ["core"]
    (problem,) = catalogue.problems
    assert (problem.code, problem.what) == ("SY211", "no plugin called 'maternty' is installed")
    assert problem.expected is not None
    assert "core" in problem.expected


def test_the_order_of_plugins_does_not_matter():
    seen = set()
    with sources(PLUGINS / "healthy", PLUGINS / "facts-clash") as plugins:
        for order in permutations(plugins):
            catalogue = load_plugins(order)
            seen.add(
                (
                    tuple(catalogue.facts),
                    tuple(catalogue.item_types),
                    catalogue.problems,
                    tuple((one.name, one.ok) for one in catalogue.plugins),
                )
            )
    assert len(seen) == 1


def test_facts_must_have_the_name_of_their_plugin():
    """No plugin can take a fact of another, or of a book: the names of its own are its own."""
    with sources(PLUGINS / "healthy", PLUGINS / "facts-clash") as plugins:
        catalogue = load_plugins(plugins)
    foreign = [problem for problem in catalogue.problems if problem.code == "SY201"]
    assert [(problem.place.file, problem.what, problem.fix) for problem in foreign] == [
        (
            "facts.yaml",
            "the name of the fact shared.count does not begin with that of the plugin first",
            "call it first.count",
        ),
        (
            "stolen.yaml",
            "the name of the fact healthy.count does not begin with that of the plugin healthy_thief",
            "call it healthy_thief.count",
        ),
        (
            "facts.yaml",
            "the name of the fact shared.count does not begin with that of the plugin second",
            "call it second.count",
        ),
    ]
    assert {problem.code for problem in catalogue.problems} == {"SY201", "SY208"}
    assert list(catalogue.facts) == ["healthy.count"]
    assert [plugin.name for plugin in catalogue.plugins if plugin.ok] == ["healthy"]


def test_names_that_differ_by_a_dash_only_are_one_name():
    """Their facts would have one name before them."""
    with sources(PLUGINS / "healthy") as plugins:
        (healthy,) = plugins
        twins = [replace(healthy, name="far-away"), replace(healthy, name="far_away")]
        catalogue = load_plugins([*twins, healthy])
    (problem,) = catalogue.problems
    assert problem.code == "SY209"
    assert problem.what.startswith("2 plugins are called 'far-away' or 'far_away': ")
    assert [plugin.name for plugin in catalogue.plugins if plugin.ok] == ["healthy"]


def test_a_plugin_may_be_an_object_with_the_hook_as_a_method():
    class Plugin:
        STEELYARD_API = 1

        @hook
        def steelyard_register(self, registry: Registry) -> None:
            registry.facts(PLUGINS / "healthy" / "facts.yaml")

    catalogue = load_plugins([Source("healthy", Plugin, "healthy:Plugin")])
    assert not catalogue.problems
    assert list(catalogue.facts) == ["healthy.count"]
    assert catalogue.facts["healthy.count"].provider == "healthy"


def test_a_syntax_error_is_told_with_its_place(tmp_path):
    (tmp_path / "broken_syntax.py").write_text("STEELYARD_API = 1\nif True print()\n")
    with sources(tmp_path) as plugins:
        (problem,) = load_plugins(plugins).problems
    assert str(problem).startswith("broken_syntax.py:2:9: SY206 plugin-import: ")


def test_a_plugin_without_its_module():
    (problem,) = load_plugins([source("a_module_that_is_gone", "gone")]).problems
    assert problem.code == "SY206"
    assert problem.place is None
    assert (
        "gone (a_module_that_is_gone-package) could not be imported: ModuleNotFoundError"
        in problem.what
    )


@pytest.mark.usefixtures("ctrl_c")
def test_an_interrupt_is_not_swallowed():
    def interrupted():
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        load_plugins([Source("slow", interrupted, "slow")])


def test_the_core_stays_whoever_takes_its_name():
    core = [one for one in installed() if one.name == "core"]
    thief = source("core__thief")
    catalogue = load_plugins([*core, thief])
    assert set(catalogue.item_types) == CORE
    assert [
        plugin.ok for plugin in catalogue.plugins if plugin.module == "steelyard.plugins.core"
    ] == [True]
    assert [problem.code for problem in catalogue.problems] == ["SY209"]


def test_what_a_plugin_prints_does_not_reach_standard_output(tmp_path, capsys):
    text = (PLUGINS / "healthy" / "healthy.py").read_text(encoding="utf-8")
    (tmp_path / "healthy.py").write_text(f"{text}\nprint('loading …')\n", encoding="utf-8")
    (tmp_path / "facts.yaml").write_bytes((PLUGINS / "healthy" / "facts.yaml").read_bytes())
    with sources(tmp_path) as plugins:
        catalogue = load_plugins(plugins)
    assert list(catalogue.item_types) == ["healthy/plain"]
    assert not catalogue.problems
    assert capsys.readouterr() == ("", "loading …\n")


def healthy():
    with sources(PLUGINS / "healthy") as plugins:
        return load_plugins(plugins)


def test_the_facts_of_a_book_join_those_of_the_plugins():
    joined = healthy().with_facts([fact("book.part", at_most="healthy.count"), fact("book.other")])
    assert list(joined.facts) == ["book.other", "book.part", "healthy.count"]
    assert list(healthy().facts) == ["healthy.count"]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            [fact("healthy.count")],
            "SY202 duplicate-fact: healthy.count is declared by the plugin healthy and again by the book",
        ),
        (
            [fact("book.one"), fact("book.one")],
            "SY202 duplicate-fact: the book declares book.one twice",
        ),
        (
            [fact("book.one", at_most="book.two")],
            "SY201 fact-declaration: at_most of book.one names the unknown fact 'book.two'",
        ),
    ],
)
def test_what_a_book_may_not_declare(facts, said):
    with pytest.raises(InvalidInput) as caught:
        healthy().with_facts(facts)
    assert str(caught.value).startswith(said)
    problems = Problems()
    assert healthy().with_facts(facts, problems).facts
    assert str(problems.found[0]).startswith(said)


def test_a_plugins_link_to_a_fact_that_the_book_lacks_does_not_hold():
    installed = discover(["maternity"])
    assert installed.facts["maternity.trial_orders"].at_most == "orders.paid_30d"
    assert installed.with_facts([]).facts["maternity.trial_orders"].at_most is None
    joined = installed.with_facts([fact("orders.paid_30d")])
    assert joined.facts["maternity.trial_orders"].at_most == "orders.paid_30d"
