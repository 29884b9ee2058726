"""Leaderboards as a book declares them: who may be on one, in which order, and how many."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from steelyard.errors import Place
from steelyard.model.frozen import frozen
from steelyard.model.texts import Text

Section = Literal["industry", "shop_type", "scene"]
Absent = Literal["first", "last"]

MERCHANT = "merchant"
NUMBER_COLUMNS = (
    "score", "to_next_tier", "unclamped", "unrounded", "base", "bonus", "deductions_total",
)  # fmt: skip
TEXT_COLUMNS = ("industry", "shop_type", "scene", "tier", "next_tier", "ruleset", "rollout", "arm")
LIST_COLUMNS = ("badges", "benefits")
DIMENSION = "dimension."
"""The columns of results that boards read; `dimension.ID` is the score of a dimension."""

LABELS: tuple[Section | Literal["tier"], ...] = ("industry", "shop_type", "scene", "tier")


def is_number(column: str) -> bool:
    """Return whether a column of results has numbers that a board can rank by."""
    return column in NUMBER_COLUMNS or column.startswith(DIMENSION)


@frozen
class Key:
    """A column that orders merchants.

    `absent` says where merchants without a value come; None if there must be none.
    """

    column: str
    descending: bool
    absent: Absent | None = None
    place: Place | None = None

    @property
    def absent_last(self) -> bool:
        """True if merchants without a value come after all others."""
        return self.absent != "first"


@frozen
class Condition:
    """A condition on a column: numbers within limits, a text of a list, or an id among others.

    An absent value does not meet it.
    """

    id: str
    title: Text
    column: str
    low: Decimal | int | None = None
    high: Decimal | int | None = None
    values: tuple[str, ...] | None = None
    has: str | None = None


@frozen
class GroupLimits:
    """Limits on the places that each group of a section gets; groups are values of a column."""

    column: str
    low: int
    high: int | None
    place: Place


@frozen
class Board:
    """A leaderboard.

    There is one section of `size` places for each value of the column `by`, or a single one.
    `labels` has the allowed values of industry, shop_type, scene and tier, where not all are.
    `keys` is the whole order: the ranking keys, then the tie-breaks, which end in the merchant.
    It is valid from `first_day` to `last_day`, both counted in days after the day of the scores.
    """

    id: str
    title: Text
    description: Text | None
    illustrative: bool
    by: Section | None
    labels: Mapping[str, tuple[str, ...]]
    conditions: tuple[Condition, ...]
    keys: tuple[Key, ...]
    ranking_keys: int
    size: int
    groups: GroupLimits | None
    first_day: int
    last_day: int
    place: Place

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of results that the board needs besides those of every board."""
        columns = [*self.labels, *(one.column for one in self.conditions)]
        columns += [key.column for key in self.keys]
        columns += [name for name in (self.by, self.groups and self.groups.column) if name]
        return tuple(dict.fromkeys(columns))
