"""Compiled random rulesets: their plans travel, are told in full, and keep what they prove."""

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.strategies.rulesets import FACTS, TODAY, merchants, rulesets

from steelyard.compiler import compile_ruleset
from steelyard.evaluators.python import prepare, prepare_score
from steelyard.evaluators.reference import evaluate, evaluate_nodes
from steelyard.formats.schemas import load_schema
from steelyard.plan.bounds import bounds, bounds_text
from steelyard.plan.codec import canonical_bytes, digest, from_json, to_json
from steelyard.plan.pretty import plan_text
from steelyard.plan.trace import trace_nodes
from steelyard.plugins.discovery import discover

AS_OF = TODAY.toordinal()
CORE = discover(["core"]).item_types
plans = rulesets().map(lambda one: compile_ruleset(one, FACTS, CORE, {"core": "0"}))
RANDOM = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def check_data(plan):
    again = from_json(orjson.loads(canonical_bytes(plan)))
    assert again == plan
    assert digest(again) == digest(plan)
    text = plan_text(plan)
    assert text == plan_text(again)
    for part in (*plan.items, *plan.deductions, *plan.dimensions, *plan.groups):
        assert part.id in text
    assert len(bounds_text(bounds(plan)).splitlines()) >= 6


def check_merchant(plan, functions, facts):
    traced, score_only = functions
    values = evaluate_nodes(plan.nodes, facts, AS_OF)
    trace = evaluate(plan, facts, AS_OF)
    assert trace == tuple(values[index] for index in trace_nodes(plan))
    assert traced(facts, AS_OF) == trace
    total = plan.total
    assert score_only(facts, AS_OF) == (values[total.score] if values[total.has_score] else None)
    found = bounds(plan)
    for one in found.never_awarded:
        parts = plan.items if one.kind == "item" else plan.deductions
        (item,) = (part for part in parts if part.id == one.id)
        assert values[item.points] == 0
    limits = {one.limit for one in found.never_binding}
    if "bonus_cap" in limits:
        assert values[total.after_cap] == values[total.after_groups]
    if "deduction_cap" in limits:
        assert values[total.deductions_after_cap] == values[total.deductions_after_groups]
    if "floor" in limits:
        assert values[total.deductions] == values[total.deductions_after_cap]
    if "ceiling" in limits:
        assert values[total.bonus] >= values[total.after_cap]


def check(plan, data, merchants_each):
    check_data(plan)
    functions = prepare(plan), prepare_score(plan)
    for _ in range(merchants_each):
        check_merchant(plan, functions, data.draw(merchants()))


@settings(max_examples=20, **RANDOM)
@given(plans, st.data())
def test_whole_plans(plan, data):
    check(plan, data, 3)


@pytest.mark.slow
@settings(max_examples=200, **RANDOM)
@given(plans, st.data())
def test_many_whole_plans(plan, data):
    check(plan, data, 8)


@settings(max_examples=5, **RANDOM)
@given(plans)
def test_whole_plans_fit_the_published_schema(plan):
    Draft202012Validator(load_schema("plan")).validate(to_json(plan))
