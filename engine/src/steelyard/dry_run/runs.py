"""A dry run, from two names of rules and a population to the impact."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from steelyard.book.diff.sources import Source, open_source
from steelyard.dry_run.batches import BatchEvaluator, Counted, Placed, place_rows
from steelyard.dry_run.boards import Board, Entry, merchant_at
from steelyard.dry_run.calculation import Calculation, computes_alike, prepare, tier_ranks
from steelyard.dry_run.impact.model import Impact
from steelyard.dry_run.impact.tally import REJECTED, SCORED, WHOLE, Rows, Tally
from steelyard.dry_run.merchants import MerchantFile
from steelyard.dry_run.pairs import Pairs, pair_sides
from steelyard.dry_run.segments import Dimension, by_fact, by_label, find_dimension
from steelyard.dry_run.sides import Side, open_side
from steelyard.dry_run.summing import Summing, unmeasured
from steelyard.errors import InvalidInput, Problem
from steelyard.formats.files import AtomicFiles
from steelyard.merchants.columns import Batch, Population, open_population
from steelyard.merchants.rows import Reject
from steelyard.model.limits import MAX_TOP_MERCHANTS
from steelyard.model.texts import Text
from steelyard.plugins.discovery import Catalogue, discover
from steelyard.scoring.runs import ahead

# many variants have many columns
ROWS_WITH_VARIANTS = 65_536
ROWS = 262_144

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a dry run is asked for. `by` are more dimensions, `FACT` or `FACT:EDGE,EDGE`."""

    live: str
    candidate: str
    merchants: Sequence[str | Path]
    as_of: date
    as_of_candidate: date | None = None
    scene: str | None = None
    by: Sequence[str] = ()
    shown: int = MAX_TOP_MERCHANTS
    attribution: bool = True
    text_format: str | None = None
    merchants_out: Path | None = None


def run(asked: Asked, *, progress: Progress | None = None) -> Impact:
    """Compare two states of the rules on one population.

    `progress` is told (rows done, rows in all). Raises `InvalidInput` with every problem of the
    rules, of `by`, or of the population as a whole; merchants that one side rejects are impact.
    """
    catalogue = discover()
    with ExitStack() as stack:
        first = stack.enter_context(open_source(asked.live, asked.candidate))
        second = stack.enter_context(open_source(asked.candidate, asked.live))
        live, candidate = _open(first, second, asked, catalogue)
        pairs = pair_sides(live, candidate)
        dimensions = _dimensions(live, candidate, pairs, asked.by)
        verdict = _verdict(live, candidate, pairs)
        if verdict != "measured":
            return unmeasured(verdict, live, candidate, pairs, asked.scene)
        # a population that cannot be read is told before anything is compiled
        populations = [
            stack.enter_context(
                open_population(asked.merchants, known, text_format=asked.text_format)
            )
            for known in pairs.readings
        ]
        if populations[0].rows == 0:
            raise InvalidInput([Problem("SY601", "the files hold no merchants")])
        calculation = prepare(pairs, live, candidate, catalogue, attribution=asked.attribution)
        return _measure(asked, live, candidate, calculation, dimensions, populations, progress)


def _open(first: Source, second: Source, asked: Asked, catalogue: Catalogue) -> tuple[Side, Side]:
    if first.kind == "ruleset":
        what = f"{first.name} is one ruleset, and live rules are a whole book"
        raise InvalidInput([Problem("SY705", what, fix="name the book that it belongs to")])
    days = (asked.as_of, asked.as_of_candidate or asked.as_of)
    problems: dict[str, Problem] = {}
    sides: list[Side] = []
    for number, (source, beside) in enumerate(((first, second), (second, first))):
        try:
            sides.append(
                open_side(
                    source,
                    as_of=days[number],
                    scene=asked.scene,
                    catalogue=catalogue,
                    beside=beside,
                    rolled_out=number == 1,
                )
            )
        except InvalidInput as error:
            problems.update({str(one): one for one in error.problems})
    if problems:
        raise InvalidInput(problems.values())
    return sides[0], sides[1]


def _dimensions(
    live: Side, candidate: Side, pairs: Pairs, by: Sequence[str]
) -> tuple[Dimension, ...]:
    """Return what a population is told apart by: industry, shop type, size, and what is asked."""
    facts = pairs.facts[-1]
    industries = {**live.industries, **candidate.industries}
    shop_types = {**live.shop_types, **candidate.shop_types}
    found = [by_label("industry", Text("Industry", "行业"), industries)]
    if shop_types:
        found.append(by_label("shop_type", Text("Shop type", "店铺类型"), shop_types))
    size = candidate.size or live.size
    if size is not None and size[0] in facts:
        fact = facts[size[0]]
        title = Text(f"Size ({fact.title.en})", f"规模（{fact.title.zh}）")
        found.append(by_fact("size", fact, size[1], title))
    problems: list[Problem] = []
    for text in by:
        try:
            one = find_dimension(text, facts)
        except InvalidInput as error:
            problems += error.problems
            continue
        if any(one.id == other.id for other in found):
            what = f"merchants are told apart by {one.id} already"
            problems.append(Problem("SY701", what, fix="give each --by once"))
        found.append(one)
    if problems:
        raise InvalidInput(problems)
    return tuple(found)


