"""A name that several rows share, and its problem: none of the rows is surely the right one."""

from dataclasses import dataclass, field

from steelyard.errors import Place, Problem
from steelyard.model.limits import MAX_DUPLICATE_ROWS


@dataclass(slots=True)
class Duplicate:
    """The first few places of a name, as source and row, and how many rows have it."""

    count: int = 0
    places: list[tuple[str, int]] = field(default_factory=list)

    def add(self, source: str, row: int) -> None:
        """Count one more row."""
        self.count += 1
        if len(self.places) < MAX_DUPLICATE_ROWS:
            self.places.append((source, row))

    def problem(self, name: str, place: Place) -> Problem:
        """Return the problem of each of the rows."""
        expected = "a name of its own for each merchant"
        more = ", …" if self.count > len(self.places) else ""
        sources = {source for source, _ in self.places}
        if not self.places:  # where rows have no numbers
            what = f"the name {name!r} is given to {self.count} rows"
        elif len(sources) == 1:
            shown = ", ".join(str(row) for _, row in self.places)
            what = f"the name {name!r} is given to the rows {shown}{more}"
        else:
            shown = ", ".join(f"{source} row {row}" for source, row in self.places)
            what = f"{name!r} stands in several places: {shown}{more}"
        return Problem("SY607", what, place, expected)
