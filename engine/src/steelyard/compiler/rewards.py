"""What a score gives: tiers, badges, benefits."""

from steelyard.checker.ruleset import Ruleset
from steelyard.compiler.circumstances import compile_named
from steelyard.compiler.naming import Names
from steelyard.errors import Problems
from steelyard.expression import Expression, first_match
from steelyard.model.types import enum_type
from steelyard.plan.structure import Badge, Benefit, Tier

NO_TIER = ""  # the tier of a score below every tier of a ruleset without `otherwise`


def compile_tiers(ruleset: Ruleset, score: Expression) -> tuple[tuple[Tier, ...], int | None]:
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
        benefits = tuple(Benefit(*one) for one in rule.benefits)
        tiers.append(Tier(rule.named.id, rule.named.title, limit, benefits))
    last = Expression.scaled_constant(graph, len(ids) - 1, kind)
    return tuple(tiers), (first_match(rows, last) if rows else last).index


def compile_badges(ruleset: Ruleset, names: Names, problems: Problems) -> tuple[Badge, ...]:
    """Return the badges."""
    badges: list[Badge] = []
    for rule in ruleset.badges:
        compiled = compile_named(rule.named.id, rule.named.title, rule.when, names, problems)
        if compiled is not None:
            benefits = tuple(Benefit(*one) for one in rule.benefits)
            badges.append(Badge(rule.named.id, rule.named.title, compiled.requirement, benefits))
    return tuple(badges)