def _verdict(live: Side, candidate: Side, pairs: Pairs) -> str:
    """Tell without scoring anybody whether anything can change."""
    days = (live.as_of.toordinal(), candidate.as_of.toordinal())
    same_readers = len(pairs.readings) == 1
    if (
        same_readers
        and days[0] == days[1]
        and all(
            one.live.digest == one.candidate.digest
            and (one.live.plan is None) == (one.candidate.plan is None)
            for one in pairs.pairs
        )
    ):
        return "identical"
    if (
        same_readers
        and all(edit.effect in ("words", "dates") or edit.section == "day" for edit in pairs.edits)
        and all(computes_alike(one, days) for one in pairs.pairs)
    ):
        return "same_scores"
    return "measured"


@dataclass(slots=True)
class _Collected:
    """What is kept of a stream of batches."""

    tally: Tally
    boards: list[Board]
    outcomes: Counter[tuple[str, str, int, str]] = field(default_factory=Counter)
    rewards: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    reward_costs: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    kinds: set[tuple[str, str | None]] = field(default_factory=set)
    rejections: Counter[str] = field(default_factory=Counter)
    done: int = 0

    def count(self, counted: Counted) -> None:
        """Add what a batch counts by name."""
        self.outcomes.update(counted.outcomes)
        self.rewards.update(counted.rewards)
        self.reward_costs.update(counted.reward_costs)
        self.kinds.update(counted.kinds)


def _measure(
    asked: Asked,
    live: Side,
    candidate: Side,
    calculation: Calculation,
    dimensions: tuple[Dimension, ...],
    populations: Sequence[Population],
    progress: Progress | None,
) -> Impact:
    evaluator = BatchEvaluator(calculation, dimensions)
    ranks = tier_ranks(calculation)
    ranks[evaluator.below] = len(calculation.labels)
    names = [WHOLE, *(one.id for one in dimensions)]
    collected = _Collected(
        Tally(names, len(calculation.blocks), ranks), [Board(n, asked.shown) for n in LISTS]
    )
    batch_rows = ROWS_WITH_VARIANTS if calculation.blocks else ROWS
    with ExitStack() as stack:
        first = populations[0]
        out = None
        if asked.merchants_out is not None:
            files = stack.enter_context(AtomicFiles())
            out = MerchantFile(files.open(asked.merchants_out), calculation, dimensions)
        pool = stack.enter_context(ThreadPoolExecutor(1))
        streams = [one.batches(batch_rows) for one in populations]
        for batches in ahead(iter(zip(*streams, strict=True)), pool):
            _add(collected, batches, evaluator, out)
            if progress is not None:
                progress(collected.done, first.rows)
        if collected.tally.rows != first.rows:
            what = f"{first.rows:,} rows were there at first, then {collected.tally.rows:,}"
            raise InvalidInput([Problem("SY119", what, fix="use files that nobody writes to")])
        if out is not None:
            out.close()
        sources = [(one.name, one.path) for one in first.sources]
        digest = _digest(path for _, path in sources)
    return Summing(
        live=live,
        candidate=candidate,
        calculation=calculation,
        dimensions=dimensions,
        scene=asked.scene,
        collected_tally=collected.tally,
        boards=collected.boards,
        outcomes=collected.outcomes,
        rewards=collected.rewards,
        reward_costs=collected.reward_costs,
        kinds=frozenset(collected.kinds),
        currencies=evaluator.currencies,
        rejections=dict(sorted(collected.rejections.items())),
        sources=tuple(name for name, _ in sources),
        digest=digest,
    ).impact()


def _add(
    collected: _Collected,
    batches: Sequence[Batch],
    evaluator: BatchEvaluator,
    out: "MerchantFile | None",
) -> None:
    placed = place_rows(batches)
    rows, counted, distance = evaluator.evaluate(placed)
    if len(placed.rows) != batches[0].rows:
        what = f"{batches[0].rows:,} rows were there at first, then {len(placed.rows):,}"
        raise InvalidInput([Problem("SY119", what, fix="use files that nobody writes to")])
    collected.tally.add(rows)
    collected.count(counted)
    rejected = {one.row: one for batch in batches for one in batch.rejects}
    for one in rejected.values():
        collected.rejections.update({problem.code for problem in one.problems})
    finder = _Finder(batches, placed, rows, collected.done)
    for board in collected.boards:
        keys, chosen = LISTS[board.name](rows, distance)
        board.add([finder.entry(int(at), int(keys[at])) for at in board.wanted(keys, chosen)])
    if out is not None:
        out.write(rows, finder.names())
    collected.done += len(placed.rows)


