"""Which agents can serve an inquiry, and why others cannot."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from steelyard.programme.dispatch.model import Agent, Inquiry, Policy, Unserved

Bar = Literal["language", "skill", "hours", "capacity"]
Shape = tuple[tuple[str, ...], tuple[str, ...], int, int]  # skills, languages, start, end


def bar_of(agent: Agent, inquiry: Inquiry, policy: Policy) -> Bar | None:
    """Return the first thing that keeps an agent from an inquiry; None if nothing does."""
    if inquiry.language not in agent.languages:
        return "language"
    if inquiry.skill not in agent.skills:
        return "skill"
    waiting = agent.waiting(inquiry.minute)
    if waiting is None or waiting > policy.max_minutes:
        return "hours"
    return None if agent.capacity else "capacity"


@dataclass(frozen=True, slots=True)
class Bucket:
    """Agents with the same skills, languages and hours, in the order of their ids."""

    skills: frozenset[str]
    languages: frozenset[str]
    agents: tuple[Agent, ...]

    @property
    def capacity(self) -> int:
        """The inquiries that the agents can serve together."""
        return sum(agent.capacity for agent in self.agents)


def buckets_of(agents: Sequence[Agent]) -> list[Bucket]:
    """Return the buckets of agents that can serve anyone, in a fixed order."""
    members: dict[Shape, list[Agent]] = {}
    for agent in agents:
        if agent.capacity:
            shape = (agent.skills, agent.languages, agent.start, agent.end)
            members.setdefault(shape, []).append(agent)
    return [
        Bucket(frozenset(shape[0]), frozenset(shape[1]), tuple(own))
        for shape, own in sorted(members.items())
    ]


Offers = tuple[
    tuple[int, int], ...
]  # buckets that can serve an inquiry, each with the steps of waiting


class Market:
    """The buckets of a dispatch, and what they offer to each kind of inquiry."""

    def __init__(self, agents: Sequence[Agent], policy: Policy) -> None:
        self.policy = policy
        self.buckets = buckets_of(agents)
        self._languages = {language for agent in agents for language in agent.languages}
        self._skills = {skill for agent in agents for skill in agent.skills}
        self._matching = cache(self._find_matching)
        self._offers = cache(self._find_offers)

    def offers(self, inquiry: Inquiry) -> Offers:
        """Return the buckets that can serve an inquiry, each with the steps of waiting."""
        return self._offers(inquiry.language, inquiry.skill, inquiry.minute)

    def why_none(self, inquiry: Inquiry) -> Unserved:
        """Return why no bucket can serve an inquiry."""
        if inquiry.language not in self._languages:
            return "language"
        if inquiry.skill not in self._skills:
            return "skill"
        if self._matching(inquiry.language, inquiry.skill):
            return "hours"
        return "both"

    def _find_matching(self, language: str, skill: str) -> tuple[tuple[int, int, int], ...]:
        """Return the buckets with a language and a skill, each with its start and end."""
        return tuple(
            (number, bucket.agents[0].start, bucket.agents[0].end)
            for number, bucket in enumerate(self.buckets)
            if language in bucket.languages and skill in bucket.skills
        )

    def _find_offers(self, language: str, skill: str, minute: int) -> Offers:
        latest = minute + self.policy.max_minutes
        return tuple(
            (number, self.policy.steps(max(0, start - minute)))
            for number, start, end in self._matching(language, skill)
            if start <= latest and minute < end
        )


def barred(
    agents: Collection[Agent], inquiry: Inquiry, policy: Policy
) -> tuple[list[Agent], Mapping[Bar, int]]:
    """Return the agents that can serve an inquiry, and how many each bar keeps from it."""
    eligible: list[Agent] = []
    counts: dict[Bar, int] = {"language": 0, "skill": 0, "hours": 0, "capacity": 0}
    for agent in agents:
        bar = bar_of(agent, inquiry, policy)
        if bar is None:
            eligible.append(agent)
        else:
            counts[bar] += 1
    return eligible, counts
