"""Proved ranges hold for every merchant, and what is said never to happen never does."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fixtures.plans import END, START, tiny_facts, tiny_plan
from tests.strategies.facts import merchant_facts

from steelyard.evaluators.reference import evaluate_nodes
from steelyard.plan.bounds import NeverAwarded, NeverBinding, Range, bounds, bounds_text
from steelyard.plan.nodes import Node


def with_node(plan, index, **parts):
    nodes = list(plan.nodes)
    nodes[index] = replace(nodes[index], **parts)
    return replace(plan, nodes=tuple(nodes))


@settings(max_examples=150, deadline=None)
@given(merchant_facts(tiny_facts()), st.integers(START, END))
def test_every_part_stays_in_its_range(facts, as_of):
    plan = tiny_plan()
    found = bounds(plan)
    values = evaluate_nodes(plan.nodes, facts, as_of)
    for items, ranges in ((plan.items, found.items), (plan.deductions, found.deductions)):
        for item, part in zip(items, ranges, strict=True):
            assert part.before.low <= values[item.earned] <= part.before.high
            assert part.after.low <= values[item.points] <= part.after.high
    assert found.score.low <= values[plan.total.score] <= found.score.high
    assert found.bonus.after.low <= values[plan.total.bonus] <= found.bonus.after.high


def test_ranges_of_the_tiny_plan():
    found = bounds(tiny_plan())
    assert found.score == Range(300, 498, 2)
    assert [str(part.after) for part in found.items] == ["[0, 0.05]", "[0, 0.06]"]
    assert str(found.groups[0].before) == "[0, 0.11]"
    assert found.never_awarded == ()


def test_limits_that_cannot_bind_are_named_and_others_are_not():
    limits = {(one.limit, one.id) for one in bounds(tiny_plan()).never_binding}
    assert limits == {
        ("deduction_cap", ""),  # half a point at most, cap one
        ("base_floor", ""),  # metrics give 3 to 5
        ("base_ceiling", ""),
        ("ceiling", ""),  # 4.9 + 0.08 at most
    }


@pytest.mark.parametrize(("cap", "binds"), [(499, True), (500, False), (50, True)])
def test_a_dimension_cap_binds_if_its_score_can_pass_it(cap, binds):
    plan = tiny_plan()
    dimension = plan.dimensions[0]
    scaled = plan.nodes[dimension.cap].type
    value = cap * 10 ** (scaled.decimals - 2)
    found = bounds(with_node(plan, dimension.cap, low=value, high=value, value=value))
    never = NeverBinding("dimension_cap", "service") in found.never_binding
    assert never is not binds


@pytest.mark.parametrize(("combine", "cap", "binds"), [("sum", 1100, False), ("sum", 1099, True)])
def test_a_group_cap_binds_if_its_items_can_pass_it(combine, cap, binds):
    plan = tiny_plan()
    group = replace(plan.groups[0], combine=combine)
    plan = with_node(replace(plan, groups=(group,)), group.cap, low=cap, high=cap, value=cap)
    never = NeverBinding("group_cap", "promises") in bounds(plan).never_binding
    assert never is not binds


def test_limits_of_different_scales_are_compared_as_numbers():
    plan = tiny_plan()
    cap = Node("constant", plan.nodes[plan.total.score].type, low=11, high=11, value=11)
    grown = replace(plan, nodes=(*plan.nodes, cap))
    grown = replace(grown, total=replace(grown.total, bonus_cap=len(plan.nodes)))
    # 0.11 with two decimals holds bonuses of 0.08 with four
    assert NeverBinding("bonus_cap") in bounds(grown).never_binding
    small = with_node(grown, len(plan.nodes), low=7, high=7, value=7)
    assert NeverBinding("bonus_cap") not in bounds(small).never_binding


def test_items_that_never_give_points_are_named_with_the_reason():
    plan = tiny_plan()
    first, second = plan.items
    met = with_node(plan, first.met, low=0, high=0)
    assert bounds(met).never_awarded == (NeverAwarded("coverage", "item", "never_met"),)
    earned = with_node(plan, second.earned, low=0, high=0)
    assert bounds(earned).never_awarded == (NeverAwarded("advisors", "item", "no_points"),)
    cut = with_node(plan, second.points, low=0, high=0)
    assert bounds(cut).never_awarded == (NeverAwarded("advisors", "item", "always_cut"),)
    taken = with_node(plan, plan.deductions[0].met, high=0)
    assert bounds(taken).never_awarded == (NeverAwarded("violations", "deduction", "never_met"),)


def test_an_item_that_is_only_shown_is_no_fault():
    plan = tiny_plan()
    zero = Node("constant", plan.nodes[plan.items[0].earned].type, low=0, high=0)
    item = replace(plan.items[0], earned=len(plan.nodes), points=len(plan.nodes))
    shown = replace(plan, nodes=(*plan.nodes, zero), items=(item, plan.items[1]))
    assert bounds(shown).never_awarded == ()


def test_the_text_has_a_line_for_every_part_and_every_finding():
    plan = with_node(tiny_plan(), tiny_plan().items[0].met, high=0)
    lines = bounds_text(bounds(plan)).splitlines()
    assert "score: [3, 4.98]" in lines
    assert "group promises: [0, 0.08], before caps [0, 0.11]" in lines
    assert "never awarded: item coverage: its conditions can never hold together" in lines
    assert "never binding: deduction cap" in lines
