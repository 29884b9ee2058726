"""Compilation of tiers, badges and benefits."""

from steelyard.book.checker.ruleset import BenefitRule, CostRule, Ruleset
from steelyard.compiler.gates_and_vetoes import compile_named
from steelyard.compiler.helpers import caught, number_fact
from steelyard.compiler.naming import Names
from steelyard.errors import Problems
from steelyard.language.expressions import Expression, Graph, choose, defined, first_match
from steelyard.model.types import enum_type
from steelyard.plan.structure import Badge, Benefit, Tier

NO_TIER = ""  # the tier of a score below every tier of a ruleset without `otherwise`


def compile_tiers(
    ruleset: Ruleset, score: Expression, problems: Problems
) -> tuple[tuple[Tier, ...], int | None]:
    """Return the tiers, and the node that names a displayed score's tier."""
    if not ruleset.tiers:
        return (), None
    graph = score.graph
    open_ended = any(rule.at_least is None for rule in ruleset.tiers)
    ids = tuple(rule.named.id for rule in ruleset.tiers) + (() if open_ended else (NO_TIER,))
    kind = enum_type(ids)
    tiers: list[Tier] = []
    rows: list[tuple[Expression, Expression]] = []
    for index, rule in enumerate(ruleset.tiers):
        limit = None
        if rule.at_least is not None:
            named = Expression.scaled_constant(graph, index, kind)
            with graph.at(rule.named.place):
                rows.append((score >= rule.at_least, named))
            limit = Expression.constant(graph, rule.at_least).scaled(score.type.decimals).index
        benefits = _benefits(rule.benefits, graph, problems)
        tiers.append(Tier(rule.named.id, rule.named.title, limit, benefits))
    last = Expression.scaled_constant(graph, len(ids) - 1, kind)
    return tuple(tiers), (first_match(rows, last) if rows else last).index


def compile_badges(ruleset: Ruleset, names: Names, problems: Problems) -> tuple[Badge, ...]:
    """Return the badges."""
    badges: list[Badge] = []
    for rule in ruleset.badges:
        compiled = compile_named(rule.named.id, rule.named.title, rule.when, names, problems)
        if compiled is not None:
            benefits = _benefits(rule.benefits, names.graph, problems)
            badges.append(Badge(rule.named.id, rule.named.title, compiled.requirement, benefits))
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
    """Return what a benefit costs for a merchant; 0 where the fact that it counts is absent."""
    with graph.at(rule.place), caught(problems, rule.place, "the cost of a benefit: "):
        amount = Expression.constant(graph, rule.amount)
        if rule.per is None:
            return amount
        fact = number_fact(graph, rule.per, "what a cost is counted by", rule.place, problems)
        if fact is not None:
            # the unit of the product is money, whatever was counted
            return amount * choose(defined(fact), fact, 0)
    return None
