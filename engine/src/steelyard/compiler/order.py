"""The order in which dimensions and items are compiled: each after the parts that it reads."""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from steelyard.book.checker.ruleset import ItemRule, Ruleset
from steelyard.compiler.building import conditions_in
from steelyard.compiler.conditions import Names, read_phrase
from steelyard.errors import Place, Problems
from steelyard.formats import Located
from steelyard.plugin import ItemType


def compile_order(
    ruleset: Ruleset, item_types: Mapping[str, ItemType], names: Names, problems: Problems
) -> list[str]:
    """Return `score.<id>`, `score.base` and `item.<id>`, each after the parts it reads.

    Exemptions and vetoes come first and read facts only. A circular reference is a problem (SY314)
    that names all its parts; these parts then read placeholders.
    """
    reads: dict[str, dict[str, Place]] = {}
    for dimension in ruleset.dimensions:
        part = f"score.{dimension.named.id}"
        phrases = [
            phrase
            for metric in dimension.metrics
            for phrase in (metric.scope, metric.small_sample[0] if metric.small_sample else None)
        ]
        reads[part] = _parts_read(phrases, names)
    reads["score.base"] = dict.fromkeys(reads, ruleset.base.place)
    for rule in (*ruleset.items, *ruleset.deductions):
        phrases = item_phrases(rule, item_types.get(rule.type))
        reads[f"item.{rule.named.id}"] = _parts_read(phrases, names)
    sorter = TopologicalSorter(
        {part: [other for other in read if other in reads] for part, read in reads.items()}
    )
    try:
        return list(sorter.static_order())
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
            elif root == "score":
                parts.setdefault(canonical, phrase.place)
    return parts