class _Finder:
    """Finds the merchants of a batch by their places in it."""

    def __init__(
        self,
        batches: Sequence[Batch],
        placed: Placed,
        rows: Rows,
        before: int,
    ) -> None:
        self._batches, self._rows, self._before = batches, rows, before
        self._numbers = placed.rows
        self._size = len(placed.rows)
        self._position = [np.full(self._size, -1, dtype=np.int64) for _ in batches]
        for positions, own in zip(self._position, placed.at, strict=True):
            positions[own] = np.arange(len(own))
        self._rejects: list[dict[int, Reject]] | None = None

    def entry(self, at: int, key: int) -> Entry:
        """Return a merchant for a board."""
        rows = self._rows
        merchants = tuple(
            merchant_at(batch, batch.facts, int(own[at])) if own[at] >= 0 else None
            for batch, own in zip(self._batches, self._position, strict=True)
        )
        known = next((one for one in merchants if one is not None), None)
        problems = tuple(self._problems(reading, at) for reading in range(len(self._batches)))
        number = int(self._numbers[at])
        values = {
            "status": (int(rows.status_before[at]), int(rows.status_after[at])),
            "score": (int(rows.score_before[at]), int(rows.score_after[at])),
            "label": (int(rows.label_before[at]), int(rows.label_after[at])),
            "shares": () if rows.shares is None else tuple(rows.shares[:, at].tolist()),
            "problems": problems,
        }
        return Entry(
            rank=(key, self._before + at),
            name=known.name if known else self._rejected_name(at, number),
            industry=known.industry if known else "",
            shop_type=known.shop_type if known else None,
            values=values,
            merchants=merchants,
        )

    def names(self) -> list[tuple[str, str, str | None]]:
        """Return name, industry and shop type of every row of the batch."""
        found: list[tuple[str, str, str | None]] = [("", "", None)] * self._size
        for batch, positions in zip(self._batches, self._position, strict=True):
            labels = batch.facts.select("merchant", "industry", "shop_type").rows()
            for at in np.flatnonzero(positions >= 0).tolist():
                found[at] = labels[positions[at]]
        for at in np.flatnonzero(np.all([own < 0 for own in self._position], axis=0)).tolist():
            found[at] = (self._rejected_name(at, int(self._numbers[at])), "", None)
        return found

    def _problems(self, reading: int, at: int) -> tuple[str, ...]:
        reject = self._reject(reading, at)
        return () if reject is None else tuple(str(one) for one in reject.problems)

    def _rejected_name(self, at: int, number: int) -> str:
        rejects = [self._reject(reading, at) for reading in range(len(self._batches))]
        return next((one.name for one in rejects if one and one.name), f"row {number}")

    def _reject(self, reading: int, at: int) -> Reject | None:
        if self._rejects is None:
            self._rejects = [{one.row: one for one in batch.rejects} for batch in self._batches]
        return self._rejects[reading].get(int(self._numbers[at]))


Chosen = tuple[NDArray[np.int64], NDArray[np.bool_]]


def _winners(rows: Rows, _: NDArray[np.int64]) -> Chosen:
    return -rows.change, rows.change > 0


def _losers(rows: Rows, _: NDArray[np.int64]) -> Chosen:
    return rows.change, rows.change < 0


def _near(rows: Rows, distance: NDArray[np.int64]) -> Chosen:
    return distance, rows.near_miss


def _statuses(
    before: bool, after: bool, status: int
) -> Callable[[Rows, NDArray[np.int64]], Chosen]:
    def chosen(rows: Rows, _: NDArray[np.int64]) -> Chosen:
        had, has = rows.status_before == status, rows.status_after == status
        flags = (had if before else ~had) & (has if after else ~has)
        return np.zeros(len(flags), dtype=np.int64), flags

    return chosen


def _flagged(name: str) -> Callable[[Rows, NDArray[np.int64]], Chosen]:
    def chosen(rows: Rows, _: NDArray[np.int64]) -> Chosen:
        return rows.change, getattr(rows, name)

    return chosen


LISTS: dict[str, Callable[[Rows, NDArray[np.int64]], Chosen]] = {
    "winner": _winners,
    "loser": _losers,
    "near_miss": _near,
    "newly_scored": _statuses(before=False, after=True, status=SCORED),
    "no_longer_scored": _statuses(before=True, after=False, status=SCORED),
    "newly_rejected": _statuses(before=False, after=True, status=REJECTED),
    "no_longer_rejected": _statuses(before=True, after=False, status=REJECTED),
    "badge_lost": _flagged("badge_lost"),
    "badge_gained": _flagged("badge_gained"),
    "benefit_lost": _flagged("benefit_lost"),
    "benefit_gained": _flagged("benefit_gained"),
}


def _digest(paths: Iterator[Path]) -> str:
    """Return the digest of one file; of several, that of their digests in order."""
    digests: list[bytes] = []
    for path in paths:
        with path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").digest())
    whole = digests[0] if len(digests) == 1 else hashlib.sha256(b"".join(digests)).digest()
    return f"sha256:{whole.hex()}"
