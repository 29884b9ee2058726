"""Dispatch of one inquiry at a time: the weighted rendezvous hash, on whole numbers.

Every pair of an inquiry and an agent has a hash of 64 bits, and so a time of arrival
`-log2(hash / 2^64)`. The agent whose time divided by its value is the least serves. So an agent
serves in proportion to its value, and whoever leaves or joins moves no other inquiry.

A group whose share would fall below its min share comes first. Logarithms are whole numbers of
`2^-24`, from a table that is computed with integers.
"""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import Any

import numpy as np

from steelyard.programme.dispatch.batch import assignment
from steelyard.programme.dispatch.eligibility import Market, Offers
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

Integers = Any  # an array of int64 or uint64

_BITS = 24  # of a logarithm after the point
_INDEX = 12  # bits of the mantissa that choose an entry of the table
_SHIFT = 32  # a time has at most 31 bits
_WHOLE = 10**SHARE_DECIMALS


def dispatch_online(inquiries: Inquiries, agents: Agents, policy: Policy) -> Dispatch:
    """Return the dispatch of inquiries one by one, in the order of their time and id."""
    line = _Line(agents.agents, policy)
    assignments = tuple(line.serve(inquiry) for inquiry in inquiries.inquiries)
    served = sum(line.counts)
    floors = tuple(
        Floor(number, -(-group.min_share * served // _WHOLE), line.counts[number])
        for number, group in enumerate(policy.groups)
        if group.min_share
    )
    return Dispatch("online", policy, agents.agents, assignments, floors, None, {})


class _Line:
    """The agents with the room that they have left."""

    def __init__(self, agents: Sequence[Agent], policy: Policy) -> None:
        self.policy = policy
        self.market = Market(agents, policy)
        self.agents = [agent for bucket in self.market.buckets for agent in bucket.agents]
        self.counts = [0] * len(policy.groups)
        self._room = np.array([agent.capacity for agent in self.agents], dtype=np.int64)
        self._values = np.array([agent.value for agent in self.agents], dtype=np.int64)
        self._groups = np.array([agent.group for agent in self.agents], dtype=np.int64)
        self._keys = keys_of([agent.id for agent in self.agents], policy.salt)
        ends = np.cumsum([len(bucket.agents) for bucket in self.market.buckets]).tolist()
        self._spans = [
            (end - len(bucket.agents), end)
            for bucket, end in zip(self.market.buckets, ends, strict=True)
        ]
        self._pools = cache(self._pool)

    def _pool(self, offers: Offers) -> tuple[Integers, Integers]:
        """Return the agents of some buckets, and for each the steps of waiting."""
        ranges = [np.arange(*self._spans[bucket]) for bucket, _ in offers]
        steps = np.array([steps for _, steps in offers], dtype=np.int64)
        return np.concatenate(ranges), np.repeat(steps, [len(one) for one in ranges])

    def serve(self, inquiry: Inquiry) -> Assignment:
        """Return the assignment of the next inquiry, and take the place of its agent."""
        offers = self.market.offers(inquiry)
        if not offers:
            return Assignment(inquiry, reason=self.market.why_none(inquiry))
        pool, steps = self._pools(offers)
        free = self._room[pool] > 0
        pool, steps = pool[free], steps[free]
        if not len(pool):
            return Assignment(inquiry, reason="capacity")
        first = self._first_group(pool)
        if first is not None:
            own = self._groups[pool] == first
            pool, steps = pool[own], steps[own]
        weights = np.maximum(self._values[pool] - self.policy.step_cost * steps, 1)
        agent = int(pool[self._least(inquiry, pool, weights)])
        self._room[agent] -= 1
        self.counts[self.agents[agent].group] += 1
        return assignment(inquiry, self.agents[agent], self.policy)

    def _first_group(self, pool: Integers) -> int | None:
        """Return the first group that would fall below its min share and can serve."""
        total = sum(self.counts) + 1
        for number, group in enumerate(self.policy.groups):
            is_short = self.counts[number] * _WHOLE < group.min_share * total
            if is_short and (self._groups[pool] == number).any():
                return number
        return None

    def _least(self, inquiry: Inquiry, pool: Integers, weights: Integers) -> int:
        """Return the place in the pool of the least time by weight; ties go to the first id."""
        times = times_of(int(keys_of([inquiry.id], self.policy.salt)[0]), self._keys[pool])
        rounded = (times << _SHIFT) // weights  # the least ratio is among those of the least floor
        near = np.flatnonzero(rounded == rounded.min()).tolist()
        best = near[0]
        for one in near[1:]:
            left, right = (int(times[a]) * int(weights[b]) for a, b in ((one, best), (best, one)))
            if left < right or (left == right and self._id(pool, one) < self._id(pool, best)):
                best = one
        return best

    def _id(self, pool: Integers, place: int) -> str:
        return self.agents[int(pool[place])].id


def keys_of(ids: Sequence[str], salt: str) -> Integers:
    """Return a key of 64 bits for each id."""
    digests = b"".join(sha256(f"{salt}\0{one}".encode()).digest()[:8] for one in ids)
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64)


def times_of(key: int, keys: Integers) -> Integers:
    """Return the time of arrival of each pair, in units of `2^-24`."""
    hashes = _mixed(keys ^ np.uint64(key))
    # the highest set bit, found by halves
    bits = np.zeros(len(hashes), dtype=np.uint64)
    rest = hashes.copy()
    for shift in (32, 16, 8, 4, 2, 1):
        high = rest >> np.uint64(shift)
        big = high > 0
        bits[big] += np.uint64(shift)
        rest = np.where(big, high, rest)
    mantissa = hashes << (np.uint64(63) - bits)  # its highest bit is set, unless the hash is 0
    index = ((mantissa >> np.uint64(63 - _INDEX)) & np.uint64((1 << _INDEX) - 1)).astype(np.int64)
    below = ((mantissa >> np.uint64(63 - 2 * _INDEX)) & np.uint64((1 << _INDEX) - 1)).astype(
        np.int64
    )
    table = _logarithms()
    fraction = table[index] + ((table[index + 1] - table[index]) * below >> _INDEX)
    return (np.int64(64) - bits.astype(np.int64)) * (1 << _BITS) - fraction


def _mixed(values: Integers) -> Integers:
    """Return the finalizer of SplitMix64, which spreads every bit over all others."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


@cache
def _logarithms() -> Integers:
    """Return `log2(1 + n / 4096)` for n from 0 to 4096, in units of `2^-24`, rounded down."""
    return np.array([_log2(n) for n in range((1 << _INDEX) + 1)], dtype=np.int64)


def _log2(n: int) -> int:
    """Return a logarithm bit by bit: squaring a number doubles its logarithm."""
    point = 64
    number = (1 << point) + (n << (point - _INDEX))
    if number == 2 << point:
        return 1 << _BITS
    result = 0
    for _ in range(_BITS):
        number = number * number >> point
        result <<= 1
        if number >= 2 << point:
            number >>= 1
            result += 1
    return result
