"""The base score: computed from metrics, reported by the platform, or fixed."""

from collections.abc import Mapping
from dataclasses import dataclass

from steelyard.book.checker.ruleset import BaseRule, Ruleset
from steelyard.compiler.conditions import caught, number_fact, points
from steelyard.compiler.metrics import CompiledDimension, WeightedScore, weighted_mean
from steelyard.compiler.naming import Names
from steelyard.errors import Problems
from steelyard.language.expressions import Expression, Graph, choose, clamp, defined
from steelyard.plan.structure import Base


@dataclass(frozen=True, slots=True)
class CompiledBase:
    """The base score: its record, where it exists, and the value used."""

    record: Base
    available: Expression
    used: Expression


def compile_base(
    ruleset: Ruleset,
    dimensions: Mapping[str, CompiledDimension],
    names: Names,
    problems: Problems,
) -> CompiledBase | None:
    """Return the base score; None if it has problems, which are noted."""
    graph, rule = names.graph, ruleset.base
    reported = _reported(rule, graph, problems) if rule.reported else None
    if len(dimensions) < len(ruleset.dimensions) or (rule.reported and reported is None):
        return None
    computed: WeightedScore | None = None
    if ruleset.dimensions:
        place = ruleset.dimensions[0].named.place
        with graph.at(rule.place), caught(problems, place, "the mean of the dimensions: "):
            parts = [dimensions[one.named.id].weighted for one in ruleset.dimensions]
            computed = weighted_mean(parts, ruleset.scale.precision)
        if computed is None:
            return None
    with graph.at(rule.place), caught(problems, rule.place):
        has_reported = defined(reported) if reported is not None else None
        before: Expression | None
        if rule.source == "metrics":
            before = computed.score if computed else None
            available = computed.assessed if computed else None
        elif rule.source == "reported":
            before, available = reported, has_reported
        else:
            before = points(graph, rule.score or 0)
            available = Expression.constant(graph, True)
        if before is None or available is None:
            return None
        before = before.in_unit("points")
        low, high = (points(graph, end) for end in (ruleset.scale.low, ruleset.scale.high))
        used = clamp(before, low, high)
        names.known["score.base"] = or_zero(available, used)
        record = Base(
            source=rule.source,
            available=available.index,
            before_clamp=before.index,
            used=used.index,
            computed=computed.score.index if computed else None,
            computed_available=computed.assessed.index if computed else None,
            reported=reported.index if reported is not None else None,
            reported_available=has_reported.index if has_reported is not None else None,
            reported_fact=rule.reported or "",
        )
        return CompiledBase(record, available, used)
    return None


def _reported(rule: BaseRule, graph: Graph, problems: Problems) -> Expression | None:
    place = rule.reported_place or rule.place
    fact = number_fact(graph, rule.reported or "", "a reported score", place, problems)
    if fact is not None and fact.type.unit not in (None, "points"):
        problems.add(
            "SY406",
            f"the unit of {rule.reported} is {fact.type.unit}, and that of a score is points",
            place,
            expected="a fact whose unit is points, or that has none",
        )
    return fact


def or_zero(available: Expression, value: Expression) -> Expression:
    """Return the value as conditions read it: 0 where nothing was assessed."""
    return choose(available, value, 0)
