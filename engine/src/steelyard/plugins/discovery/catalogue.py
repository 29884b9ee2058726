"""Plugins and the catalogue of their declarations, as data."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources.abc import Traversable

from steelyard.errors import Place, Problem, Problems
from steelyard.model.facts import FactDeclaration
from steelyard.plugin import ItemType
from steelyard.plugins.discovery.declarations import check_links
from steelyard.plugins.discovery.shipped import Rules, Shipped, join_shipped


@dataclass(frozen=True, slots=True)
class Source:
    """A plugin that can be loaded: its name, its entry point and its distribution.

    `load` imports and returns the plugin: a module, or an object with the hook as a method.
    """

    name: str
    load: Callable[[], object]
    module: str
    distribution: str = ""
    version: str = ""

    @property
    def label(self) -> str:
        """The plugin as problems name it."""
        return f"the plugin {self.name} ({self.distribution or self.module})"


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """One installed plugin: its origin, its declarations and its problems.

    A plugin that is not `ok` is not used. `facts` and `item_types` are the names of its
    declarations, empty if it does not load. `examples` are its example books, `api` is the version
    of the plugin API that it states, and `places` are the lines that declare its facts. `rules`
    are the values, metrics, gates and vetoes that it ships.
    """

    name: str
    version: str
    distribution: str
    module: str
    ok: bool
    problems: tuple[Problem, ...] = ()
    facts: tuple[str, ...] = ()
    item_types: tuple[str, ...] = ()
    examples: tuple[Traversable, ...] = ()
    api: int | None = None
    places: Mapping[str, Place] = field(default_factory=dict)
    rules: Rules = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Facts and item types by name, in the order of their names; plugins likewise.

    `problems` are those of all plugins; a requested plugin that is missing is one too.
    """

    facts: Mapping[str, FactDeclaration]
    item_types: Mapping[str, ItemType]
    plugins: tuple[PluginInfo, ...]
    problems: tuple[Problem, ...]

    @property
    def shipped(self) -> Shipped:
        """The rules that the usable plugins ship."""
        return join_shipped((info.name, info.rules) for info in self.plugins if info.ok)

    def plugin(self, name: str) -> PluginInfo | None:
        """Return the usable plugin with a name, or None."""
        return next((info for info in self.plugins if info.name == name and info.ok), None)

    def with_facts(
        self,
        facts: Iterable[FactDeclaration],
        problems: Problems | None = None,
        *,
        places: Mapping[str, Place] | None = None,
    ) -> "Catalogue":
        """Return the catalogue with a book's own facts.

        A fact that is declared already (SY202) is left out; a book's fact whose `at_most` names
        no fact is a problem too (SY201). They are noted in `problems`, or raised as
        `InvalidInput` if that is not given; `places` says where the facts are declared. A plugin's
        `at_most` that names a fact of some other book does not hold here.
        """
        conflicts = Problems()
        places = places or {}
        merged = dict(self.facts)
        own: set[str] = set()
        for fact in facts:
            known = merged.get(fact.id)
            if known is None:
                merged[fact.id] = fact
                own.add(fact.id)
                continue
            what = (
                f"the {fact.provider} declares {fact.id} twice"
                if fact.id in own
                else f"{fact.id} is declared by the plugin {known.provider} and again by the "
                f"{fact.provider}"
            )
            fix = f"remove it from the {fact.provider}, or rename it there"
            fix = "rename or remove one of the two" if fact.id in own else fix
            conflicts.add("SY202", what, places.get(fact.id), fix=fix)
        linked = {
            name: fact if name in own or fact.at_most in merged else replace(fact, at_most=None)
            for name, fact in sorted(merged.items())
        }
        check_links(linked, conflicts, places)
        if problems is None:
            conflicts.raise_any()
        else:
            problems.extend(conflicts)
        return replace(self, facts=linked)
