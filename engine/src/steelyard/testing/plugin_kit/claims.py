"""Checks of the authors' claims: `max_points` proved by intervals or tried, `monotone` tried."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any, NoReturn

from steelyard.evaluators import reference
from steelyard.formats import parse_yaml
from steelyard.language.expressions import Graph
from steelyard.model.facts import FactDeclaration
from steelyard.plan.structure import Plan
from steelyard.plugin import ItemContext, ItemType
from steelyard.testing.plugin_kit.laws import trials_of
from steelyard.testing.plugin_kit.merchants import TODAY, Facts, consistent, merchant_text
from steelyard.testing.plugin_kit.parameters import plans_of
from steelyard.testing.plugin_kit.report import Finding, Note, one_line
from steelyard.testing.plugin_kit.subject import Subject

_BASES = 6  # merchants for which each value of a fact is tried
_ORDERED = ("int", "decimal", "date", "bool")


def max_points_hold(subject: Subject) -> Iterator[Finding]:
    """Yield item types that give more points than `max_points` claims."""
    for name, item_type in subject.item_types.items():
        if item_type.claims.max_points is None:
            yield Note(f"{name}: no claim of max_points")
            continue
        unproved: dict[str, Decimal] = {}
        plans = plans_of(subject, name)
        for parameters, plan in plans.items():
            try:
                claimed = _claimed_max(subject, item_type, parameters)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - the author's function
                text = f"{type(error).__name__}: {error}"
                yield one_line(f"{name}: max_points of {parameters}: {text}")
                return
            node = plan.nodes[plan.items[0].earned]
            if Decimal(node.high).scaleb(-node.type.decimals) > claimed:
                unproved[parameters] = claimed
        tried = 0
        for parameters, claimed in unproved.items():
            for facts in _base_merchants(subject, name, parameters):
                tried += 1
                points = _points(plans[parameters], facts)
                if points > claimed:
                    merchant = merchant_text(facts, plans[parameters].facts)
                    yield (
                        f"{name} gives {points} points where at most {claimed} are claimed, with "
                        f"{parameters}, for {merchant}"
                    )
                    return
        proved = len(plans) - len(unproved)
        tail = f", held on {tried} merchants for {len(unproved)} more" if unproved else ""
        yield Note(f"{name}: max_points proved for {proved} sets of parameters{tail}")


def _claimed_max(subject: Subject, item_type: ItemType, parameters: str) -> Decimal:
    claim = item_type.claims.max_points
    if callable(claim):
        given = parse_yaml(parameters, "parameters").plain()
        schemas = item_type.parameters.items()
        defaults = {name: schema["default"] for name, schema in schemas if "default" in schema}

        def no_condition(_text: str, _want: str) -> NoReturn:
            raise TypeError("a claim reads parameters, not conditions")

        graph = Graph(subject.known_facts)
        values = {**defaults, **given}
        claim = claim(ItemContext(graph, "item", item_type.title, values, 4, no_condition))
    if isinstance(claim, bool) or not isinstance(claim, int | Decimal):
        raise TypeError(f"max_points is a {type(claim).__name__}, not an int or a Decimal")
    return Decimal(claim)


def _points(plan: Plan, facts: Facts) -> Decimal:
    index = plan.items[0].earned
    value = reference.evaluate_nodes(plan.nodes[: index + 1], facts, TODAY)[index]
    return Decimal(int(value or 0)).scaleb(-plan.nodes[index].type.decimals)


def _base_merchants(subject: Subject, name: str, parameters: str) -> list[Facts]:
    """Return merchants for a plan: those of the cases, and those of the random trials."""
    plan = plans_of(subject, name)[parameters]
    declared = [fact.id for fact in plan.facts]
    cases = [{key: seed[key] for key in declared if key in seed} for seed in subject.seeds]
    trials = [trial.facts for trial in trials_of(subject, name) if trial.parameters == parameters]
    return [*cases, *trials]


def directions_hold(subject: Subject) -> Iterator[Finding]:
    """Yield facts with which points do not go as `monotone` claims."""
    for name, item_type in subject.item_types.items():
        if not item_type.claims.monotone:
            yield Note(f"{name}: no claim of monotone")
        for fact, direction in item_type.claims.monotone.items():
            yield from _direction_holds(subject, name, fact, direction)


def _direction_holds(subject: Subject, name: str, fact: str, direction: str) -> Iterator[Finding]:
    declared = subject.known_facts.get(fact)
    claim = f"monotone {fact}: {direction}"
    if declared is None or declared.type not in _ORDERED or direction not in ("up", "down"):
        yield f"{name} claims {claim}; it takes a number, a date or a yes/no, up or down"
        return
    plans = {
        parameters: plan
        for parameters, plan in plans_of(subject, name).items()
        if any(node.name == fact and node.op == "fact" for node in plan.nodes)
    }
    if not plans:
        yield f"{name} claims {claim}, but never reads {fact}"
        return
    tried = 0
    for parameters, plan in plans.items():
        declarations = {fact.id: fact for fact in plan.facts}
        for base in _base_merchants(subject, name, parameters)[:_BASES]:
            merchants = (
                {**base, fact: value} for value in _values_across_thresholds(plan, declared, base)
            )
            valid = [each for each in merchants if consistent(each, declarations) == each]
            tried += len(valid)
            points = [(_points(plan, merchant), merchant[fact]) for merchant in valid]
            for (before, less), (after, more) in pairwise(points):
                if after < before if direction == "up" else after > before:
                    texts = [merchant_text({fact: value}, plan.facts) for value in (less, more)]
                    others = {key: base[key] for key in base if key != fact}
                    yield (
                        f"{name}: {claim} does not hold: {before} points for {texts[0]}, {after} "
                        f"for {texts[1]} with {parameters}, beside "
                        f"{merchant_text(others, plan.facts)}"
                    )
                    return
    yield Note(f"{name}: {claim} held on {tried} merchants, {len(plans)} sets of parameters")


def _values_across_thresholds(plan: Plan, fact: FactDeclaration, base: Facts) -> list[Any]:
    """Return values of a fact, ascending: both sides of each constant it is compared with."""
    if fact.type == "bool":
        return [False, True]
    values = {fact.low, fact.high, (fact.low + fact.high) // 2, base.get(fact.id, fact.low)}
    for node in plan.nodes:
        if node.op in ("equal", "less", "less_or_equal"):
            sides = [plan.nodes[index] for index in node.args]
            for side, other in (sides, reversed(sides)):
                if side.op == "fact" and side.name == fact.id and other.op == "constant":
                    values |= {other.value - 1, other.value, other.value + 1}
    return sorted(value for value in values if fact.low <= value <= fact.high)
