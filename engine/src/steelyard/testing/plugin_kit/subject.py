"""The plugin that is checked, with everything that several checks need, each made once."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from steelyard.book import Book, read_book
from steelyard.book.kinds import every_selection
from steelyard.book.opening import facts_of
from steelyard.compiler.selections import compile_selection
from steelyard.errors import InvalidInput, Problem
from steelyard.formats import Located, parse_yaml
from steelyard.model.calendars import Calendar
from steelyard.model.facts import FactDeclaration
from steelyard.plan.structure import Plan
from steelyard.plugin import ItemType
from steelyard.plugins.discovery import Catalogue, PluginInfo, discover
from steelyard.testing.cases import CaseResult
from steelyard.testing.plugin_kit.report import NotRunError
from steelyard.testing.running import test_book
from steelyard.testing.trial import compile_item, compile_rules

# a ruleset with one rule, which is called NAME, by the list that has it
_RULE = {
    "values": """\
base: {from: fixed, score: 0}
values: [{id: NAME}]
""",
    "gates": """\
base: {from: fixed, score: 0}
gates: [{id: NAME}]
""",
    "vetoes": """\
base: {from: fixed, score: 0}
items: [{id: item, type: core/flat, title: {en: Item, zh: 项目}, with: {points: 1}}]
vetoes: [{id: NAME, blocks: all}]
""",
    "metrics": """\
dimensions:
  - id: trial
    title: {en: Trial, zh: 试用}
    weight: 1
    metrics: [{id: NAME, weight: 1}]
