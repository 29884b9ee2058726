"""Top lists: the merchants that a report shows by name, collected while batches are read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from steelyard.dry_run.batches import PlacedRows
from steelyard.dry_run.calculation import Calculation
from steelyard.dry_run.impact.counting import Flags, Integers
from steelyard.dry_run.impact.model import ShownMerchant
from steelyard.dry_run.impact.tally import REJECTED, SCORED, STATUSES, ImpactRows
from steelyard.errors import Place
from steelyard.merchants.columns import Batch
from steelyard.merchants.rows import Merchant, Reject
from steelyard.scorecard.model import Exact, minus

LABELS = ("row", "merchant", "industry", "shop_type")
Selection = tuple[Integers, Flags]  # the key to sort by, smallest first; the merchants selected


@dataclass(frozen=True, slots=True)
class ListedMerchant:
    """One merchant of a list, as a report shows it but for its scorecards.

    `key` is its sort key, `number` its index in the run. `merchants` and `problems` have an entry
    for each reading of facts: the merchant, or the reasons why it is rejected.
    """

    key: int
    number: int
    shown: ShownMerchant
    merchants: tuple[Merchant | None, ...]
    problems: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class TopList:
    """The merchants with the smallest keys, `size` at most; equal keys keep their order."""

    name: str
    size: int
    entries: list[ListedMerchant] = field(default_factory=list)

    def candidates(self, keys: Integers, chosen: Flags) -> Integers:
        """Return the indices of the rows of a batch that may belong on the list, best first."""
        places = np.flatnonzero(chosen)
        if len(self.entries) == self.size and self.size:
            places = places[keys[places] < self.entries[-1].key]
        return places[np.argsort(keys[places], kind="stable")[: self.size]]

    def add(self, entries: Sequence[ListedMerchant]) -> None:
        """Add merchants, and drop those that are no longer among the first."""
        ranked = sorted((*self.entries, *entries), key=lambda entry: (entry.key, entry.number))
        self.entries = ranked[: self.size]


class BatchMerchants:
    """The merchants of a batch by index; `start` is the index of the first merchant in the run."""

    def __init__(
        self,
        batches: Sequence[Batch],
        placed: PlacedRows,
        rows: ImpactRows,
        start: int,
        calculation: Calculation,
    ) -> None:
        self._batches, self._rows, self._start = batches, rows, start
        self._calculation = calculation
        self._numbers = placed.numbers
        self._positions = [np.full(len(placed.numbers), -1, dtype=np.int64) for _ in batches]
        for positions, own in zip(self._positions, placed.at, strict=True):
            positions[own] = np.arange(len(own))
        self._rejects: list[dict[int, Reject]] | None = None

    def merchant(self, at: int, key: int) -> ListedMerchant:
        """Return the merchant at an index, with its sort key."""
        merchants = tuple(
            merchant_at(batch, int(positions[at])) if positions[at] >= 0 else None
            for batch, positions in zip(self._batches, self._positions, strict=True)
        )
        rejects = [self._reject(reading, at) for reading in range(len(self._batches))]
        return ListedMerchant(
            key=key,
            number=self._start + at,
            shown=self._shown(
                at, next((merchant for merchant in merchants if merchant is not None), None)
            ),
            merchants=merchants,
            problems=tuple(
                tuple(str(problem) for problem in reject.problems) if reject else ()
                for reject in rejects
            ),
        )

    def _shown(self, at: int, merchant: Merchant | None) -> ShownMerchant:
        """Return a merchant with its results on both sides; None is a merchant without facts."""
        rows, standings = self._rows, self._calculation.standings
        decimals = self._calculation.decimals
        statuses = [STATUSES[side[at]] for side in rows.status]
        before, after = (
            Exact(int(side[at]), decimals, "points") if status == "scored" else None
            for side, status in zip(rows.score, statuses, strict=True)
        )
        return ShownMerchant(
            merchant=merchant.name if merchant else self._rejected_name(at),
            industry=merchant.industry if merchant else "",
            shop_type=merchant.shop_type if merchant else None,
            lists=(),
            status_before=statuses[0],
            status_after=statuses[1],
            score_before=before,
            score_after=after,
            change=None if before is None or after is None else minus(after, before),
            standing_before=standings[rows.standing[0][at]].id,
            standing_after=standings[rows.standing[1][at]].id,
            contributions=tuple(rows.points[:, at].tolist()),
            before=None,
            after=None,
        )

    def names(self) -> list[tuple[str, str, str | None]]:
        """Return the name, industry and shop type of every row of the batch."""
        names: list[tuple[str, str, str | None]] = [("", "", None)] * len(self._numbers)
        for batch, positions in zip(self._batches, self._positions, strict=True):
            labels = batch.facts.select("merchant", "industry", "shop_type").rows()
            for at in np.flatnonzero(positions >= 0).tolist():
                names[at] = labels[positions[at]]
        for at in np.flatnonzero(np.all([own < 0 for own in self._positions], axis=0)).tolist():
            names[at] = (self._rejected_name(at), "", None)
        return names

    def _rejected_name(self, at: int) -> str:
        rejects = [self._reject(reading, at) for reading in range(len(self._batches))]
        number = f"row {self._numbers[at]}"
        return next((reject.name for reject in rejects if reject and reject.name), number)

    def _reject(self, reading: int, at: int) -> Reject | None:
        if self._rejects is None:
            self._rejects = [
                {reject.row: reject for reject in batch.rejects} for batch in self._batches
            ]
        return self._rejects[reading].get(int(self._numbers[at]))


def merchant_at(batch: Batch, position: int) -> Merchant:
    """Return one merchant of a batch, equal to the merchant that the row reader would return."""
    row = batch.facts.row(position, named=True)
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


def _status_changes(status: int, *, after: bool) -> Callable[[ImpactRows], Selection]:
    """Return a selection of the merchants with a status on one side only."""

    def select(rows: ImpactRows) -> Selection:
        this, other = rows.status[after], rows.status[not after]
        return np.zeros(len(this), dtype=np.int64), (this == status) & (other != status)

    return select


def _flagged(name: str) -> Callable[[ImpactRows], Selection]:
    def select(rows: ImpactRows) -> Selection:
        return rows.change, rows.flags()[name]

    return select


LISTS: Mapping[str, Callable[[ImpactRows], Selection]] = {
    "winner": lambda rows: (-rows.change, rows.change > 0),
    "loser": lambda rows: (rows.change, rows.change < 0),
    "near_miss": lambda rows: (rows.distances[1], rows.near_miss),
    "newly_scored": _status_changes(SCORED, after=True),
    "no_longer_scored": _status_changes(SCORED, after=False),
    "newly_rejected": _status_changes(REJECTED, after=True),
    "no_longer_rejected": _status_changes(REJECTED, after=False),
    "badge_lost": _flagged("badge_lost"),
    "badge_gained": _flagged("badge_gained"),
    "benefit_lost": _flagged("benefit_lost"),
    "benefit_gained": _flagged("benefit_gained"),
}
