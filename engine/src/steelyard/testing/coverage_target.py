"""Parts of rules that a case can touch, and tests of whether an evaluation touches them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from steelyard.errors import Place
from steelyard.model.outcomes import REQUIREMENT_STATUSES
from steelyard.plan.structure import Plan, Requirement
from steelyard.testing.branches import Taken, Values

Kind = Literal[
    "ruleset", "scene", "gate", "exemption", "metric", "band", "item", "requirement", "row", "veto",
    "cap", "tier", "badge", "branch",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Target:
    """A part of the rules: an outcome of an item, a row of a table, a tier."""

    kind: Kind
    place: Place
    part: str
    what: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One case's merchant under a plan: the value of every node, and the branches taken."""

    values: Values
    taken: Taken

    def is_true(self, index: int) -> bool:
        """Return whether a yes/no node is true."""
        return bool(self.values[index])

    def differ(self, before: int, after: int) -> bool:
        """Return whether a stage changed a number."""
        return self.values[before] != self.values[after]


Touches = Callable[[Evaluation], bool]
Found = Iterator[tuple[Target, Touches]]


def statuses(kind: Kind, part: str, one: Requirement, place: Place | None, plan: Plan) -> Found:
    """Give each status that a requirement can have."""
    where = place if kind == "badge" or one.place is None else one.place
    if where is None:
        return
    for value in codes(plan, one.status):
        status = REQUIREMENT_STATUSES[value]
        what = f"{one.id}: {status}" if kind == "requirement" else status
        yield Target(kind, where, part, what), value_is(one.status, value)


def value_is(index: int, value: int) -> Touches:
    """Return the test of whether a node has a value."""
    return lambda run: run.values[index] == value


def answers(plan: Plan, index: int) -> tuple[bool, ...]:
    """Return the truths that a yes/no node can have, by its interval."""
    node = plan.nodes[index]
    return tuple(answer for answer in (False, True) if node.low <= answer <= node.high)


def codes(plan: Plan, index: int) -> list[int]:
    """Return the codes that a choice between constants can give, ascending."""
    found: set[int] = set()
    seen: set[int] = set()
    todo = [index]
    while todo:
        at = todo.pop()
        node = plan.nodes[at]
        if node.op == "constant":
            found.add(node.value)
        elif at not in seen:
            seen.add(at)
            todo.extend(node.args[1:])
    return sorted(found)
