"""Policies, agents, inquiries and the result of a dispatch, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from steelyard.errors import Problem
from steelyard.model.texts import Text
from steelyard.programme.tables import RejectedRow

SCORE_DECIMALS = 4
SHARE_DECIMALS = 6
MINUTES = 24 * 60  # of a day

Unserved = Literal["language", "skill", "both", "hours", "capacity"]
UNSERVED: tuple[Unserved, ...] = ("language", "skill", "both", "hours", "capacity")
Mode = Literal["batch", "online"]


@dataclass(frozen=True, slots=True)
class Group:
    """A group of agents: its limits, its weight, and its min share in millionths.

    `score_min` is scaled by `SCORE_DECIMALS`.
    """

    id: str
    title: Text
    weight: int
    certified: bool | None = None
    score_min: int | None = None
    min_share: int = 0

    def takes(self, score: int | None, *, certified: bool) -> bool:
        """Return whether an agent with a score meets the limits of the group."""
        if self.certified is not None and self.certified != certified:
            return False
        return self.score_min is None or (score is not None and score >= self.score_min)


@dataclass(frozen=True, slots=True)
class Policy:
    """How inquiries are given to agents. `score_above` is scaled by `SCORE_DECIMALS`."""

    id: str
    title: Text
    illustrative: bool
    skills: tuple[str, ...]
    groups: tuple[Group, ...]
    score_weight: int
    score_above: int
    max_minutes: int
    step_minutes: int
    step_cost: int
    salt: str

    def group_of(self, score: int | None, *, certified: bool) -> int:
        """Return the number of the first group whose limits an agent meets."""
        return next(n for n, one in enumerate(self.groups) if one.takes(score, certified=certified))

    def value_of(self, group: int, score: int | None) -> int:
        """Return the value of an inquiry that an agent serves without waiting; rounded down."""
        points = max(0, (score or 0) - self.score_above)
        return self.groups[group].weight + self.score_weight * points // 10**SCORE_DECIMALS

    def steps(self, minutes: int) -> int:
        """Return the steps of some minutes of waiting; a started step counts as a whole one."""
        return -(-minutes // self.step_minutes)


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent of a merchant; hours are minutes of the day, the end is not included.

    `group` is the number of the agent's group in the policy, `value` that of an inquiry served
    without waiting.
    """

    id: str
    merchant: str
    group: int
    value: int
    capacity: int
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    start: int
    end: int

    def waiting(self, minute: int) -> int | None:
        """Return the minutes until the agent can serve; None if not on the same day."""
        return None if minute >= self.end else max(0, self.start - minute)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A customer's inquiry at a minute of the day."""

    id: str
    minute: int
    language: str
    skill: str


@dataclass(frozen=True, slots=True)
class Agents:
    """Agents in the order of their ids, rejected rows, and warnings."""

    agents: tuple[Agent, ...]
    rejects: tuple[RejectedRow, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Inquiries:
    """Inquiries of one day in the order of their time and id, and rejected rows."""

    day: date
    inquiries: tuple[Inquiry, ...]
    rejects: tuple[RejectedRow, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """An inquiry with its agent and the minutes of waiting, or with the reason for having none."""

    inquiry: Inquiry
    agent: Agent | None = None
    waiting: int = 0
    value: int = 0
    reason: Unserved | None = None


@dataclass(frozen=True, slots=True)
class Floor:
    """The min share of a group: the inquiries that it should serve, and did serve.

    `possible` is what can be reached with the floors of the groups before it; None if that was not
    looked for.
    """

    group: int
    wanted: int
    served: int
    possible: int | None = None


@dataclass(frozen=True, slots=True)
class Dispatch:
    """The result: assignments in the order of the inquiries, and floors of the groups.

    `bound` is the greatest value that any dispatch with as many inquiries served and the same
    floors can have, None in the mode `online`. `worth` is, by agent, the value that one more place
    of the agent is worth in the batch.
    """

    mode: Mode
    policy: Policy
    agents: tuple[Agent, ...]
    assignments: tuple[Assignment, ...]
    floors: tuple[Floor, ...]
    bound: int | None
    worth: Mapping[str, int]

    @property
    def value(self) -> int:
        """The value of all inquiries that are served."""
        return sum(one.value for one in self.assignments)

    @property
    def served(self) -> int:
        """The number of inquiries that are served."""
        return sum(one.agent is not None for one in self.assignments)
