"""The plugin that is checked, with everything that checks ask of it, each thing made once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from steelyard.book import Book, read_book
from steelyard.book.kinds import every_selection
from steelyard.book.opening import facts_of
from steelyard.compiler.selections import compile_selection
from steelyard.errors import InvalidInput, Problem
from steelyard.model.facts import FactDeclaration
from steelyard.plan.structure import Plan
from steelyard.plugin import ItemType
from steelyard.plugins.discovery import Catalogue, PluginInfo, discover
from steelyard.plugins.discovery.discovery import installed
from steelyard.testing.cases import CaseResult
from steelyard.testing.plugin_kit.trial import Trial
from steelyard.testing.plugin_kit.verdicts import NotRunError
from steelyard.testing.running import test_book


@dataclass
class Subject:
    """One plugin, loaded when it is first asked for something.

    `folder` may be written to. `examples` is how many random examples a law is tried on,
    `loading` how many seconds it may take to load and build everything. Whatever
    cannot be had since the plugin lacks it raises `NotRunError`: another check says what is wrong.
    """

    name: str
    folder: Path
    examples: int = 60
    loading: float = 20.0
    kept: dict[object, object] = field(default_factory=dict[object, object])

    @cached_property
    def catalogue(self) -> Catalogue:
        """The plugin, the core, and the plugins that its example book names."""
        alone = discover({self.name, "core"})
        info = _info(alone, self.name)
        needed = {self.name, "core"}
        for example in info.examples:
            try:
                needed.update(read_book(Path(str(example))).plugins)
            except InvalidInput:
                continue  # the check of the example book says what is wrong
        return alone if needed == {self.name, "core"} else discover(needed)

    @cached_property
    def info(self) -> PluginInfo:
        """What discovery says of the plugin."""
        return _info(self.catalogue, self.name)

    @cached_property
    def facts(self) -> Mapping[str, FactDeclaration]:
        """The facts that the plugin declares."""
        names = self.info.facts if self.info.ok else ()
        return {name: self.catalogue.facts[name] for name in names}

    @cached_property
    def item_types(self) -> Mapping[str, ItemType]:
        """The item types that the plugin offers."""
        names = self.info.item_types if self.info.ok else ()
        return {name: self.catalogue.item_types[name] for name in names}

    @cached_property
    def package(self) -> Path:
        """The folder of the plugin's package, or the file of a plugin that is one module."""
        return package_of(self.info.module)

    @cached_property
    def book_folders(self) -> tuple[Path, ...]:
        """The folders of the example books."""
        return tuple(Path(str(example)) for example in self.info.examples)

    @cached_property
    def books(self) -> tuple[Book, ...]:
        """The example books."""
        if not self.book_folders:
            raise NotRunError("the plugin has no example book")
        try:
            return tuple(read_book(folder) for folder in self.book_folders)
        except InvalidInput:
            raise NotRunError("the example book cannot be read") from None

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """Every plan that the example books give."""
        plans: list[Plan] = []
        try:
            for book in self.books:
                facts = facts_of(book, self.catalogue)
                plans += [
                    compile_selection(selection, self.catalogue, facts)
                    for selection in every_selection(book)
                ]
        except InvalidInput:
            raise NotRunError("the example book does not compile") from None
        return tuple(plans)

    @cached_property
    def cases(self) -> tuple[CaseResult, ...]:
        """Every case of the example books, with what became of it."""
        if not self.plans:
            raise NotRunError("the example book has no ruleset")
        try:
            reports = [test_book(folder) for folder in self.book_folders]
        except InvalidInput:
            raise NotRunError("the cases of the example book cannot be read") from None
        return tuple(case for report in reports for case in report.results)

    @cached_property
    def seeds(self) -> tuple[dict[str, Any], ...]:
        """The facts of the merchants of the cases: random merchants begin with some of them."""
        try:
            merchants = [case.merchant for case in self.cases]
        except NotRunError:
            return ()
        return tuple(dict(one.facts) for one in merchants if one is not None)

    @cached_property
    def trial(self) -> Trial:
        """A place to try items: with the facts of the first example book, if it can be read."""
        try:
            book = self.books[0]
            facts = facts_of(book, self.catalogue)
        except (NotRunError, InvalidInput):
            return Trial(self.folder, self.catalogue, dict(self.catalogue.facts), "trial")
        return Trial(self.folder, self.catalogue, dict(facts), book.industry_ids[0])

    @cached_property
    def example_plans(self) -> Mapping[str, Plan | tuple[Problem, ...]]:
        """The plan of each item type's example, or what is wrong with it."""
        return {
            name: self.trial.attempt(item_type.example or f"id: none\ntype: {name}\n")
            for name, item_type in self.item_types.items()
        }


def _info(catalogue: Catalogue, name: str) -> PluginInfo:
    for info in catalogue.plugins:
        if info.name == name:
            return info
    raise NotRunError(f"no plugin called {name!r} is installed")


def module_of(name: str) -> str:
    """Return the entry point of an installed plugin; nothing is imported."""
    for source in installed():
        if source.name == name:
            return source.module
    raise NotRunError(f"no plugin called {name!r} is installed")


def package_of(module: str) -> Path:
    """Return the folder of a module's top package, or the module's file; nothing is imported."""
    top = module.partition(":")[0].partition(".")[0].strip()
    spec = find_spec(top)
    if spec is None or spec.origin is None:
        raise NotRunError(f"the files of {top} cannot be found")
    origin = Path(spec.origin)
    return origin.parent if origin.name == "__init__.py" else origin
