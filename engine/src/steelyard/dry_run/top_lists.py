"""Top lists: the merchants that a report shows by name, collected while batches are read.

The largest rises and drops are ranked by the change times the merchant's weight, all other lists by
the weight. Merchants that are equal in this are ranked by the change or the distance alone, then in
the order of the population. Without a declared weight, every merchant weighs 1.
"""

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
from steelyard.merchants.columns.origins import origin_of
from steelyard.merchants.rows import Merchant, Reject
from steelyard.model.facts import FactDeclaration
from steelyard.scorecard.model import Exact, minus

LABELS = ("row", "merchant", "industry", "shop_type")
Keys = tuple[Integers, Integers]  # to sort by, smallest first; the second ranks equal ones


@dataclass(frozen=True, slots=True)
class ListedMerchant:
    """One merchant of a list, as a report shows it but for its scorecards.

    `key` is its sort key, `number` its index in the run. `merchants` and `problems` have an entry
    for each reading of facts: the merchant, or the reasons why it is rejected.
    """

    key: tuple[int, int]
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

    def candidates(self, keys: Keys, chosen: Flags) -> Integers:
        """Return the indices of the rows of a batch that may belong on the list, best first."""
        first, second = (key[chosen] for key in keys)
        order = np.lexsort((second, first))[: self.size]
        if self.size and len(self.entries) == self.size:
            last = self.entries[-1].key
            order = [at for at in order if (first[at], second[at]) < last]
        return np.flatnonzero(chosen)[order]

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
        weight: FactDeclaration | None,
    ) -> None:
        self._batches, self._rows, self._start = batches, rows, start
        self._calculation = calculation
        self._weight = weight
        self._numbers = placed.numbers
        self._positions = [np.full(len(placed.numbers), -1, dtype=np.int64) for _ in batches]
        for positions, own in zip(self._positions, placed.at, strict=True):
            positions[own] = np.arange(len(own))
        self._rejects: list[dict[int, Reject]] | None = None

    def merchant(self, at: int, key: tuple[int, int]) -> ListedMerchant:
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
            ranks=(),
            status_before=statuses[0],
            status_after=statuses[1],
            score_before=before,
            score_after=after,
            change=None if before is None or after is None else minus(after, before),
            standing_before=standings[rows.standing[0][at]].id,
            standing_after=standings[rows.standing[1][at]].id,
            weight=self._weight_of(merchant),
            contributions=tuple(rows.points[:, at].tolist()),
            before=None,
            after=None,
        )

    def _weight_of(self, merchant: Merchant | None) -> Exact | None:
        weight = self._weight
        value = merchant.facts.get(weight.id) if weight and merchant else None
        if weight is None or not isinstance(value, int):
            return None
        return Exact(value, weight.decimals, weight.unit)

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
        row = int(self._numbers[at])
        number = f"row {row - origin_of(self._batches[0].origins, row).before}"
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


@dataclass(frozen=True, slots=True)
class Ranking:
    """The merchants that a list selects, and the number by which it ranks them, smallest first.

    If `times_weight`, merchants are ranked by the number times the weight, else by the weight.
    """

    chosen: Callable[[ImpactRows], Flags]
    number: Callable[[ImpactRows], Integers]
    times_weight: bool = False

    def keys(self, rows: ImpactRows) -> Keys:
        """Return the keys of every merchant."""
        number = self.number(rows)
        if not self.times_weight:
            return -rows.weight, number
        return _product(number, rows.weight), number


def _product(number: Integers, weight: Integers) -> Integers:
    """Return number × weight, as int64 if it fits, else as whole numbers of any size."""
    if not len(number) or int(np.abs(number).max()) * int(weight.max()) < 2**63:
        return number * weight
    return number.astype(object) * weight


def _status_changes(status: int, *, after: bool) -> Ranking:
    """Return the ranking of the merchants with a status on one side only."""

    def chosen(rows: ImpactRows) -> Flags:
        return (rows.status[after] == status) & (rows.status[not after] != status)

    return Ranking(chosen, lambda rows: np.zeros_like(rows.weight))


def _flagged(name: str) -> Ranking:
    return Ranking(lambda rows: rows.flags()[name], lambda rows: rows.change)


LISTS: Mapping[str, Ranking] = {
    "winner": Ranking(lambda rows: rows.change > 0, lambda rows: -rows.change, times_weight=True),
    "loser": Ranking(lambda rows: rows.change < 0, lambda rows: rows.change, times_weight=True),
    "near_miss": Ranking(lambda rows: rows.near_miss, lambda rows: rows.distances[1]),
    "newly_scored": _status_changes(SCORED, after=True),
    "no_longer_scored": _status_changes(SCORED, after=False),
    "newly_rejected": _status_changes(REJECTED, after=True),
    "no_longer_rejected": _status_changes(REJECTED, after=False),
    "badge_lost": _flagged("badge_lost"),
    "badge_gained": _flagged("badge_gained"),
    "benefit_lost": _flagged("benefit_lost"),
    "benefit_gained": _flagged("benefit_gained"),
}
