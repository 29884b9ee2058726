"""The declarations that a plugin registers, and the awards that its item types return."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from importlib.resources.abc import Traversable
from typing import Any, Literal, NoReturn

from steelyard.language.expressions import Expression, ExpressionError
from steelyard.model.texts import Text
from steelyard.plugin.context import ItemContext


def refuse(what: str, fix: str | None = None) -> NoReturn:
    """Refuse the parameters of an item: the ruleset's author reads `what` and `fix`.

    Name the parameter as a word of its own in `what`: the error then points at its line.
    Raises `ExpressionError` with code SY316, always.
    """
    raise ExpressionError("SY316", str(what), None if fix is None else str(fix))


@dataclass(frozen=True, slots=True)
class Requirement:
    """One named yes/no condition.

    Raises `ExpressionError` SY210 if the title or the remedy is not a text in both languages.

    `test` should be a comparison, or comparisons joined by & or by |: explanations then show the
    value observed and the value needed. Where `assessed` is false the requirement is skipped and
    counts as met (a sample too small to judge). `remedy` tells the merchant what would help.
    `title_not_met` is the title where the requirement is not met: "Too few orders to judge" for
    "Enough orders to judge". `unnamed` says that the title is no name of the condition, so that a
    single fact is named instead.
    """

    id: str
    test: Expression
    title: Text
    assessed: Expression | None = None
    remedy: Text | None = None
    text: str = ""  # the condition as its author wrote it, where there is one
    unnamed: bool = False
    title_not_met: Text | None = None

    def __post_init__(self) -> None:
        texts = {"title": self.title, "remedy": self.remedy, "title_not_met": self.title_not_met}
        for name, text in texts.items():
            if not (text is None and name != "title") and not _in_both_languages(text):
                raise ExpressionError(
                    "SY210",
                    f"the {name} of the requirement {self.id} is not a text in both languages",
                    'write Text("English", "中文")',
                    misuse=True,
                )


def _in_both_languages(text: object) -> bool:
    """Return whether a value is a text in both languages; plugins may pass anything."""
    return isinstance(text, Text) and all(
        isinstance(part, str) and part.strip() for part in (text.en, text.zh)
    )


require = Requirement  # the word that reads well among the arguments of an award


@dataclass(frozen=True, slots=True)
class Award:
    """The award of one item.

    `points` (unit points, or a plain number) are given when every requirement is met. A merchant
    outside `scope` is out_of_scope; one that fails a gate is not_assessed (sample too small).
    """

    points: Expression
    requirements: tuple[Requirement, ...] = ()
    gates: tuple[Requirement, ...] = ()
    scope: Requirement | None = None


Number = int | Decimal
Direction = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims about the points of an item type, for every merchant and all accepted parameters.

    `max_points` is the maximum of the points: a number, or a function of the parameters. `monotone`
    states how points change with a fact while all other facts stay the same: "up", more of the fact
    never gives fewer points; "down", more of the fact never gives more points.
    """

    max_points: Number | Callable[[ItemContext], Number] | None = None
    monotone: Mapping[str, Direction] = field(default_factory=dict[str, Direction])


NO_CLAIMS = Claims()


Build = Callable[[ItemContext], Award]


@dataclass(frozen=True, slots=True)
class ItemType:
    """A reusable bonus item or deduction.

    `name` is `<plugin>/<item>`; `parameters` is a JSON Schema (an object's `properties`, with
    `required` listing those without a default; `"format": "fact"`, `"records"`, `"condition"` or
    `"expression"` mark names of facts, conditions and formulas). `build` runs once a plan, at
    compile time. `example` is an item as a ruleset has it; `claims` are the author's claims about
    its points (see `Claims`).
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
    rule_files: list[Traversable] = field(default_factory=list)

    def facts(self, file: Traversable) -> None:
        """Declare the facts of a YAML file (the same form as a book's `facts/*.yaml`)."""
        self.fact_files.append(file)

    def rules(self, file: Traversable) -> None:
        """Offer the values, metrics, gates and vetoes of a YAML file to rulesets.

        The file has the form of a ruleset's lists; each id is `<plugin>/<rule>`. A ruleset takes a
        rule by its id, and overrides what it gives itself.
        """
        self.rule_files.append(file)

    def item_type(self, item_type: ItemType) -> None:
        """Offer an item type to rulesets."""
        self.item_types.append(item_type)

    def item_modules(self, package: str) -> None:
        """Offer the `ITEM_TYPE` of every module of a package, in the order of the modules' names.

        `package` is the plugin's `__name__`. Modules without `ITEM_TYPE` are skipped. To add an
        item type to the plugin, add a module.
        """
        from importlib import import_module
        from pkgutil import iter_modules

        names = [
            module.name for module in iter_modules(import_module(package).__path__, f"{package}.")
        ]
        for name in sorted(names):
            item_type = getattr(import_module(name), "ITEM_TYPE", None)
            if item_type is not None:
                self.item_type(item_type)

    def example(self, folder: Traversable) -> None:
        """Add an example book: a folder of the package with rulesets, cases and merchants."""
        self.example_books.append(folder)
