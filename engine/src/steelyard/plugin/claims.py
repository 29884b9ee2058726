"""What an author vouches for: claims that the conformance kit tests and, where it can, proves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from steelyard.plugin.context import ItemContext

Number = int | Decimal
Direction = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims about the points of an item type, for any merchant and any parameters it accepts.

    `max_points` is the most it can give: a number, or a function that reads it from the parameters.
    `monotone` says for a fact how points go with it while all other facts stay: "up", more of the
    fact never gives fewer points; "down", more of the fact never gives more points.
    """

    max_points: Number | Callable[[ItemContext], Number] | None = None
    monotone: Mapping[str, Direction] = field(default_factory=dict[str, Direction])


NO_CLAIMS = Claims()
