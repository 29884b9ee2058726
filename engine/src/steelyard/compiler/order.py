"""The order in which values, dimensions and items are compiled: each after what it reads."""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from steelyard.book.checker.ruleset import ItemRule, MetricRule, Ruleset
from steelyard.compiler.building import conditions_in
from steelyard.compiler.conditions import Names, read_phrase
from steelyard.errors import Place, Problems
from steelyard.formats import Located
from steelyard.plugin import ItemType


def compile_order(
    ruleset: Ruleset, item_types: Mapping[str, ItemType], names: Names, problems: Problems
) -> list[str]:
    """Return `value.<id>`, `score.<id>`, `score.base` and `item.<id>`, each after what it reads.

    Values that read no part of the score come before the rest, because exemptions and vetoes may
    read them. A circular reference is a problem (SY314) that names all its parts; these parts then
    read placeholders.
    """
    reads: dict[str, dict[str, Place]] = {
        rule.name: _parts_read([rule.expression], names) for rule in ruleset.values
    }
    for dimension in ruleset.dimensions:
        part = f"score.{dimension.named.id}"
        reads[part] = _parts_read(
            [phrase for metric in dimension.metrics for phrase in metric_phrases(metric)], names
        )
    scores = [part for part in reads if part.startswith("score.")]
    reads["score.base"] = dict.fromkeys(scores, ruleset.base.place)
    if ruleset.base.reported is not None:
        reads["score.base"][ruleset.base.reported] = ruleset.base.place
    reads["score.base"] |= _parts_read([ruleset.base.formula], names)
    for rule in (*ruleset.items, *ruleset.deductions):
        phrases = item_phrases(rule, item_types.get(rule.type))
        reads[f"item.{rule.named.id}"] = _parts_read(phrases, names)
    sorter = TopologicalSorter(
        {part: [other for other in read if other in reads] for part, read in reads.items()}
    )
    try:
        order = list(sorter.static_order())
        early = early_values(order, reads)
        return [*early, *(part for part in order if part not in early)]
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        problems.add(
            "SY314",
            f"circular reference: {' → '.join(circle)}"
            if len(circle) > 2
            else f"{circle[0]} refers to itself",
            reads[circle[0]][circle[1]],
            fix="remove one of these references from its condition",
        )
        for part in reads:
            names.stand_in(part)
        return list(reads)


def early_values(order: Iterable[str], reads: Mapping[str, Iterable[str]]) -> dict[str, None]:
    """Return the values that depend on no part of the score, in the given order."""
    early: dict[str, None] = {}
    for part in order:
        if part.startswith("value.") and all(
            other in early for other in reads[part] if other in reads
        ):
            early[part] = None
    return early


def metric_phrases(rule: MetricRule) -> list[Located | None]:
    """Return the conditions of a metric, and the facts or values that it names."""
    named = [(rule.fact, rule.fact_place)]
    if rule.sample is not None:
        named.append((rule.sample.fact, rule.sample.place))
    phrases: list[Located | None] = [
        Located(name, place, name, quoted=False, key_places={}) for name, place in named
    ]
    small = rule.small_sample[0] if rule.small_sample else None
    return [*phrases, rule.formula, rule.scope, small]


def item_phrases(rule: ItemRule, item_type: ItemType | None) -> list[Located | None]:
    """Return the conditions of an item, including those in its parameters."""
    phrases = [rule.scope, rule.gate, rule.when]
    for requirement in rule.requires:
        phrases += [requirement.when, requirement.assessed]
    if item_type is not None:
        phrases += conditions_in(rule, item_type)
    return phrases


def _parts_read(phrases: Iterable[Located | None], names: Names) -> dict[str, Place]:
    """Return the parts that conditions read, each with the place of its first reader."""
    parts: dict[str, Place] = {}
    ignored = Problems()  # a syntax error is reported where the part is compiled
    for phrase in phrases:
        condition = read_phrase(phrase, ignored) if phrase else None
        if phrase is None or condition is None:
            continue
        for name in condition.reads():
            canonical = names.canonical(str(name))
            root, _, rest = canonical.partition(".")
            if root == "item":
                parts.setdefault(f"item.{rest.partition('.')[0]}", phrase.place)
            elif root in ("score", "value"):
                parts.setdefault(canonical, phrase.place)
    return parts
