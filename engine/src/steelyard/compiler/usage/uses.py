"""Every part of a book's rulesets that has a type or reads facts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from steelyard.book import Selection
from steelyard.book.checker import Ruleset, check_ruleset
from steelyard.book.checker.ruleset import BenefitRule, ItemRule, MetricRule, Named
from steelyard.compiler.building import item_parameters
from steelyard.compiler.conditions import Names
from steelyard.compiler.usage.building import Facts, build_item, facts_read, named_facts
from steelyard.errors import InvalidInput, Place, Problem, Problems
from steelyard.language.expressions import Graph
from steelyard.plugin import ItemType

Kind = Literal["item", "deduction", "metric", "gate", "exemption", "veto", "tier", "badge", "base"]


@dataclass(frozen=True, slots=True)
class Use:
    """A part of a ruleset: its kind, its position, the facts that it reads.

    Items and deductions have a type and parameters: those `given`, and the defaults of the rest.
    """

    ruleset: str
    kind: Kind
    id: str
    place: Place
    facts: tuple[str, ...] = ()
    type: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Uses:
    """Everything that some selections use, in order of place; `problems` say what was left out."""

    found: tuple[Use, ...]
    problems: tuple[Problem, ...] = ()


def uses_in(
    selections: Iterable[Selection], item_types: Mapping[str, ItemType], facts: Facts
) -> Uses:
    """Return the parts of all rulesets that are ever chosen, each layer's once."""
    found: dict[tuple[str, str, Place], Use] = {}
    problems: dict[str, Problem] = {}
    for selection in selections:
        try:
            ruleset = check_ruleset(selection)
        except InvalidInput as error:  # layers are shared, so are their problems
            problems.update({str(problem): problem for problem in error.problems})
            continue
        for use in _uses(ruleset, item_types, facts):
            found.setdefault((use.kind, use.id, use.place), use)
    ordered = sorted(found.values(), key=lambda one: (one.place, one.kind, one.id))
    return Uses(tuple(ordered), tuple(problems.values()))


def _uses(ruleset: Ruleset, item_types: Mapping[str, ItemType], facts: Facts) -> Iterator[Use]:
    layers = {layer.file: layer.name for layer in ruleset.layers}
    parts = [*_parts(ruleset, facts), *_items(ruleset, item_types, facts)]
    for part in parts:
        name = layers.get(part.place.file, ruleset.file.name)
        read = tuple(sorted(fact for fact in part.facts if fact in facts))
        yield replace(part, ruleset=name, facts=read)


def _parts(ruleset: Ruleset, facts: Facts) -> Iterator[Use]:
    """Yield every part that is not an item; `ruleset` is still empty."""
    if ruleset.base.reported is not None:
        yield Use("", "base", "base", ruleset.base.place, (ruleset.base.reported,))
    for gate in ruleset.gates:
        yield _use("gate", gate.named, facts_read([gate.when], facts))
    for one in ruleset.exemptions:
        yield _use("exemption", one.named, facts_read([one.when], facts))
    for dimension in ruleset.dimensions:
        for metric in dimension.metrics:
            found = _use("metric", metric.named, _of_metric(metric, facts))
            yield replace(found, place=metric.fact_place)
    for veto in ruleset.vetoes:
        yield _use("veto", veto.named, {veto.since, *facts_read([veto.when], facts)})
    yield from (_use("tier", one.named, _of_benefits(one.benefits)) for one in ruleset.tiers)
    yield from (
        _use("badge", one.named, {*facts_read([one.when], facts), *_of_benefits(one.benefits)})
        for one in ruleset.badges
    )


def _use(kind: Kind, named: Named, read: Iterable[str | None]) -> Use:
    return Use("", kind, named.id, named.place, tuple(fact for fact in read if fact is not None))


def _items(ruleset: Ruleset, item_types: Mapping[str, ItemType], facts: Facts) -> Iterator[Use]:
    for rule in (*ruleset.items, *ruleset.deductions):
        item_type = item_types.get(rule.type)
        given = rule.parameters.plain() if rule.parameters is not None else {}
        whole = item_parameters(rule, item_type, Problems()) if item_type is not None else None
        yield Use(
            ruleset="",
            kind="deduction" if rule.is_deduction else "item",
            id=rule.named.id,
            place=rule.named.place,
            facts=tuple(_of_item(rule, item_type, ruleset, facts)),
            type=rule.type,
            given=given,
            defaults={key: value for key, value in (whole or {}).items() if key not in given},
        )


def _of_metric(metric: MetricRule, facts: Facts) -> set[str]:
    small = metric.small_sample[0] if metric.small_sample else None
    sample = {metric.sample.fact} if metric.sample else set[str]()
    return {metric.fact, *sample, *facts_read((metric.scope, small), facts)}


def _of_benefits(benefits: tuple[BenefitRule, ...]) -> set[str]:
    return {one.cost.per for one in benefits if one.cost is not None and one.cost.per is not None}


def _of_item(
    rule: ItemRule, item_type: ItemType | None, ruleset: Ruleset, facts: Facts
) -> set[str]:
    """Return the facts that an item reads, by its own conditions and by its type's function."""
    named = named_facts(rule, item_type, facts)
    if item_type is None:
        return named
    names = Names(Graph(facts), ruleset.aliases)
    for part in ("score.base", *(f"score.{one.named.id}" for one in ruleset.dimensions)):
        names.stand_in(part)
    for other in (*ruleset.items, *ruleset.deductions):
        names.stand_in(f"item.{other.named.id}")
    return named | set(build_item(rule, item_type, names).facts)