""",
}


@dataclass(eq=False)  # so that a cache can have it as a key
class Subject:
    """One plugin, loaded at the first use.

    `folder` is for temporary files; `examples` is the number of random examples of a law. A
    property raises `NotRunError` where the plugin lacks something that another check reports.
    """

    name: str
    folder: Path
    examples: int = 60

    @cached_property
    def catalogue(self) -> Catalogue:
        """The plugin, the core, and the plugins that its example books need."""
        names = {self.name, "core"}
        alone = discover(names)
        for example in next(
            (info.examples for info in alone.plugins if info.name == self.name), ()
        ):
            try:
                names.update(read_book(Path(str(example))).plugins)
            except InvalidInput:
                continue  # the check of the example book reports it
        return alone if len(names) == 2 else discover(names)

    @cached_property
    def info(self) -> PluginInfo:
        """The plugin's origin and problems."""
        return next(info for info in self.catalogue.plugins if info.name == self.name)

    @cached_property
    def facts(self) -> Mapping[str, FactDeclaration]:
        """The facts that the plugin declares."""
        return {name: self.catalogue.facts[name] for name in self.info.facts}

    @cached_property
    def item_types(self) -> Mapping[str, ItemType]:
        """The item types that the plugin offers."""
        return {name: self.catalogue.item_types[name] for name in self.info.item_types}

    @cached_property
    def package(self) -> Path:
        """The folder of the plugin's package, or the file of a plugin that is one module."""
        spec = find_spec(self.info.module.partition(":")[0].partition(".")[0].strip())
        if spec is None or spec.origin is None:
            raise NotRunError(f"the files of {self.info.module} are not in a folder")
        origin = Path(spec.origin)
        return origin.parent if origin.name == "__init__.py" else origin

    @cached_property
    def book_folders(self) -> tuple[Path, ...]:
        """The folders of the example books."""
        return tuple(Path(str(example)) for example in self.info.examples)

    @cached_property
    def books(self) -> tuple[Book, ...]:
        """The example books."""
        if not self.book_folders:
            raise NotRunError("the plugin has no example book")
        with _unless_invalid("the example book cannot be read"):
            shipped = self.catalogue.shipped
            return tuple(
                replace(read_book(folder), shipped=shipped) for folder in self.book_folders
            )

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """Every plan of the example books."""
        with _unless_invalid("the example book does not compile"):
            return tuple(
                compile_selection(selection, self.catalogue, facts_of(book, self.catalogue))
                for book in self.books
                for selection in every_selection(book)
            )

    @cached_property
    def cases(self) -> tuple[CaseResult, ...]:
        """Every case of the example books with its result."""
        if not self.plans:
            raise NotRunError("the example book has no ruleset")
        with _unless_invalid("the cases of the example book cannot be read"):
            reports = [test_book(folder) for folder in self.book_folders]
            return tuple(case for report in reports for case in report.results)

    @cached_property
    def seeds(self) -> tuple[dict[str, Any], ...]:
        """The facts of the merchants of the cases: the start of many random merchants."""
        try:
            merchants = [case.merchant for case in self.cases]
        except NotRunError:
            return ()
        return tuple(dict(merchant.facts) for merchant in merchants if merchant is not None)

    @cached_property
    def known_facts(self) -> Mapping[str, FactDeclaration]:
        """The facts of the first example book, else those of the catalogue."""
        try:
            return facts_of(self.books[0], self.catalogue)
        except (NotRunError, InvalidInput):
            return self.catalogue.facts

    @cached_property
    def calendars(self) -> Mapping[str, Calendar]:
        """The calendars of the first example book."""
        try:
            return self.books[0].calendars
        except NotRunError:
            return {}

    @cached_property
    def industry(self) -> str:
        """The industry of the first example book."""
        try:
            return self.books[0].industry_ids[0]
        except NotRunError:
            return "trial"

    @cached_property
    def example_plans(self) -> Mapping[str, Plan | tuple[Problem, ...]]:
        """The plan of each item type's example, or its problems."""
        return {
            name: self.attempt(item_type.example or f"id: none\ntype: {name}\n")
            for name, item_type in self.item_types.items()
        }

    def compile(self, item: str, facts: Mapping[str, FactDeclaration] | None = None) -> Plan:
        """Compile a ruleset with a single item; see `compile_item`."""
        return compile_item(
            item, self.catalogue, facts or self.known_facts, self.industry, self.calendars
        )

    @cached_property
    def rule_plans(self) -> Mapping[str, Plan | tuple[Problem, ...]]:
        """The plan of a ruleset with each rule that the plugin ships alone, or its problems."""
        return {name: self._attempt_rule(key, name) for key, name in self.rules}

    @property
    def rules(self) -> Mapping[tuple[str, str], Located]:
        """The rules that the plugin ships, by list and id."""
        rules = self.info.rules.items()
        return {(key, name): rule for key, own in rules for name, rule in own.items()}

    def _attempt_rule(self, key: str, name: str) -> "Plan | tuple[Problem, ...]":
        rules = _RULE[key].replace("NAME", name)
        try:
            return compile_rules(
                rules, self.catalogue, self.known_facts, self.industry, self.calendars
            )
        except InvalidInput as error:
            return error.problems

    def attempt(self, item: str) -> "Plan | tuple[Problem, ...]":
        """Return the plan of a ruleset with a single item, or its problems."""
        try:
            return self.compile(item)
        except InvalidInput as error:
            return error.problems


@contextmanager
def _unless_invalid(reason: str) -> Generator[None]:
    """Raise `NotRunError` with a reason instead of `InvalidInput`."""
    try:
        yield
    except InvalidInput:
        raise NotRunError(reason) from None


def item_text(item_type: str, parameters: str) -> str:
    """Return an item of a type as a ruleset has it; `parameters` are YAML in one line."""
    return (
        f"id: item\ntype: {item_type}\ntitle: {{en: Item, zh: 项目}}\n"
        f"with: {parameters}\nillustrative: true\n"
    )


def example_parameters(item_type: ItemType) -> dict[str, Any]:
    """Return the parameters of an item type's example; none if it cannot be read."""
    try:
        entry = parse_yaml(item_type.example, "example").value
    except InvalidInput:
        return {}
    given = entry.get("with") if isinstance(entry, dict) else None
    plain = None if given is None else given.plain()
    return plain if isinstance(plain, dict) else {}
