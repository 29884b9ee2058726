"""The two sides of a dry run: rules at a day, and the plan for every kind of merchant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from steelyard.book import Book, Joined, Selection, find_rollout, join_layers, select
from steelyard.book.checker import check_joined
from steelyard.book.diff.sources import Source
from steelyard.book.reading import RulesetFile, read_ruleset
from steelyard.compiler import compile_ruleset
from steelyard.errors import InvalidInput, Problem, Problems
from steelyard.merchants.rows import MerchantSchema
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text
from steelyard.pipeline import facts_of, load_book, missing_plugins, with_plugin_faults
from steelyard.plan.fingerprint import digest
from steelyard.plan.structure import Plan
from steelyard.plugins.discovery import Catalogue

NO_RULESET = "SY310"

Kind = tuple[str, str | None]  # industry and shop type


@dataclass(frozen=True, slots=True)
class KindRules:
    """The rules for one kind of merchant on one side.

    Without a plan, `problems` say why.
    """

    plan: Plan | None
    digest: str
    selection: Selection | None = None
    joined: Joined | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """Rules at a day, with the plan of every kind of merchant that they know."""

    name: str
    as_of: date
    title: Text
    known: MerchantSchema
    facts: Mapping[str, FactDeclaration]
    rules: Mapping[Kind, KindRules]
    industries: Mapping[str, Text] = field(default_factory=dict)
    shop_types: Mapping[str, Text] = field(default_factory=dict)
    size: tuple[str, tuple[int, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Workshop:
    """What compiling needs besides the rules themselves."""

    catalogue: Catalogue

    def compile(
        self, joined: Joined, selection: Selection, facts: Mapping[str, FactDeclaration]
    ) -> Plan:
        """Check and compile joined rules. Raises `InvalidInput` with every problem."""
        ruleset = check_joined(joined, selection, Problems())
        versions = {one.name: one.version for one in self.catalogue.plugins if one.ok}
        return compile_ruleset(ruleset, facts, self.catalogue.item_types, versions)


def open_side(
    source: Source,
    *,
    as_of: date,
    scene: str | None,
    workshop: Workshop,
    beside: Source | None,
    rolled_out: bool,
) -> Side:
    """Read one side. `beside` is the other one, whose book a single ruleset file belongs to.

    `rolled_out` says that what is being rolled out holds for everybody; else it holds for nobody.

    Raises `InvalidInput` with every problem of the rules.
    """
    if source.kind == "plan":
        what = f"{source.name} is a plan, which knows the facts of its own rules only"
        fix = "name the book that it was compiled from; `steelyard diff` compares plans"
        raise InvalidInput([Problem("SY705", what, fix=fix)])
    if source.kind == "ruleset":
        if beside is None or beside.kind != "book":
            what = f"{source.name} is one ruleset, and there is no book that it could belong to"
            fix = "name the folder of a book on the other side"
            raise InvalidInput([Problem("SY705", what, fix=fix)])
        book = _with_ruleset(load_book(beside.path), source)
    else:
        book = load_book(source.path)
    return _book_side(source, book, as_of, scene, workshop, rolled_out=rolled_out)


def _with_ruleset(book: Book, source: Source) -> Book:
    """Return a book with one ruleset file in place of the version that it names, or added."""
    ruleset = read_ruleset(source.path, source.name)
    kept = tuple(one for one in book.rulesets if one.name != ruleset.name)
    duplicate = next(
        (one for one in kept if (one.id, one.start) == (ruleset.id, ruleset.start)), None
    )
    if duplicate is not None:
        what = (
            f"{ruleset.name} takes effect on {ruleset.start}, as {duplicate.name} in the book does"
        )
        fix = "give it another `from`, or the version that it replaces"
        raise InvalidInput([Problem("SY307", what, ruleset.place, fix=fix)])
    return replace(book, rulesets=(*kept, ruleset))


def _book_side(
    source: Source,
    book: Book,
    as_of: date,
    scene: str | None,
    workshop: Workshop,
    *,
    rolled_out: bool,
) -> Side:
    catalogue = workshop.catalogue
    facts = facts_of(book, catalogue)
    missing = missing_plugins(book, catalogue)
    if missing:
        raise InvalidInput(with_plugin_faults(tuple(missing), catalogue))
    rules: dict[Kind, KindRules] = {}
    made: dict[tuple[str, ...], KindRules] = {}
    found: dict[str, Problem] = {}
    shop_types: Sequence[str | None] = book.shop_type_ids or (None,)
    for industry in book.industry_ids:
        for shop_type in shop_types:
            try:
                asked = {"industry": industry, "shop_type": shop_type, "scene": scene}
                rollout = find_rollout(book, **asked, as_of=as_of) if rolled_out else None
                selection = select(book, **asked, as_of=as_of, rollout=rollout)
                layers = tuple(f"{one.file} {one.digest}" for one in selection.layers)
                one = made.get(layers)
                if one is None:
                    one = made[layers] = _compile(selection, facts, workshop)
                rules[industry, shop_type] = _for_kind(one, selection)
            except InvalidInput as error:
                if all(problem.code == NO_RULESET for problem in error.problems):
                    rules[industry, shop_type] = KindRules(None, "", problems=error.problems)
                else:
                    found.update({str(problem): problem for problem in error.problems})
    if found:
        raise InvalidInput(with_plugin_faults(tuple(found.values()), catalogue))
    if all(one.plan is None for one in rules.values()):
        raise InvalidInput({str(p): p for one in rules.values() for p in one.problems}.values())
    known = MerchantSchema(tuple(facts.values()), book.industry_ids, book.shop_type_ids)
    return Side(
        source.name,
        as_of,
        book.title,
        known,
        facts,
        rules,
        {one.id: one.title for one in book.industries},
        {one.id: one.title for one in book.shop_types},
        book.size,
    )


def _compile(
    selection: Selection, facts: Mapping[str, FactDeclaration], workshop: Workshop
) -> KindRules:
    problems = Problems()
    joined = join_layers(selection, problems)
    problems.raise_any()
    return KindRules(workshop.compile(joined, selection, facts), "", selection, joined)


def _for_kind(one: KindRules, selection: Selection) -> KindRules:
    """Return rules compiled for another kind of the same layers: only the selection differs."""
    assert one.plan is not None
    asked = {"industry": selection.industry, "shop_type": selection.shop_type}
    chosen = tuple((key, value) for key, value in asked.items() if value)
    rollout = selection.rollout.rollout if selection.rollout is not None else None
    plan = replace(one.plan, selection=chosen, rollout=rollout)
    return KindRules(plan, digest(plan), selection, one.joined)


def ruleset_files(side: Side) -> dict[str, RulesetFile]:
    """Return every ruleset file that a side uses, by `name@version`."""
    return {
        layer.name: layer
        for one in side.rules.values()
        if one.selection is not None
        for layer in one.selection.layers
    }
