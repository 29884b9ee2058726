"""What is left of each part adds up to the whole, whatever the ruleset and the merchant."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.compiler.composition_oracle import compose
from tests.strategies.rulesets import FACTS, TODAY, merchants, rulesets

from steelyard.compiler import compile_ruleset
from steelyard.evaluators import python, reference
from steelyard.model.outcomes import ITEM_OUTCOMES
from steelyard.plan.codec import from_json, to_json
from steelyard.plan.trace import trace_nodes
from steelyard.plugins.discovery import discover

ITEM_TYPES = discover(["core"]).item_types
AS_OF = TODAY.toordinal()
RANDOM = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
}


def compiled(ruleset):
    return compile_ruleset(ruleset, FACTS, ITEM_TYPES, {"core": "0"})


def check_pair(ruleset, plan, facts, score_only, traced):
    """Every law that one plan and one merchant must obey."""
    values = reference.evaluate_nodes(plan.nodes, facts, AS_OF)
    for node, value in zip(plan.nodes, values, strict=True):
        if value is not None:
            assert node.low <= value <= node.high, node
            assert -(2**63) <= value < 2**63
    assert traced(facts, AS_OF) == tuple(values[index] for index in trace_nodes(plan))
    expected = values[plan.total.score] if values[plan.total.has_score] else None
    assert score_only(facts, AS_OF) == expected

    def points(index):
        return Fraction(values[index], 10**plan.decimals)

    parts = plan.items + plan.deductions
    own = {}
    for item in parts:
        first = next((cut for cut in item.cuts if cut.stage == "item_cap"), None)
        own[item.id] = points(first.points if first else item.earned)
    composed = compose(
        ruleset, points(plan.base.used), own, {item.id: values[item.met] for item in parts}
    )
    for item in parts:
        assert points(item.points) == composed.points[item.id], item.id
        took = sum(points(cut.taken) for cut in item.cuts)
        assert points(item.earned) - took == composed.points[item.id], item.id
        lost = ITEM_OUTCOMES[values[item.outcome]] == "superseded"
        assert lost == (item.id in composed.superseded)
    total = plan.total
    assert points(total.bonus) == composed.bonus
    assert points(total.deductions) == composed.deductions
    assert points(total.unrounded) == composed.unrounded
    before = Fraction(
        values[plan.base.before_clamp], 10 ** plan.nodes[plan.base.before_clamp].type.decimals
    )
    assert points(total.unclamped) == before + points(total.after_cap) - points(
        total.deductions_after_cap
    )
    if before == points(plan.base.used):
        low, high = Fraction(ruleset.scale.low), Fraction(ruleset.scale.high)
        assert composed.unrounded == min(max(points(total.unclamped), low), high)
    shown = Fraction(values[total.score], 10**plan.display_decimals)
    for rule, tier in zip(ruleset.tiers, plan.tiers, strict=True):
        if rule.at_least is not None:
            lacking = Fraction(values[tier.missing], 10**plan.display_decimals)
            assert lacking == max(Fraction(rule.at_least) - shown, 0)
    assert Fraction(values[total.score], 10**plan.display_decimals) == composed.score
    assert ruleset.scale.low <= composed.score <= ruleset.scale.high


@settings(max_examples=30, **RANDOM)
@given(rulesets(), st.lists(merchants(), min_size=1, max_size=4))
def test_parts_add_up_and_evaluators_agree(ruleset, people):
    """Item points add up to the change in score; values stay in their proved intervals."""
    plan = compiled(ruleset)
    score_only, traced = python.prepare_score(plan), python.prepare(plan)
    for facts in people:
        check_pair(ruleset, plan, facts, score_only, traced)


@pytest.mark.slow
@settings(max_examples=500, **RANDOM)
@given(rulesets(), st.integers(0, 2**32))
def test_a_hundred_thousand_pairs(ruleset, seed):
    """The same on at least 100,000 pairs: 500 rulesets with 210 merchants each."""
    plan = compiled(ruleset)
    score_only, traced = python.prepare_score(plan), python.prepare(plan)
    for facts in random_merchants(Random(seed), 210):
        check_pair(ruleset, plan, facts, score_only, traced)


def random_merchants(source, count):
    """Merchants from a seeded generator: much cheaper than drawing each from Hypothesis."""

    def value(declared):
        if declared.type == "bool":
            return source.random() < 0.5
        edge = source.random()
        if edge < 0.1:
            return declared.low
        return declared.high if edge < 0.2 else source.randint(declared.low, declared.high)

    def record(fact):
        return {
            field.name: value(field)
            for field in fact.fields
            if field.type != "id" and (field.required or source.random() < 0.7)
        }

    for _ in range(count):
        yield {
            fact.id: tuple(record(fact) for _ in range(source.randint(0, fact.max_records)))
            if fact.type == "records"
            else value(fact)
            for fact in FACTS.values()
            if fact.required or source.random() < 0.75
        }


@settings(max_examples=30, **RANDOM)
@given(rulesets())
def test_a_plan_survives_json(ruleset):
    """A plan read back from its JSON is the same plan, trace nodes included."""
    plan = compiled(ruleset)
    again = from_json(to_json(plan))
    assert again == plan
    assert trace_nodes(again) == trace_nodes(plan)
