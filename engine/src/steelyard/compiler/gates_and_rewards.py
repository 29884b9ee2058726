"""Compilation of exemptions, vetoes and gates, and of tiers, badges and benefits."""

from dataclasses import replace

from steelyard.book.checker.ruleset import BenefitRule, CostRule, Ruleset, VetoRule
from steelyard.compiler.composition import points_constant
from steelyard.compiler.conditions import (
    CompiledRequirement,
    Names,
    caught,
    compile_requirement,
    lower_phrase,
    number_fact,
)
from steelyard.errors import Problems
from steelyard.formats import Located
from steelyard.language.expressions import (
    Expression,
    Graph,
    all_of,
    any_of,
    choose,
    days_between,
    defined,
    first_match,
    maximum,
)
from steelyard.model.texts import Text
from steelyard.model.types import DATE, enum_type
from steelyard.plan.nodes import Node
from steelyard.plan.structure import Badge, Benefit, Exemption, Gate, Tier, Veto
from steelyard.plugin import Requirement as GivenRequirement


def compile_exemptions(
    ruleset: Ruleset, names: Names, problems: Problems
) -> tuple[tuple[Exemption, ...], dict[str, list[Expression]]]:
    """Return the exemptions, and the tests that exempt each metric, by its id."""
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
    """Return the vetoes, and the test of each veto, by its id."""
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
        compiled = compile_named(
            named.id, named.title, rule.when, names, problems, rule.remedy, rule.title_not_met
        )
        if compiled is not None:
            gates.append((Gate(named.id, named.title, compiled.requirement), compiled))
    return gates


def compile_named(
    name: str,
    title: Text,
    phrase: Located,
    names: Names,
    problems: Problems,
    remedy: Text | None = None,
    title_not_met: Text | None = None,
    *,
    unnamed: bool = False,
    unless: Expression | None = None,
) -> CompiledRequirement | None:
    """Return the requirement of a named condition; None if the condition has problems.

    It is `unnamed` if the title is that of what it gives, and not of the condition. It is not met
    where `unless` holds.
    """
    test = lower_phrase(phrase, names, problems)
    if test is None:
        return None
    with names.graph.at(phrase.place), caught(problems, phrase.place):
        if unless is not None:
            test = all_of(~replace(unless, written=None), test)
        given = GivenRequirement(
            name, test, title, remedy=remedy, text=str(phrase.value), unnamed=unnamed,
            title_not_met=title_not_met,
        )  # fmt: skip
        return compile_requirement(given, phrase.place)
    return None


NO_TIER = ""  # the tier of a score below every tier of a ruleset without `otherwise`


def compile_tiers(
    ruleset: Ruleset, score: Expression, problems: Problems
) -> tuple[tuple[Tier, ...], int | None]:
    """Return the tiers, and the node whose value is the tier of the displayed score."""
    if not ruleset.tiers:
        return (), None
    graph = score.graph
    open_ended = any(rule.at_least is None for rule in ruleset.tiers)
    ids = tuple(rule.named.id for rule in ruleset.tiers) + (() if open_ended else (NO_TIER,))
    kind = enum_type(ids)
    tiers: list[Tier] = []
    rows: list[tuple[Expression, Expression]] = []
    for index, rule in enumerate(ruleset.tiers):
        limit = missing = None
        if rule.at_least is not None:
            named = Expression.scaled_constant(graph, index, kind)
            with graph.at(rule.named.place):
                rows.append((score >= rule.at_least, named))
            at_least = points_constant(graph, rule.at_least, score.type.decimals)
            limit, missing = at_least.index, maximum(at_least - score, 0).index
        benefits = _benefits(rule.benefits, graph, problems)
        tiers.append(Tier(rule.named.id, rule.named.title, limit, missing, benefits))
    last = Expression.scaled_constant(graph, len(ids) - 1, kind)
    return tuple(tiers), (first_match(rows, last) if rows else last).index


def compile_badges(ruleset: Ruleset, names: Names, problems: Problems) -> tuple[Badge, ...]:
    """Return the badges, in their order; of exclusive ones, the first that is met is held."""
    graph = names.graph
    badges: list[Badge] = []
    held: dict[str, Expression] = {}  # by the name that exclusive badges share
    for rule in ruleset.badges:
        named, others = rule.named, held.get(rule.exclusive or "")
        compiled = compile_named(
            named.id, named.title, rule.when, names, problems, unnamed=True, unless=others
        )
        if compiled is None:
            continue
        own = None
        if rule.exclusive is not None:
            test = all_of(compiled.known, compiled.passes)
            held[rule.exclusive] = test if others is None else any_of(others, test)
            graph.named.add(held[rule.exclusive].index)
            own = held[rule.exclusive].index
        benefits = _benefits(rule.benefits, graph, problems)
        badges.append(Badge(named.id, named.title, compiled.requirement, benefits, own))
    return tuple(badges)


def _benefits(
    rules: tuple[BenefitRule, ...], graph: Graph, problems: Problems
) -> tuple[Benefit, ...]:
    benefits: list[Benefit] = []
    for rule in rules:
        cost = _cost(rule.cost, graph, problems) if rule.cost is not None else None
        if rule.cost is None or cost is None:
            benefits.append(Benefit(rule.id, rule.title))
        else:
            benefits.append(Benefit(rule.id, rule.title, cost.index, rule.cost.currency))
    return tuple(benefits)


def _cost(rule: CostRule, graph: Graph, problems: Problems) -> Expression | None:
    """Return the cost of a benefit for a merchant; 0 if the fact named by `per` is absent."""
    with graph.at(rule.place), caught(problems, rule.place, "the cost of a benefit: "):
        amount = Expression.constant(graph, rule.amount)
        if rule.per is None:
            return amount
        fact = number_fact(graph, rule.per, "what a cost is counted by", rule.place, problems)
        if fact is not None:
            # the unit of the product is money, not that of the fact
            return amount * choose(defined(fact), fact, 0)
    return None
