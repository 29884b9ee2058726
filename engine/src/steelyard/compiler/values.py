"""Compilation of derived values: named expressions that everything reads like facts."""

from steelyard.book.checker.ruleset import ValueRule
from steelyard.compiler.conditions import Names, caught, lower_phrase
from steelyard.errors import Problems
from steelyard.language.expressions import Derived, defined
from steelyard.plan.structure import DerivedValue


def compile_value(
    rule: ValueRule, values: dict[str, DerivedValue], names: Names, problems: Problems
) -> None:
    """Add a derived value to `values` and to the names that can be read.

    If it has problems, they are noted, and readers get a placeholder.
    """
    graph, named, place = names.graph, rule.named, rule.expression.place
    value = lower_phrase(rule.expression, names, problems, "any")
    names.stand_in(rule.name)
    with graph.at(place), caught(problems, place):
        if value is None:
            return
        if rule.unit is not None:
            value = value.in_unit(rule.unit)
        known = defined(value)
        graph.values[rule.name] = Derived(value.index, known.index, value.literal)
        graph.named.add(value.index)
        values[rule.name] = DerivedValue(
            id=named.id,
            name=rule.name,
            title=named.title,
            value=value.index,
            known=known.index,
            source=named.source,
            illustrative=named.illustrative,
            why=named.why,
            place=named.place,
        )
