"""What a plugin hands over: declarations only."""

from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import Any

from steelyard.language.expressions import ExpressionError
from steelyard.model.limits import MAX_EXAMPLE_BOOKS, MAX_FACT_FILES, MAX_ITEM_TYPES
from steelyard.model.texts import Text
from steelyard.plugin.award import Award
from steelyard.plugin.claims import NO_CLAIMS, Claims
from steelyard.plugin.context import ItemContext

Build = Callable[[ItemContext], Award]


@dataclass(frozen=True, slots=True)
class ItemType:
    """A reusable bonus item or deduction.

    `name` is `<plugin>/<item>`; `parameters` is a JSON Schema (an object's `properties`, with
    `required` listing those without a default; `"format": "fact"`, `"records"` or `"condition"`
    mark names of facts and conditions). `build` runs once a plan, at compile time. `example` is an
    item as it stands in a ruleset; `claims` is what the author vouches for (see `Claims`).
    """

    name: str
    title: Text
    summary: Text
    parameters: Mapping[str, Mapping[str, Any]]
    build: Build
    required: tuple[str, ...] = ()
    example: str = ""
    claims: Claims = NO_CLAIMS


@dataclass(slots=True)
class Registry:
    """Collects what one plugin registers. `plugin` is the plugin's name (its entry point's)."""

    plugin: str
    fact_files: list[Traversable] = field(default_factory=list)
    item_types: list[ItemType] = field(default_factory=list)
    example_books: list[Traversable] = field(default_factory=list)

    def facts(self, file: Traversable) -> None:
        """Declare the facts of a YAML file (the same form as a book's `facts/*.yaml`)."""
        _make_room(self.fact_files, MAX_FACT_FILES, "facts files")
        self.fact_files.append(file)

    def item_type(self, item_type: ItemType) -> None:
        """Offer an item type to rulesets."""
        _make_room(self.item_types, MAX_ITEM_TYPES, "item types")
        self.item_types.append(item_type)

    def item_modules(self, package: str) -> None:
        """Offer the `ITEM_TYPE` of every module of a package, in the order of the modules' names.

        `package` is the plugin's `__name__`; a module without `ITEM_TYPE` offers nothing. So a new
        item type is a new file, and nothing else.
        """
        from importlib import import_module
        from pkgutil import iter_modules

        names = [one.name for one in iter_modules(import_module(package).__path__, f"{package}.")]
        for name in sorted(names):
            item_type = getattr(import_module(name), "ITEM_TYPE", None)
            if item_type is not None:
                self.item_type(item_type)

    def example(self, folder: Traversable) -> None:
        """Show the plugin at work: a book with rulesets, their cases and merchants.

        It lies inside the package, so that whoever has the plugin can run it.
        """
        _make_room(self.example_books, MAX_EXAMPLE_BOOKS, "example books")
        self.example_books.append(folder)


def _make_room(listed: Sized, most: int, what: str) -> None:
    if len(listed) >= most:
        raise ExpressionError("SY213", f"it registers more than {most} {what}")
