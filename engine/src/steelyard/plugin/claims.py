"""Claims of an author about an item type, which the plugin kit tests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from steelyard.plugin.context import ItemContext

Number = int | Decimal
Direction = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims about the points of an item type, for every merchant and all accepted parameters.

    `max_points` is the maximum of the points: a number, or a function of the parameters. `monotone`
    states how points change with a fact while all other facts stay the same: "up", more of the fact
    never gives fewer points; "down", more of the fact never gives more points.
    """

    max_points: Number | Callable[[ItemContext], Number] | None = None
    monotone: Mapping[str, Direction] = field(default_factory=dict[str, Direction])


NO_CLAIMS = Claims()
