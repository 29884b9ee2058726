"""Dispatch of a batch: as many inquiries as possible, min shares, then the greatest value.

The three aims have this order. Serving as many as possible never costs a min share: a flow with
a group at its greatest can be extended to the greatest flow of all without taking from the group.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from steelyard.programme.dispatch.eligibility import Bucket, Market, Offers
from steelyard.programme.dispatch.model import (
    SHARE_DECIMALS,
    Agent,
    Agents,
    Assignment,
    Dispatch,
    Floor,
    Inquiries,
    Inquiry,
    Policy,
)
from steelyard.programme.dispatch.network import (
    Integers,
    Network,
    check_flow,
    cost_of,
    least_cost,
    max_flow,
    min_cost_flow,
    network_of,
    prices_of,
)

Level = tuple[int, int]  # the number of a group, and the value of its agents
Arc = tuple[int, int, int, int]  # tail, head, capacity, cost
_WHOLE = 10**SHARE_DECIMALS


@dataclass(frozen=True, slots=True)
class _Layout:
    """The nodes of the network: classes, buckets, groups, unserved, sink; and the arcs.

    `places` has the class and bucket, or the bucket and level, of each arc before `first_group`,
    where the arcs from the groups to the sink begin.
    """

    classes: tuple[tuple[Offers, tuple[Inquiry, ...]], ...]
    buckets: tuple[Bucket, ...]
    groups: int
    arcs: tuple[Arc, ...]
    first_level: int
    first_group: int
    levels: tuple[tuple[int, Level], ...]

    @property
    def total(self) -> int:
        return sum(len(inquiries) for _, inquiries in self.classes)

    def bucket(self, number: int) -> int:
        return len(self.classes) + number

    def group(self, number: int) -> int:
        return len(self.classes) + len(self.buckets) + number

    @property
    def unserved(self) -> int:
        return self.group(self.groups)

    @property
    def sink(self) -> int:
        return self.unserved + 1


def dispatch_batch(inquiries: Inquiries, agents: Agents, policy: Policy) -> Dispatch:
    """Return the dispatch of a batch that serves the most inquiries, at the greatest value.

    Raises `InvalidInput` SY835 without the solver.
    """
    market = Market(agents.agents, policy)
    layout, alone = _layout(inquiries.inquiries, market)
    served = _most_served(layout)
    floors, network, flows = _solve(layout, policy, served)
    check_flow(network, flows)
    prices = prices_of(network, flows)
    assigned = dict(_assign(layout, flows, policy))
    ordered = tuple(
        assigned.get(one.id) or Assignment(one, reason=alone.get(one.id, "capacity"))
        for one in inquiries.inquiries
    )
    # the cost of a flow is the waiting minus the values
    bound = -least_cost(network, prices)
    assert cost_of(network, flows) == -sum(one.value for one in ordered)
    worth = {
        agent.id: int(prices[layout.bucket(number)] - prices[layout.sink])
        for number, bucket in enumerate(layout.buckets)
        for agent in bucket.agents
    }
    counts = [0] * len(policy.groups)
    for one in ordered:
        if one.agent is not None:
            counts[one.agent.group] += 1
    floors = tuple(replace(floor, served=counts[floor.group]) for floor in floors)
    return Dispatch("batch", policy, agents.agents, ordered, floors, bound, worth)


def _layout(inquiries: Sequence[Inquiry], market: Market) -> tuple[_Layout, dict]:
    """Return the network, and the reason of each inquiry that no agent can serve."""
    policy = market.policy
    classes: dict[Offers, list[Inquiry]] = {}
    alone = {}
    for inquiry in inquiries:
        offers = market.offers(inquiry)
        if offers:
            classes.setdefault(offers, []).append(inquiry)
        else:
            alone[inquiry.id] = market.why_none(inquiry)
    layout = _Layout(
        tuple((offers, tuple(own)) for offers, own in classes.items()),
        tuple(market.buckets), len(policy.groups), (), 0, 0, (),
    )  # fmt: skip
    arcs = [
        (number, layout.bucket(bucket), len(own), policy.step_cost * steps)
        for number, (offers, own) in enumerate(layout.classes)
        for bucket, steps in offers
    ]
    first_level = len(arcs)
    levels = [
        (number, level, capacity)
        for number, bucket in enumerate(layout.buckets)
        for level, capacity in _levels(bucket)
    ]
    arcs += [
        (layout.bucket(number), layout.group(group), capacity, -value)
        for number, (group, value), capacity in levels
    ]
    first_group = len(arcs)
    total = layout.total
    arcs += [(layout.group(group), layout.sink, total, 0) for group in range(layout.groups)]
    arcs += [
        (number, layout.unserved, len(own), 0) for number, (_, own) in enumerate(layout.classes)
    ]
    return (
        replace(
            layout,
            arcs=tuple(arcs),
            first_level=first_level,
            first_group=first_group,
            levels=tuple((number, level) for number, level, _ in levels),
        ),
        alone,
    )


def _levels(bucket: Bucket) -> list[tuple[Level, int]]:
    """Return the levels of a bucket with their capacities, in a fixed order."""
    capacities: dict[Level, int] = {}
    for agent in bucket.agents:
        level = (agent.group, agent.value)
        capacities[level] = capacities.get(level, 0) + agent.capacity
    return sorted(capacities.items(), key=lambda pair: (-pair[0][1], pair[0][0]))


def _most_served(layout: _Layout) -> int:
    """Return the greatest number of inquiries that agents can serve."""
    if not layout.classes:
        return 0
    source = layout.sink + 1
    arcs = [arc for arc in layout.arcs if arc[1] != layout.unserved]
    arcs += [(source, number, len(own), 0) for number, (_, own) in enumerate(layout.classes)]
    return max_flow(network_of(arcs, []), source, layout.sink)


def _solve(
    layout: _Layout, policy: Policy, served: int
) -> tuple[tuple[Floor, ...], Network, Integers]:
    """Return floors that can be kept, the network with them, and its flow of the least cost."""
    wanted = [-(-group.min_share * served // _WHOLE) for group in policy.groups]
    network = _with_floors(layout, served, wanted)
    flows = min_cost_flow(network)
    listed = [number for number, group in enumerate(policy.groups) if group.min_share]
    if flows is not None:
        return tuple(Floor(number, wanted[number], 0) for number in listed), network, flows
    possible = [0] * len(wanted)
    for number in listed:
        possible[number] = min(wanted[number], _most_of(layout, served, possible, number))
    network = _with_floors(layout, served, possible)
    flows = min_cost_flow(network)
    assert flows is not None
    floors = tuple(Floor(number, wanted[number], 0, possible[number]) for number in listed)
    return floors, network, flows


def _most_of(layout: _Layout, served: int, floors: list[int], group: int) -> int:
    """Return the most inquiries that a group can serve beside the floors of other groups."""
    network = _with_floors(layout, served, floors)
    costs = np.zeros_like(network.costs)
    costs[layout.first_group + group] = -1
    flows = min_cost_flow(replace(network, costs=costs))
    assert flows is not None
    return int(flows[layout.first_group + group])


def _with_floors(layout: _Layout, served: int, floors: Sequence[int]) -> Network:
    """Return the network in which each group serves its floor and all serve `served` together."""
    supplies = [len(own) for _, own in layout.classes]
    supplies += [0] * len(layout.buckets)
    supplies += [-floor for floor in floors]
    supplies += [served - layout.total, sum(floors) - served]
    if sum(floors) > served:  # not a network: the sink would give instead of take
        return network_of([(0, 1, 0, 0)], [1, -1])
    return network_of(layout.arcs, supplies)


def _assign(layout: _Layout, flows: Integers, policy: Policy) -> Iterator[tuple[str, Assignment]]:
    """Iterate over the assignments of a flow.

    In a class, the first inquiries take the places with the least waiting; in a bucket, the first
    take the agents of the greatest value. Agents of equal value take turns in the order of ids.
    """
    flow = flows.tolist()
    coming: list[list[Inquiry]] = [[] for _ in layout.buckets]
    arc = 0
    for offers, own in layout.classes:
        queue = deque(own)
        numbered = [(steps, bucket, flow[arc + n]) for n, (bucket, steps) in enumerate(offers)]
        arc += len(offers)
        for _, bucket, count in sorted(numbered):
            coming[bucket] += [queue.popleft() for _ in range(count)]
    taken: dict[tuple[int, Level], int] = {}
    for number, place in enumerate(layout.levels):
        taken[place] = flow[layout.first_level + number]
    for number, bucket in enumerate(layout.buckets):
        places = _places(bucket, [(level, taken[number, level]) for level, _ in _levels(bucket)])
        arrivals = sorted(coming[number], key=lambda one: (one.minute, one.id))
        for inquiry, agent in zip(arrivals, places, strict=True):
            yield inquiry.id, assignment(inquiry, agent, policy)


def _places(bucket: Bucket, taken: Sequence[tuple[Level, int]]) -> Iterator[Agent]:
    """Iterate over the agents that serve, once for each inquiry."""
    for level, count in taken:
        left = count
        turns = deque(
            (agent, agent.capacity)
            for agent in bucket.agents
            if (agent.group, agent.value) == level
        )
        while left:
            agent, room = turns.popleft()
            yield agent
            left -= 1
            if room > 1:
                turns.append((agent, room - 1))


def assignment(inquiry: Inquiry, agent: Agent, policy: Policy) -> Assignment:
    """Return an inquiry with its agent, the minutes of waiting, and the value."""
    minutes = agent.waiting(inquiry.minute)
    assert minutes is not None
    value = agent.value - policy.step_cost * policy.steps(minutes)
    return Assignment(inquiry, agent, minutes, value)
