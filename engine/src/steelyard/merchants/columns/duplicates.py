"""Names that several rows share, found in bounded memory before anything is scored.

Hashes of names are compared first; only where one repeats are the names themselves looked at.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.merchants.columns.batches import Batch
from steelyard.merchants.rows import Reject
from steelyard.model.limits import MAX_DUPLICATE_ROWS, MAX_DUPLICATES

IN_MEMORY = 4_000_000  # hashes; past that they go to files
_PARTS = 64


@dataclass(frozen=True, slots=True)
class Names:
    """The names of some rows of one source, with the rows' numbers; null where there is none."""

    source: str
    rows: pl.Series
    names: pl.Series


@dataclass(slots=True)
class Duplicate:
    """Where a name stands: the first few places, and how many there are."""

    count: int
    places: list[tuple[str, int]]

    def problem(self, name: str, place: Place) -> Problem:
        """Return what is said of each of the rows."""
        expected = "a name of its own for each merchant"
        if not self.places:  # where rows have no numbers
            return Problem(
                "SY607", f"the name {name!r} is given to {self.count} rows", place, expected
            )
        more = ", …" if self.count > len(self.places) else ""
        sources = list(dict.fromkeys(source for source, _ in self.places))
        if len(sources) == 1 and (not more or len(self.places) == MAX_DUPLICATE_ROWS):
            shown = ", ".join(str(row) for _, row in self.places)
            what = f"the name {name!r} is given to the rows {shown}{more}"
        else:
            shown = ", ".join(f"{source} row {row}" for source, row in self.places)
            what = f"{name!r} stands in several places: {shown}{more}"
        return Problem("SY607", what, place, expected)


def find_duplicates(
    read: Callable[[], Iterable[Names]], folder: Path, *, in_memory: int = IN_MEMORY
) -> tuple[dict[str, Duplicate], int]:
    """Return the names that stand in several rows, and how many rows there are.

    `read` iterates over all names; it is called again only if hashes repeat. Raises `InvalidInput`
    SY607 if more than `MAX_DUPLICATES` names repeat.
    """
    hashes = _Hashes(folder, in_memory)
    rows = 0
    for some in read():
        rows += len(some.names)
        hashes.add(some.names.drop_nulls().hash().to_numpy())
    repeated = pl.Series(hashes.repeated(), dtype=pl.UInt64)
    found: dict[str, Duplicate] = {}
    if len(repeated):
        for some in read():
            suspect = some.names.hash().is_in(repeated.implode()) & some.names.is_not_null()
            for name, row in zip(
                some.names.filter(suspect), some.rows.filter(suspect), strict=True
            ):
                duplicate = found.setdefault(name, Duplicate(0, []))
                duplicate.count += 1
                if len(duplicate.places) < MAX_DUPLICATE_ROWS:
                    duplicate.places.append((some.source, row))
            if len(found) > MAX_DUPLICATES:
                what = f"more than {MAX_DUPLICATES:,} merchants are named in several rows"
                fix = "see whether the same population is given twice"
                raise InvalidInput([Problem("SY607", what, Place(some.source), fix=fix)])
    return {name: duplicate for name, duplicate in found.items() if duplicate.count > 1}, rows


def without_duplicates(batch: Batch) -> Batch:
    """Return a batch that is a whole population, with its duplicates rejected."""
    where = [
        *batch.facts.select("merchant", "row").iter_rows(),
        *((one.name, one.row) for one in batch.rejects if one.name is not None),
    ]
    found: dict[str, Duplicate] = {}
    for name, row in sorted(where, key=lambda one: one[1]):
        duplicate = found.setdefault(name, Duplicate(0, []))
        duplicate.count += 1
        if len(duplicate.places) < MAX_DUPLICATE_ROWS:
            duplicate.places.append((batch.source, row))
    return reject_duplicates(batch, {name: one for name, one in found.items() if one.count > 1})


def reject_duplicates(batch: Batch, duplicates: Mapping[str, Duplicate]) -> Batch:
    """Return a batch in which every row whose name has a duplicate is rejected."""
    if not duplicates:
        return batch
    is_duplicate = batch.facts["merchant"].is_in(list(duplicates))
    rejects = [_with_duplicate(batch, one, duplicates) for one in batch.rejects]
    for row, name in batch.facts.filter(is_duplicate).select("row", "merchant").iter_rows():
        problem = duplicates[name].problem(name, batch.place(row))
        rejects.append(Reject(name, row, (problem,)))
    return replace(batch, facts=batch.facts.filter(~is_duplicate), rejects=tuple(rejects))


def _with_duplicate(batch: Batch, one: Reject, duplicates: Mapping[str, Duplicate]) -> Reject:
    duplicate = duplicates.get(one.name or "")
    if duplicate is None or one.name is None or any(had.code == "SY607" for had in one.problems):
        return one
    return replace(one, problems=(duplicate.problem(one.name, batch.place(one.row)), *one.problems))


class _Hashes:
    """Hashes, in memory while they are few, then in files by their first bits."""

    def __init__(self, folder: Path, in_memory: int) -> None:
        self._folder = folder / "names"
        self._limit = in_memory
        self._held: list[NDArray[np.uint64]] = []
        self._count = 0
        self._spilled = False

    def add(self, hashes: NDArray[np.uint64]) -> None:
        self._held.append(hashes)
        self._count += len(hashes)
        if self._count > self._limit:
            self._spill()

    def repeated(self) -> NDArray[np.uint64]:
        """Return every hash that was added more than once."""
        if self._spilled:
            self._spill()
        parts = [_repeated(part) for part in self._parts()]
        return np.concatenate(parts) if parts else np.zeros(0, np.uint64)

    def _parts(self) -> Iterator[NDArray[np.uint64]]:
        if self._spilled:
            for path in sorted(self._folder.iterdir()):
                yield np.fromfile(path, dtype=np.uint64)
        elif self._held:
            yield np.concatenate(self._held)

    def _spill(self) -> None:
        self._folder.mkdir(exist_ok=True)
        held = np.sort(np.concatenate(self._held)) if self._held else np.zeros(0, np.uint64)
        size = np.uint64(2**64 // _PARTS)
        ends = np.searchsorted(held, np.arange(1, _PARTS, dtype=np.uint64) * size)
        for number, part in enumerate(np.split(held, ends)):
            with (self._folder / f"{number:02}").open("ab") as file:
                part.tofile(file)
        self._held, self._count, self._spilled = [], 0, True


def _repeated(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    ordered = np.sort(hashes)
    return np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
