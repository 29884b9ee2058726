"""Why an inquiry has its agent, or none: who could serve it, who could not, and what decided.

In a batch, a place of an agent has a price: the value that the place is worth to others, from the
proof that the dispatch is optimal. The agent with the greatest value less price and waiting serves.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from steelyard.errors import InvalidInput, Problem, suggest
from steelyard.model.limits import MAX_NAME_FIXES
from steelyard.model.texts import Language
from steelyard.programme.dispatch.eligibility import Bar, barred
from steelyard.programme.dispatch.model import Agent, Assignment, Dispatch
from steelyard.report.wording.layout import cell, columns
from steelyard.report.wording.messages import say

MAX_SHOWN = 8  # agents that could serve


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent that could serve an inquiry: value, cost of waiting, price of its place, load.

    `price` is None one inquiry at a time.
    """

    agent: Agent
    waiting: int
    cost: int
    price: int | None
    load: int

    @property
    def net(self) -> int:
        """The value less the cost of waiting and the price."""
        return self.agent.value - self.cost - (self.price or 0)


@dataclass(frozen=True, slots=True)
class Why:
    """Everything that decided about one inquiry."""

    assignment: Assignment
    candidates: tuple[Candidate, ...]
    barred: Mapping[Bar, int]


def why(dispatch: Dispatch, inquiry_id: str) -> Why:
    """Return what decided about an inquiry. Raises `InvalidInput` SY703 for an unknown one."""
    found = next((one for one in dispatch.assignments if one.inquiry.id == inquiry_id), None)
    if found is None:
        near = [one.inquiry.id for one in dispatch.assignments[:MAX_NAME_FIXES]]
        what = f"no inquiry that was read has the id {inquiry_id!r}"
        raise InvalidInput([Problem("SY703", what, fix=suggest(inquiry_id, near))])
    policy = dispatch.policy
    eligible, counts = barred(dispatch.agents, found.inquiry, policy)
    load = Counter(one.agent.id for one in dispatch.assignments if one.agent is not None)
    candidates = []
    for agent in eligible:
        waiting = agent.waiting(found.inquiry.minute) or 0
        worth = dispatch.worth.get(agent.id)
        price = None if worth is None else agent.value - worth
        cost = policy.step_cost * policy.steps(waiting)
        candidates.append(Candidate(agent, waiting, cost, price, load[agent.id]))
    candidates.sort(key=lambda one: (one.agent != found.agent, -one.net, one.agent.id))
    return Why(found, tuple(candidates), counts)


def why_text(dispatch: Dispatch, found: Why, language: Language) -> str:
    """Return the explanation for people."""
    inquiry, agent = found.assignment.inquiry, found.assignment.agent
    parts = {
        "inquiry": inquiry.id,
        "time": f"{inquiry.minute // 60:02}:{inquiry.minute % 60:02}",
        "spoken": inquiry.language,
        "skill": inquiry.skill,
    }
    lines = [cell(say("dispatch.why.inquiry", language, **parts))]
    if agent is None:
        reason = say(f"dispatch.unserved.{found.assignment.reason}", language)
        lines.append(say("dispatch.why.unserved", language, reason=reason))
    else:
        group = dispatch.policy.groups[agent.group].title.of(language)
        given = {"agent": agent.id, "merchant": agent.merchant, "group": group}
        lines.append(cell(say("dispatch.why.agent", language, **given)))
        lines.append(say(f"dispatch.why.decided.{dispatch.mode}", language))
    counts = {f"by_{name}": str(count) for name, count in found.barred.items()}
    able = str(len(found.candidates))
    lines += ["", say("dispatch.why.eligible", language, able=able, **counts)]
    if found.candidates:
        lines += _candidate_lines(dispatch, found.candidates, agent, language)
    return "".join(f"{line}\n" for line in lines)


def _candidate_lines(
    dispatch: Dispatch, candidates: Sequence[Candidate], chosen: Agent | None, language: Language
) -> list[str]:
    batch = dispatch.mode == "batch"
    keys = ["agent", "group", "value", "waiting", *(["price", "net"] if batch else []), "load"]
    head = ["", *(say(f"dispatch.column.{key}", language) for key in keys)]
    rows = [head]
    for one in candidates[:MAX_SHOWN]:
        numbers = [str(one.agent.value), str(-one.cost)]
        numbers += [str(-(one.price or 0)), str(one.net)] if batch else []
        rows.append(
            [
                "→" if one.agent is chosen else "",
                cell(one.agent.id),
                dispatch.policy.groups[one.agent.group].title.of(language),
                *numbers,
                f"{one.load}/{one.agent.capacity}",
            ]
        )
    lines = columns(rows, "lllrr" + ("rr" if batch else "") + "r", head=1)
    if more := len(candidates[MAX_SHOWN:]):
        lines.append(say("dispatch.why.more", language, more=str(more)))
    return lines


def why_json(dispatch: Dispatch, found: Why) -> dict[str, Any]:
    """Return the explanation as JSON data."""
    inquiry, agent = found.assignment.inquiry, found.assignment.agent
    return {
        "inquiry": inquiry.id,
        "minute": inquiry.minute,
        "language": inquiry.language,
        "skill": inquiry.skill,
        "agent": None if agent is None else agent.id,
        "reason": found.assignment.reason,
        "not_eligible": dict(found.barred),
        "eligible": [
            {
                "agent": one.agent.id,
                "merchant": one.agent.merchant,
                "group": dispatch.policy.groups[one.agent.group].id,
                "value": one.agent.value,
                "waiting_minutes": one.waiting,
                "waiting_cost": one.cost,
                "price": one.price,
                "net": one.net,
                "served": one.load,
                "capacity": one.agent.capacity,
            }
            for one in found.candidates
        ],
    }
