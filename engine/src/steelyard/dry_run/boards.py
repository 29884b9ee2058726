"""Boards: the few merchants that a report shows by name, the best of each list kept in a stream."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from steelyard.errors import Place
from steelyard.merchants.columns import Batch
from steelyard.merchants.rows import Merchant

LABELS = ("row", "merchant", "industry", "shop_type")


@dataclass(frozen=True, slots=True)
class Entry:
    """One merchant on a board: where it came in the run, and its facts in each reading."""

    rank: tuple[int, int]  # the key to sort by, the smaller the better; then the place in the run
    name: str
    industry: str
    shop_type: str | None
    values: Mapping[str, object]
    merchants: tuple[Merchant | None, ...]


@dataclass(slots=True)
class Board:
    """The first `size` merchants of a list by their keys, of equals those that came first."""

    name: str
    size: int
    entries: list[Entry] = field(default_factory=list)
    seen: int = 0

    def wanted(self, keys: NDArray[np.int64], chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the positions, best first, that may belong on the board."""
        positions = np.flatnonzero(chosen)
        self.seen += len(positions)
        if len(self.entries) == self.size and self.size:
            positions = positions[keys[positions] < self.entries[-1].rank[0]]
        if len(positions) > self.size:
            order = np.argsort(keys[positions], kind="stable")[: self.size]
            positions = positions[order]
        return positions

    def add(self, entries: Sequence[Entry]) -> None:
        """Take merchants in, and let go of those that are no longer among the first."""
        self.entries = sorted((*self.entries, *entries), key=lambda one: one.rank)[: self.size]


def merchant_at(batch: Batch, facts: pl.DataFrame, position: int) -> Merchant:
    """Return a merchant as the row reader would have it, from its row in columns."""
    row = facts.row(position, named=True)
    values = {
        name.removeprefix("fact:"): _value(value)
        for name, value in row.items()
        if name not in LABELS and value is not None
    }
    place = batch.place(row["row"])
    return Merchant(
        row["merchant"],
        row["industry"],
        row["shop_type"],
        values,
        row["row"],
        Place(place.file, place.line),
    )


def _value(value: Any) -> Any:  # noqa: ANN401 - as the column has it
    if isinstance(value, list):
        return tuple(
            {key: part for key, part in record.items() if part is not None} for record in value
        )
    return value
