"""Where the rows of a batch come from: one source, or several small ones."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from steelyard.errors import Place


@dataclass(frozen=True, slots=True)
class Origin:
    """The source of the rows of a batch whose numbers are above `before`.

    The number of a row in its source is its number in the batch minus `before`; its line is that
    plus `offset`.
    """

    source: str
    before: int = 0
    offset: int = 0

    def place(self, row: int) -> Place:
        """Return the place of a row of a batch."""
        return Place(self.source, row - self.before + self.offset)


def origin_of(origins: Sequence[Origin], row: int) -> Origin:
    """Return the origin of a row; origins are in the order of their rows."""
    return origins[bisect_left(origins, row, key=lambda one: one.before) - 1]
