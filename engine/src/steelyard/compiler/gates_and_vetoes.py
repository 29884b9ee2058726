"""Compilation of exemptions, vetoes and gates."""

from steelyard.book.checker.ruleset import Phrase, Ruleset, VetoRule
from steelyard.compiler.conditions import CompiledRequirement, compile_requirement, lower_phrase
from steelyard.compiler.helpers import caught
from steelyard.compiler.naming import Names
from steelyard.errors import Problems
from steelyard.language.expressions import Expression, Graph, all_of, days_between, defined
from steelyard.model.texts import Text
from steelyard.model.types import DATE
from steelyard.plan.nodes import Node
from steelyard.plan.structure import Exemption, Gate, Veto


def compile_exemptions(
    ruleset: Ruleset, names: Names, problems: Problems
) -> tuple[tuple[Exemption, ...], dict[str, list[Expression]]]:
    """Return the exemptions, and for each metric the tests that exempt it."""
    records: list[Exemption] = []
    by_metric: dict[str, list[Expression]] = {}
    for rule in ruleset.exemptions:
        test = lower_phrase(rule.when, names, problems)
        if test is None:
            continue
        active = all_of(defined(test), test)
        records.append(
            Exemption(rule.named.id, rule.named.title, active.index, rule.metrics, rule.named.place)
        )
        for metric in rule.metrics:
            by_metric.setdefault(metric, []).append(active)
    return tuple(records), by_metric


def compile_vetoes(
    ruleset: Ruleset, names: Names, problems: Problems
) -> tuple[tuple[Veto, ...], dict[str, Expression]]:
    """Return the vetoes, and the test of each by its id."""
    graph = names.graph
    records: list[Veto] = []
    by_id: dict[str, Expression] = {}
    for rule in ruleset.vetoes:
        tests: list[Expression] = []
        since_index = until_index = None
        if rule.since is not None and not _is_date(rule, graph, problems):
            continue
        with graph.at(rule.named.place), caught(problems, rule.named.place):
            if rule.since is not None:
                since = Expression.fact(graph, rule.since)
                today = Expression.as_of(graph)
                tests += [Expression.has(graph, rule.since), since <= today]
                since_index = since.index
                if rule.days is not None:
                    tests.append(days_between(since, today) < rule.days)
                    length = Expression.scaled_constant(graph, rule.days, DATE)
                    until_index = graph.add(Node("add", DATE, (since.index, length.index)))
            if rule.when is not None:
                test = lower_phrase(rule.when, names, problems)
                if test is None:
                    continue
                tests.append(test)
            active = all_of(*tests)
            by_id[rule.named.id] = active
            records.append(
                Veto(
                    id=rule.named.id,
                    title=rule.named.title,
                    active=active.index,
                    since=since_index,
                    until=until_index,
                    since_fact=rule.since or "",
                    blocks=rule.blocks,
                    place=rule.named.place,
                )
            )
    return tuple(records), by_id


def _is_date(rule: VetoRule, graph: Graph, problems: Problems) -> bool:
    """Return whether `since` of a veto names a date; note it if not."""
    place = rule.since_place or rule.named.place
    with caught(problems, place):
        since = Expression.fact(graph, rule.since or "")
        if since.type.kind == "date":
            return True
        what = f"{rule.since} is of type {since.type}, and a veto begins on a date"
        problems.add("SY402", what, place, expected="a fact of type date")
    return False


def compile_gates(
    ruleset: Ruleset, names: Names, problems: Problems
) -> list[tuple[Gate, CompiledRequirement]]:
    """Return the gates, each with its compiled requirement."""
    gates: list[tuple[Gate, CompiledRequirement]] = []
    for rule in ruleset.gates:
        named = rule.named
        compiled = compile_named(named.id, named.title, rule.when, names, problems, rule.remedy)
        if compiled is not None:
            gates.append((Gate(named.id, named.title, compiled.requirement), compiled))
    return gates


def compile_named(
    name: str,
    title: Text,
    phrase: Phrase,
    names: Names,
    problems: Problems,
    remedy: Text | None = None,
) -> CompiledRequirement | None:
    """Return a condition as a requirement with an id and a title; None if it has problems."""
    test = lower_phrase(phrase, names, problems)
    if test is None:
        return None
    with names.graph.at(phrase.place), caught(problems, phrase.place):
        return compile_requirement(
            name, title, test, remedy=remedy, text=phrase.text, place=phrase.place
        )
    return None
