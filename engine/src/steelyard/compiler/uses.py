"""Analysis of the facts that each part of a book's rulesets reads, without compiling a plan."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from itertools import chain
from typing import Any, Literal

from steelyard.book import Selection
from steelyard.book.checker import Ruleset, check_ruleset
from steelyard.book.checker.ruleset import ItemRule, Named
from steelyard.compiler.building import build_award, item_parameters
from steelyard.compiler.conditions import Names, read_phrase
from steelyard.compiler.order import item_phrases
from steelyard.errors import InvalidInput, Place, Problem, Problems
from steelyard.formats import Located, parse_yaml
from steelyard.language.expressions import ExpressionError, Graph
from steelyard.model.calendars import Calendar, common_days
from steelyard.model.dates import FIRST_ORDINAL, LAST_ORDINAL
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text
from steelyard.plugin import Award, ItemType

DECIMALS = 6  # the default precision of a ruleset
_NO_FACTS = ("named", "id", "title", "blocks", "metrics", "aliases")  # fields of parts

Facts = Mapping[str, FactDeclaration]
Kind = Literal[
    "item", "deduction", "metric", "value", "gate", "exemption", "veto", "tier", "badge", "base"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class BuildResult:
    """The award that an item type builds for an item, or its problems.

    `facts` are all facts that the award reads. `own` are the facts that the function of the item
    type names itself; the others are named by the item's parameters.
    """

    award: Award | None
    facts: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """A part of a ruleset: its kind, its position, the facts that it reads.

    Items and deductions also have a type and parameters: `given` in the ruleset, or `defaults`.
    """

    ruleset: str
    kind: Kind
    id: str
    place: Place
    facts: tuple[str, ...] = ()
    type: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)


def build_example(
    item_type: ItemType, facts: Facts, calendars: Mapping[str, Calendar] | None = None
) -> BuildResult:
    """Build the example of an item type; without an example, return neither award nor problems.

    With `calendars` it is built for the days that all of them have.
    """
    if not item_type.example.strip():
        return BuildResult(None)
    place = Place(f"the example of {item_type.name}")
    named = Named("example", Text("", ""), place, "", illustrative=True, why="")
    try:
        example = parse_yaml(item_type.example, place.file).value
        parameters = example.get("with") if isinstance(example, dict) else None
        rule = ItemRule(
            named, item_type.name, place, parameters, scope=None, gate=None, when=None,
            requires=(), cap=None, aliases=(), is_deduction=False,
        )  # fmt: skip
        calendars = calendars or {}
        days = common_days(calendars.values()) or (FIRST_ORDINAL, LAST_ORDINAL)
        return _build_item(rule, item_type, Names(Graph(facts, days, calendars), {}))
    except InvalidInput as error:
        return BuildResult(None, problems=error.problems)
    except ExpressionError as error:
        return BuildResult(None, problems=(Problem(error.code, error.what, fix=error.fix),))


def uses_in(
    selections: Iterable[Selection], item_types: Mapping[str, ItemType], facts: Facts
) -> tuple[tuple[Use, ...], tuple[Problem, ...]]:
    """Return the parts of all selections, each part once, in order of place, and problems.

    The problems are those of the selections that cannot be checked; their parts are left out.
    """
    uses: dict[tuple[str, str, Place], Use] = {}
    problems: dict[str, Problem] = {}
    for selection in selections:
        try:
            ruleset = check_ruleset(selection)
        except InvalidInput as error:  # layers are shared, so are their problems
            problems.update({str(problem): problem for problem in error.problems})
            continue
        parts = chain(_parts(ruleset, facts), _items(ruleset, item_types, facts))
        for use in parts:
            uses.setdefault((use.kind, use.id, use.place), use)
    ordered = sorted(uses.values(), key=lambda use: (use.place, use.kind, use.id))
    return tuple(ordered), tuple(problems.values())


def _layer(ruleset: Ruleset, place: Place) -> str:
    """Return the name of the layer that has a place."""
    names = {layer.file: layer.name for layer in ruleset.layers}
    return names.get(place.file, ruleset.file.name)


def _parts(ruleset: Ruleset, facts: Facts) -> Iterator[Use]:
    """Yield every part that is not an item."""
    base, metrics = ruleset.base, [row for each in ruleset.dimensions for row in each.metrics]
    rules: dict[Kind, Sequence[Any]] = {
        "value": ruleset.values,
        "gate": ruleset.gates,
        "exemption": ruleset.exemptions,
        "veto": ruleset.vetoes,
        "tier": ruleset.tiers,
        "badge": ruleset.badges,
    }
    if base.reported is not None:
        yield _use(ruleset, "base", "base", base.place, base, facts)
    for rule in metrics:
        place = rule.named.place if "/" in rule.named.id else rule.fact_place
        yield _use(ruleset, "metric", rule.named.id, place, rule, facts)
    for kind, listed in rules.items():
        for rule in listed:
            yield _use(ruleset, kind, rule.named.id, rule.named.place, rule, facts)


def _use(ruleset: Ruleset, kind: Kind, id_: str, place: Place, rule: object, facts: Facts) -> Use:
    return Use(_layer(ruleset, place), kind, id_, place, tuple(sorted(_facts_of(rule, facts))))


def _items(ruleset: Ruleset, item_types: Mapping[str, ItemType], facts: Facts) -> Iterator[Use]:
    rules = (*ruleset.items, *ruleset.deductions)
    dimensions = (f"score.{rule.named.id}" for rule in ruleset.dimensions)
    scores = ["score.base", *dimensions, *(f"item.{rule.named.id}" for rule in rules)]
    for rule in rules:
        item_type = item_types.get(rule.type)
        read = _named_facts(rule, item_type, facts)
        parameters: Mapping[str, Any] = {}
        if item_type is not None:
            names = Names(Graph(facts, ruleset.days, ruleset.calendars), ruleset.aliases)
            for name in scores:
                names.stand_in(name)
            read |= set(_build_item(rule, item_type, names).facts)
            parameters = item_parameters(rule, item_type, Problems()) or {}
        given = rule.parameters.plain() if rule.parameters is not None else {}
        yield Use(
            ruleset=_layer(ruleset, rule.named.place),
            kind="deduction" if rule.is_deduction else "item",
            id=rule.named.id,
            place=rule.named.place,
            facts=tuple(sorted(read & facts.keys())),
            type=rule.type,
            given=given,
            defaults={key: parameters[key] for key in parameters if key not in given},
        )


def _build_item(rule: ItemRule, item_type: ItemType, names: Names) -> BuildResult:
    """Build the award of one item in the graph of `names`."""
    problems = Problems()
    award = build_award(rule, item_type, names, DECIMALS, problems)
    if award is None:
        return BuildResult(None, problems=tuple(problems))
    requirements = (*award.requirements, *award.gates, *([award.scope] if award.scope else []))
    tests = [part for each in requirements for part in (each.test, each.assessed)]
    roots = [part.index for part in (award.points, *tests) if part is not None]
    read = tuple(names.graph.facts_below(*roots))
    given = _named_facts(rule, item_type, names.graph.facts)
    return BuildResult(award, read, tuple(name for name in read if name not in given))


def _named_facts(rule: ItemRule, item_type: ItemType | None, facts: Facts) -> set[str]:
    """Return the facts that an item names in its parameters and conditions."""
    parameters = None if rule.parameters is None else rule.parameters.plain()
    return _facts_of((parameters, *item_phrases(rule, item_type)), facts)


def _facts_of(part: object, facts: Facts) -> set[str]:
    """Return the facts that plain data or a part of a ruleset names, and those of its conditions.

    Invalid conditions are skipped.
    """
    if isinstance(part, str):
        return {part} & facts.keys()
    if isinstance(part, Located):
        condition = read_phrase(part, Problems())
        return {str(name) for name in condition.reads()} & facts.keys() if condition else set()
    inner: Iterable[object] = ()
    if isinstance(part, Mapping):
        inner = part.values()
    elif isinstance(part, tuple | list):
        inner = part
    elif is_dataclass(part) and not isinstance(part, Place):
        inner = (getattr(part, each.name) for each in fields(part) if each.name not in _NO_FACTS)
    return {name for each in inner for name in _facts_of(each, facts)}
