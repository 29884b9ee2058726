"""Batches: rows of a population, each accepted or rejected."""

from dataclasses import dataclass

import polars as pl

from steelyard.errors import Place
from steelyard.merchants.rows import Reject


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of one source, each in exactly one of `facts` and `rejects`.

    `facts` has the columns row, merchant, industry, shop_type, and one for each fact that the
    source gives, as `evaluators.polars` reads them. A row's line in the source is its number
    plus `offset`.
    """

    source: str
    rows: int
    facts: pl.DataFrame
    rejects: tuple[Reject, ...]
    offset: int = 0

    def place(self, row: int) -> Place:
        """Return the place of a row."""
        return Place(self.source, row + self.offset)
