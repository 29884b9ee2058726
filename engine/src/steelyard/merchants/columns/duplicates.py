"""Batches of rows, and names that several rows share, found in bounded memory before scoring.

A first pass writes a hash of each name to a file. Only names whose hash repeats are read again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.merchants.columns.origins import Origin, origin_of
from steelyard.merchants.rows import Reject
from steelyard.merchants.rows.merchants import Duplicate
from steelyard.model.limits import MAX_DUPLICATES

IN_MEMORY = 4_000_000  # hashes that are compared at a time


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows, each in exactly one of `facts` and `rejects`.

    `facts` has the columns row, merchant, industry, shop_type, and one for each fact that is given,
    as `evaluators.polars` reads them. `origins` tell from which sources the rows come.
    """

    origins: tuple[Origin, ...]
    rows: int
    facts: pl.DataFrame
    rejects: tuple[Reject, ...]

    def place(self, row: int) -> Place:
        """Return the place of a row."""
        return origin_of(self.origins, row).place(row)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of some rows, with the rows' numbers; null for a missing name."""

    origins: tuple[Origin, ...]
    rows: pl.Series
    names: pl.Series


def find_duplicates(
    read: Callable[[], Iterable[Names]], folder: Path, *, in_memory: int = IN_MEMORY
) -> tuple[dict[str, Duplicate], int]:
    """Return the names that several rows share, and how many rows there are.

    `read` iterates over all names; it is called again only if hashes repeat. Raises `InvalidInput`
    SY607 if more than `MAX_DUPLICATES` names repeat.
    """
    path, rows = folder / "hashes", 0
    with path.open("wb") as file:
        for part in read():
            rows += len(part.names)
            # not tofile, whose error says nothing of a full disk
            file.write(part.names.drop_nulls().hash().to_numpy().tobytes())
    repeated = pl.Series(_repeated(path, in_memory), dtype=pl.UInt64)
    path.unlink()
    duplicates: dict[str, Duplicate] = {}
    for part in read() if len(repeated) else ():
        is_suspect = part.names.hash().is_in(repeated.implode()) & part.names.is_not_null()
        suspects = zip(part.names.filter(is_suspect), part.rows.filter(is_suspect), strict=True)
        for name, row in suspects:
            duplicates.setdefault(name, Duplicate()).add(*_source(part.origins, row))
        if len(duplicates) > MAX_DUPLICATES:
            what = f"more than {MAX_DUPLICATES:,} duplicate merchants"
            fix = "see whether the same population is given twice"
            raise InvalidInput([Problem("SY607", what, Place(part.origins[0].source), fix=fix)])
    return _shared(duplicates), rows


def _source(origins: Sequence[Origin], row: int) -> tuple[str, int]:
    """Return the source of a row, and its number there."""
    origin = origin_of(origins, row)
    return origin.source, row - origin.before


def _shared(duplicates: dict[str, Duplicate]) -> dict[str, Duplicate]:
    return {name: duplicate for name, duplicate in duplicates.items() if duplicate.count > 1}


def _repeated(path: Path, in_memory: int) -> NDArray[np.uint64]:
    """Return the hashes of a file that repeat, in as many passes as memory needs."""
    passes = path.stat().st_size // np.uint64().itemsize // in_memory + 1
    empty = np.zeros(0, np.uint64)
    repeated = [empty]
    for number in range(passes):
        blocks = (block[block % passes == number] for block in _hash_blocks(path, in_memory))
        hashes = _at_most_twice(np.concatenate([empty, *map(_at_most_twice, blocks)]))
        repeated.append(hashes[1:][hashes[1:] == hashes[:-1]])
    return np.concatenate(repeated)


def _at_most_twice(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return hashes in order, of each at most two: one name may have all the rows."""
    hashes = np.sort(hashes)
    return np.concatenate([hashes[:2], hashes[2:][hashes[2:] != hashes[:-2]]])


def _hash_blocks(path: Path, size: int) -> Iterator[NDArray[np.uint64]]:
    with path.open("rb") as file:
        while len(block := np.fromfile(file, np.uint64, size)):
            yield block


def without_duplicates(batch: Batch) -> Batch:
    """Return a batch that is the complete population, with duplicate merchants rejected."""
    names = [*batch.facts.select("row", "merchant").iter_rows()]
    names += [(reject.row, reject.name) for reject in batch.rejects if reject.name is not None]
    duplicates: dict[str, Duplicate] = {}
    for row, name in sorted(names):
        duplicates.setdefault(name, Duplicate()).add(*_source(batch.origins, row))
    return reject_duplicates(batch, _shared(duplicates))


def reject_duplicates(batch: Batch, duplicates: Mapping[str, Duplicate]) -> Batch:
    """Return a batch in which every row with a duplicate name is rejected."""
    if not duplicates:
        return batch
    is_duplicate = batch.facts["merchant"].is_in(list(duplicates))
    rejects = [_with_problem(batch, reject, duplicates) for reject in batch.rejects]
    for row, name in batch.facts.filter(is_duplicate).select("row", "merchant").iter_rows():
        problem = duplicates[name].problem(name, batch.place(row))
        rejects.append(Reject(name, row, (problem,)))
    return replace(batch, facts=batch.facts.filter(~is_duplicate), rejects=tuple(rejects))


def _with_problem(batch: Batch, reject: Reject, duplicates: Mapping[str, Duplicate]) -> Reject:
    """Return a reject with the problem of its duplicate name, unless it has one already."""
    name = reject.name
    if name not in duplicates or any(problem.code == "SY607" for problem in reject.problems):
        return reject
    assert name is not None
    problem = duplicates[name].problem(name, batch.place(reject.row))
    return replace(reject, problems=(problem, *reject.problems))
