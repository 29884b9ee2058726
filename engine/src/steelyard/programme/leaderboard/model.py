"""A leaderboard as data: sections, places, who is next, who fell off, and how all rows add up.

A number is an integer with `SCALE` decimals; None is an absent value. All names of reasons are
codes: `no_score`, a label such as `tier`, or the id of a condition.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from steelyard.errors import Place
from steelyard.model.boards import Board

Values = tuple[int | None, ...]
"""The values of a merchant for the keys of a board, without the last one, which is its id."""

Movement = Literal["new", "up", "down", "same"]
OutsideReason = Literal["overtaken", "group_full"]
FallReason = Literal["overtaken", "group_full", "not_eligible", "moved", "rejected", "gone"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An eligible merchant of a section; `group` is empty on boards without groups."""

    merchant: str
    industry: str
    shop_type: str | None
    tier: str | None
    group: str
    values: Values


@dataclass(frozen=True, slots=True)
class Decision:
    """What decided between two merchants: a key, its values, and how far they are apart.

    `key` is the position in the keys of the board; that of the id has no values.
    """

    key: int
    own: int | None
    other: int | None

    @property
    def difference(self) -> int | None:
        """The distance of the two numbers, None if one of them is absent."""
        if self.own is None or self.other is None:
            return None
        return abs(self.own - self.other)


@dataclass(frozen=True, slots=True)
class Need:
    """What a merchant needs to pass `rival`, if nothing else changes.

    The key at position `key` must reach `target`, or go beyond it if `beyond`; `change` is the
    distance to the target, None if the merchant has no value. For a key in descending order the
    value must rise, otherwise fall.
    """

    rival: str
    key: int
    target: int
    change: int | None
    beyond: bool


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place of a section.

    `below` is the decision against the next place, `to_pass` what passes the place before.
    `reserved` is true for a place that only the minimum of its group gives.
    """

    rank: int
    candidate: Candidate
    reserved: bool
    below: Decision | None = None
    to_pass: Need | None = None
    previous: int | None = None
    movement: Movement | None = None


@dataclass(frozen=True, slots=True)
class Outside:
    """A merchant without a place: `to_enter` is what gives it one, if any number can."""

    candidate: Candidate
    reason: OutsideReason
    to_enter: Need | None


@dataclass(frozen=True, slots=True)
class Fallen:
    """A merchant that had a place on the previous board and has none now.

    `rule` is why it is not eligible, or the section that it moved to.
    """

    merchant: str
    previous: int
    reason: FallReason
    rule: str | None = None
    outside: Outside | None = None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A group with fewer eligible merchants than its minimum of places."""

    group: str
    wanted: int
    eligible: int


@dataclass(frozen=True, slots=True)
class BoardSection:
    """The places of one industry, shop type or scene; the id is None on a board for all."""

    id: str | None
    eligible: int
    places: tuple[Ranked, ...]
    outside: tuple[Outside, ...] = ()
    short: tuple[Shortfall, ...] = ()
    fell: tuple[Fallen, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How the rows of a run add up: eligible, not eligible by reason, and rejected."""

    rows: int
    eligible: int
    not_eligible: Mapping[str, int]
    rejected: int

    @property
    def adds_up(self) -> bool:
        """True if every row is counted once."""
        return self.rows == self.eligible + sum(self.not_eligible.values()) + self.rejected


@dataclass(frozen=True, slots=True)
class Previous:
    """A previous leaderboard: its digest and day, and the rank of each merchant by section."""

    digest: str
    as_of: date
    ranks: Mapping[str | None, Mapping[str, int]]
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """A board made from the results of one day; `digest` names it."""

    board: Board
    definition: str
    digest: str
    as_of: date
    scene: str | None
    plans: tuple[str, ...]
    counts: Counts
    sections: tuple[BoardSection, ...]
    previous: Previous | None = None
