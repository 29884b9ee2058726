"""Laws of dispatch on small instances; the batch is compared with every possible dispatch."""

from collections import Counter
from itertools import product

from hypothesis import given, settings
from tests.programme.dispatch.shops import some_agents, some_inquiries, some_policies

from steelyard.programme.dispatch import dispatch_batch, dispatch_online
from steelyard.programme.dispatch.eligibility import bar_of
from steelyard.programme.dispatch.model import (
    SHARE_DECIMALS,
    Agents,
    Dispatch,
    Inquiries,
    Policy,
)
from steelyard.programme.dispatch.text import numbers_of, report_text
from steelyard.programme.dispatch.why import why, why_text

WHOLE = 10**SHARE_DECIMALS


def every_dispatch(inquiries: Inquiries, agents: Agents, policy: Policy) -> list[tuple]:
    """Return (served, served by group, value) of every dispatch within capacities."""
    choices = [
        [None, *(one for one in agents.agents if bar_of(one, inquiry, policy) is None)]
        for inquiry in inquiries.inquiries
    ]
    found = set()
    for chosen in product(*choices):
        load = Counter(one.id for one in chosen if one is not None)
        if any(load[one.id] > one.capacity for one in agents.agents):
            continue
        value, groups = 0, [0] * len(policy.groups)
        for inquiry, one in zip(inquiries.inquiries, chosen, strict=True):
            if one is not None:
                minutes = max(0, one.start - inquiry.minute)
                value += one.value - policy.step_cost * -(-minutes // policy.step_minutes)
                groups[one.group] += 1
        found.add((sum(groups), tuple(groups), value))
    return sorted(found)


def best(inquiries: Inquiries, agents: Agents, policy: Policy) -> tuple:
    """Return the served, the floors reached and the value of the best dispatch of all."""
    found = every_dispatch(inquiries, agents, policy)
    served = max(one[0] for one in found)
    found = [one for one in found if one[0] == served]
    floors = []
    for number, group in enumerate(policy.groups):
        wanted = -(-group.min_share * served // WHOLE)
        floor = min(wanted, max(one[1][number] for one in found))
        floors.append(floor)
        found = [one for one in found if one[1][number] >= floor]
    return served, floors, max(one[2] for one in found)


def check_limits(given_: Dispatch, inquiries: Inquiries, policy: Policy) -> None:
    load = Counter(one.agent.id for one in given_.assignments if one.agent is not None)
    assert all(load[one.id] <= one.capacity for one in given_.agents)
    assert [one.inquiry for one in given_.assignments] == list(inquiries.inquiries)
    for one in given_.assignments:
        assert (one.agent is None) == (one.reason is not None)
        if one.agent is not None:
            assert bar_of(one.agent, one.inquiry, policy) is None


@settings(max_examples=150, deadline=None)
@given(some_inquiries(5), some_agents(4), some_policies)
def test_a_batch_is_the_best_of_all(inquiries, agents, policy):
    found = dispatch_batch(inquiries, agents, policy)
    check_limits(found, inquiries, policy)
    served, floors, value = best(inquiries, agents, policy)
    counts = Counter(one.agent.group for one in found.assignments if one.agent is not None)
    assert found.served == served
    assert all(counts[number] >= floor for number, floor in enumerate(floors))
    assert found.value == value == found.bound


@settings(max_examples=100, deadline=None)
@given(some_inquiries(30), some_agents(12), some_policies)
def test_a_batch_equals_its_bound_and_reconciles(inquiries, agents, policy):
    found = dispatch_batch(inquiries, agents, policy)
    check_limits(found, inquiries, policy)
    assert found.value == found.bound
    assert numbers_of(found, inquiries).reconciles
    for floor in found.floors:
        possible = floor.wanted if floor.possible is None else floor.possible
        assert floor.served >= possible


@settings(max_examples=100, deadline=None)
@given(some_inquiries(30), some_agents(12), some_policies)
def test_one_at_a_time_keeps_limits_and_serves_whoever_can_be(inquiries, agents, policy):
    found = dispatch_online(inquiries, agents, policy)
    check_limits(found, inquiries, policy)
    room = {one.id: one.capacity for one in agents.agents}
    for one in found.assignments:
        free = [
            other
            for other in agents.agents
            if room[other.id] and bar_of(other, one.inquiry, policy) is None
        ]
        assert (one.agent is None) == (not free)
        if one.agent is not None:
            room[one.agent.id] -= 1


@settings(max_examples=60, deadline=None)
@given(some_inquiries(12), some_agents(8), some_policies)
def test_every_inquiry_is_explained_in_both_languages(inquiries, agents, policy):
    """In a batch, the chosen agent has the greatest net value of those that could serve."""
    for give in (dispatch_batch, dispatch_online):
        found = give(inquiries, agents, policy)
        for one in found.assignments:
            reason = why(found, one.inquiry.id)
            able = len(reason.candidates) + sum(reason.barred.values())
            assert able == len(agents.agents)
            for language in ("en", "zh"):
                assert "{" not in why_text(found, reason, language)
            if one.agent is not None and give is dispatch_batch:
                assert reason.candidates[0].net == max(each.net for each in reason.candidates)
        for language in ("en", "zh"):
            assert "{" not in report_text(found, inquiries, agents, language)
