"""In which order dimensions and items are compiled: after what they read."""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from steelyard.checker.ruleset import ItemRule, Phrase, Ruleset
from steelyard.compiler.conditions import read_phrase
from steelyard.compiler.naming import Names
from steelyard.compiler.parameters import conditions_in
from steelyard.errors import Place, Problems
from steelyard.plugin import ItemType


def compile_order(
    ruleset: Ruleset, item_types: Mapping[str, ItemType], names: Names, problems: Problems
) -> list[str]:
    """Return `score.<id>`, `score.base` and `item.<id>`, each after what it reads.

    A circle is a problem (SY314) that names the whole way round; the list is then empty.
    """
    places: dict[str, Place] = {}
    reads: dict[str, list[str]] = {}
    for dimension in ruleset.dimensions:
        part = f"score.{dimension.named.id}"
        phrases = [
            phrase
            for metric in dimension.metrics
            for phrase in (metric.scope, metric.small_sample[0] if metric.small_sample else None)
        ]
        exempting = {metric.named.id for metric in dimension.metrics}
        phrases += [rule.when for rule in ruleset.exemptions if exempting & set(rule.metrics)]
        places[part] = dimension.named.place
        reads[part] = _parts_read(phrases, names)
    places["score.base"] = ruleset.base.place
    reads["score.base"] = list(reads)
    for rule in (*ruleset.items, *ruleset.deductions):
        part = f"item.{rule.named.id}"
        places[part] = rule.named.place
        phrases = _item_phrases(rule, item_types.get(rule.type))
        phrases += [veto.when for veto in ruleset.vetoes if rule.named.id in veto.blocks]
        reads[part] = _parts_read(phrases, names)
    sorter = TopologicalSorter(
        {part: [one for one in read if one in reads] for part, read in reads.items()}
    )
    try:
        return list(sorter.static_order())
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        problems.add(
            "SY314",
            f"these read each other in a circle: {' → '.join(circle)}"
            if len(circle) > 2
            else f"{circle[0]} reads itself",
            places[circle[0]],
            fix="take one of these reads out of its condition",
        )
        return []


def _item_phrases(rule: ItemRule, item_type: ItemType | None) -> list[Phrase | None]:
    phrases = [rule.scope, rule.gate, rule.when]
    for one in rule.requires:
        phrases += [one.when, one.assessed]
    if item_type is not None:
        phrases += [
            Phrase(str(located.value), located.place, located.quoted, located.running)
            for located in conditions_in(rule, item_type)
        ]
    return phrases


def _parts_read(phrases: Iterable[Phrase | None], names: Names) -> list[str]:
    parts: list[str] = []
    ignored = Problems()  # a syntax error is reported where the part is compiled
    for phrase in phrases:
        condition = read_phrase(phrase, ignored) if phrase else None
        for name in condition.reads() if condition else ():
            canonical = names.canonical(str(name))
            root, _, rest = canonical.partition(".")
            if root == "item":
                parts.append(f"item.{rest.partition('.')[0]}")
            elif root == "score":
                parts.append(canonical)
    return parts
