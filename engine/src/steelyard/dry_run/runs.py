"""A dry run: it measures the impact of a change of rules on a population, at days and scenes."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from steelyard.book.diff.bundles import compare_bundles
from steelyard.book.diff.comparison import Change, compare_books, of_both
from steelyard.book.diff.sources import Source, open_source
from steelyard.book.kinds import Part
from steelyard.book.opening import OpenBook
from steelyard.book.reading import book_files
from steelyard.dry_run.batches import BatchEvaluator, PlacedRows, place_rows
from steelyard.dry_run.calculation import computes_alike, prepare, standing_ranks
from steelyard.dry_run.cases import Case, find_unexercised
from steelyard.dry_run.impact.model import ChangeVerdict, DryRun, Impact
from steelyard.dry_run.impact.tally import POPULATION, ImpactRows, ImpactTally, NameCounts
from steelyard.dry_run.merchants import MerchantFile
from steelyard.dry_run.pairs import Pairing, pair_sides
from steelyard.dry_run.segments import Dimension, by_fact, by_label, find_dimension
from steelyard.dry_run.sides import Side, open_rules, side_of, side_of_bundle
from steelyard.dry_run.summary import Measurement, build_impact, unmeasured
from steelyard.dry_run.top_lists import LISTS, BatchMerchants, TopList
from steelyard.errors import InvalidInput, Problem, suggest
from steelyard.formats.files import AtomicFiles, files_or
from steelyard.merchants.columns import Batch, Population, open_population
from steelyard.merchants.columns.sources import named_files
from steelyard.model.facts import FactDeclaration
from steelyard.model.limits import MAX_TOP_MERCHANTS
from steelyard.plan.bundle import Bundle
from steelyard.plugins.discovery import Catalogue, discover
from steelyard.scoring.plans import NO_RULESET
from steelyard.scoring.runs import ahead, check_row_count

NUMBERS = ("int", "decimal")
MISSING_FACT = "SY603"
ROWS = 262_144  # of a batch
ROWS_WITH_VARIANTS = 65_536  # variants need many columns

Books = tuple[OpenBook | Bundle, OpenBook | Bundle]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class DryRunRequest:
    """The rules, the population, the days and scenes, and the options of a dry run.

    `by` lists additional dimensions of segments, each `FACT` or `FACT:EDGE,EDGE`. `shown` is the
    size of each top list, and `weight` the fact that ranks them; the default is the fact of the
    book's `size`. `merchants_out` has a Parquet file to write for each case, with one row per
    merchant. With `measure`, merchants are scored even if it is proved that nothing changes. With
    `everybody`, a rollout of the candidate reaches all merchants, and one of the live rules nobody.
    """

    live: str
    candidate: str
    merchants: Sequence[str | Path]
    cases: Sequence[Case]
    by: Sequence[str] = ()
    shown: int = MAX_TOP_MERCHANTS
    weight: str | None = None
    attribution: bool = True
    text_format: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    merchants_out: Sequence[Path] = ()
    measure: bool = False
    everybody: bool = False


def run(
    request: DryRunRequest,
    *,
    progress: Progress | None = None,
    files: AtomicFiles | None = None,
) -> DryRun:
    """Compare two states of the rules on one population, in every case.

    `progress` is called with (rows done, all rows). The file of merchants gets its name at the end,
    or when the context of `files` ends; if nobody is scored, an older one is removed. Raises
    `InvalidInput` with every problem of the rules, of `by`, or of the population as a whole, and
    SY701 for a file that would overwrite one of them. A merchant that one side rejects is no error.
    """
    catalogue = discover()
    with (
        files_or(files) as outputs,
        open_source(request.live, request.candidate) as first,
        open_source(request.candidate, request.live) as second,
    ):
        outputs.protect(path for source in (first, second) for path in _files_of(source))
        books = _open_books(first, second, catalogue)
        changes = _changes(*books)
        impacts: list[Impact] = []
        for number, case in enumerate(request.cases):

            def show(done: int, rows: int, before: int = number) -> None:
                if progress is not None:
                    progress(before * rows + done, rows * len(request.cases))

            out = request.merchants_out[number] if request.merchants_out else None
            impacts.append(_run_case(request, books, case, catalogue, outputs, out, show))
    return DryRun(tuple(impacts), find_unexercised(changes, impacts))


def _run_case(
    request: DryRunRequest,
    books: Books,
    case: Case,
    catalogue: Catalogue,
    files: AtomicFiles,
    merchants_out: Path | None,
    progress: Progress,
) -> Impact:
    live, candidate = _sides(request, books, case)
    pairing = pair_sides(live, candidate)
    dimensions = _dimensions(live, candidate, pairing, request.by)
    weight = _weight(live, candidate, pairing, request.weight)
    verdict = "measured" if request.measure else _verdict(live, candidate, pairing)
    if verdict != "measured":
        if merchants_out is not None:
            files.protect(named_files(request.merchants))
            files.remove(merchants_out)
        return unmeasured(verdict, live, candidate, pairing, dimensions, case.scene)
    with ExitStack() as stack:
        # an unreadable population is reported before anything is compiled
        populations = [
            stack.enter_context(
                open_population(
                    request.merchants,
                    known,
                    text_format=request.text_format,
                    encoding=request.encoding,
                    sheet=request.sheet,
                )
            )
            for known in pairing.readings
        ]
        if populations[0].rows == 0:
            raise InvalidInput([Problem("SY601", "the files hold no merchants")])
        calculation = prepare(pairing, live, candidate, catalogue, attribution=request.attribution)
        measurement = Measurement(
            live=live,
            candidate=candidate,
            calculation=calculation,
            dimensions=dimensions,
            weight=weight,
            scene=case.scene,
            tally=ImpactTally(
                [POPULATION, *(dimension.id for dimension in dimensions)],
                len(calculation.groups),
                standing_ranks(calculation),
            ),
            names=NameCounts(),
            lists=[TopList(name, request.shown) for name in LISTS],
            evaluator=BatchEvaluator(calculation, dimensions, weight),
        )
        sources = populations[0].sources
        files.protect(source.path for source in sources)
        out = None if merchants_out is None else _merchants_file(merchants_out, measurement, files)
        _measure(measurement, populations, out, progress)
        digest = _digest(source.path for source in sources)
        return build_impact(measurement, tuple(source.name for source in sources), digest)


def _changes(old: OpenBook | Bundle, new: OpenBook | Bundle) -> tuple[Change, ...]:
    """Return every edit between two sides, on whichever day."""
    if isinstance(old, Bundle) or isinstance(new, Bundle):
        assert isinstance(old, Bundle)  # a book beside a bundle is compiled to one
        assert isinstance(new, Bundle)
        return compare_bundles(old, new).changes
    # rules that are wrong on another day only are the business of `check`
    return compare_books(old.book, new.book, (old.facts, new.facts), lenient=True)


def _open_books(first: Source, second: Source, catalogue: Catalogue) -> Books:
    if first.kind == "ruleset":
        what = f"{first.name} is one ruleset, and live rules are a whole book"
        raise InvalidInput([Problem("SY705", what, fix="name the book that it belongs to")])

    return of_both(
        lambda sources: open_rules(*sources, catalogue), (first, second), (second, first)
    )


def _sides(request: DryRunRequest, books: Books, case: Case) -> tuple[Side, Side]:
    scenes = [_scenes(book) for book in books]

    def side(number: int) -> Side:
        scene, book = case.scene, books[number]
        # where only one book knows a scene, the other has its rules of an ordinary day
        if scene in scenes[1 - number] and scene not in scenes[number]:
            scene = None
        name = (request.live, request.candidate)[number]
        parts: tuple[Part, Part] = ("outside", "inside_if_any")
        part = parts[number] if request.everybody else None
        if isinstance(book, Bundle):
            return side_of_bundle(name, book, as_of=case.days[number], scene=scene, part=part)
        return side_of(name, book, as_of=case.days[number], scene=scene, part=part)

    return of_both(side, 0, 1)


def _scenes(rules: OpenBook | Bundle) -> tuple[str, ...]:
    if isinstance(rules, Bundle):
        return tuple(label.id for label in rules.head.scenes)
    return rules.book.scene_ids


def _dimensions(
    live: Side, candidate: Side, pairing: Pairing, by: Sequence[str]
) -> tuple[Dimension, ...]:
    """Return the dimensions of the segments: industry, shop type, size, and those of `by`."""
    facts = pairing.facts[-1]
    shop_types = {**live.shop_types, **candidate.shop_types}
    dimensions = [by_label("industry", {**live.industries, **candidate.industries})]
    if shop_types:
        dimensions.append(by_label("shop_type", shop_types))
    size = candidate.size or live.size
    if size is not None and size[0] in facts:
        dimensions.append(by_fact("size", facts[size[0]], size[1]))
    problems: list[Problem] = []
    for text in by:
        try:
            dimension = find_dimension(text, facts)
        except InvalidInput as error:
            problems += error.problems
            continue
        if any(dimension.id == other.id for other in dimensions):
            what = f"{dimension.id} is a dimension already"
            problems.append(Problem("SY701", what, fix="give each --by once"))
        dimensions.append(dimension)
    if problems:
        raise InvalidInput(problems)
    return tuple(dimensions)


def _weight(
    live: Side, candidate: Side, pairing: Pairing, name: str | None
) -> FactDeclaration | None:
    """Return the fact that ranks merchants; without a name, the fact of the book's `size`.

    Raises `InvalidInput` SY703 for a fact that is not declared, SY701 for one that is no number.
    """
    facts = pairing.facts[-1]
    if name is None:
        size = candidate.size or live.size
        fact = None if size is None else facts.get(size[0])
        return fact if fact is not None and fact.type in NUMBERS else None
    if name not in facts:
        what = f"unknown fact {name!r}"
        raise InvalidInput([Problem("SY703", what, fix=suggest(name, facts))])
    if facts[name].type not in NUMBERS:
        what = f"{name} cannot rank merchants, because it is of the type {facts[name].type}"
        raise InvalidInput([Problem("SY701", what, expected="a fact that is a number")])
    return facts[name]


def _verdict(live: Side, candidate: Side, pairing: Pairing) -> ChangeVerdict:
    """Return the kind of change without scoring: `identical`, `same_scores` or `measured`.

    `measured` means that scores can differ.
    """
    days = (live.as_of.toordinal(), candidate.as_of.toordinal())
    if len(pairing.readings) > 1:
        return "measured"
    if days[0] == days[1] and all(
        pair.live.digest == pair.candidate.digest
        and (pair.live.plan is None) == (pair.candidate.plan is None)
        for pair in pairing.pairs
    ):
        return "identical"
    is_harmless = all(
        edit.effect in ("words", "dates") or edit.section == "day" for edit in pairing.edits
    )
    if is_harmless and all(computes_alike(pair, days) for pair in pairing.pairs):
        return "same_scores"
    return "measured"


def _files_of(source: Source) -> list[Path]:
    return book_files(source.path) if source.kind == "book" else [source.path]


def _merchants_file(path: Path, measurement: Measurement, files: AtomicFiles) -> MerchantFile:
    file = files.open(path, folder=path.parent, make=True)
    return MerchantFile(file, measurement.calculation, measurement.dimensions)


def _measure(
    measurement: Measurement,
    populations: Sequence[Population],
    out: MerchantFile | None,
    progress: Progress,
) -> None:
    """Evaluate every batch of a population, and write its merchants to a file if one is given."""
    calculation, total = measurement.calculation, populations[0].rows
    batch_rows = ROWS_WITH_VARIANTS if calculation.groups else ROWS
    with ThreadPoolExecutor(1) as pool:
        streams = [population.batches(batch_rows) for population in populations]
        for batches in ahead(iter(zip(*streams, strict=True)), pool):
            _add_batch(measurement, batches, out)
            progress(measurement.tally.rows, total)
        check_row_count(total, measurement.tally.rows)
        if out is not None:
            out.close()


def _add_batch(
    measurement: Measurement, batches: Sequence[Batch], out: MerchantFile | None
) -> None:
    placed = place_rows(batches)
    rows = measurement.evaluator.evaluate(placed, measurement.names)
    check_row_count(batches[0].rows, len(placed.numbers))
    _count_rejections(measurement.names, batches, placed, rows)
    merchants = BatchMerchants(
        batches,
        placed,
        rows,
        measurement.tally.rows,
        measurement.calculation,
        measurement.weight,
    )
    for top in measurement.lists:
        ranking = LISTS[top.name]
        keys = ranking.keys(rows)
        places = top.candidates(keys, ranking.chosen(rows)).tolist()
        top.add([merchants.merchant(at, (int(keys[0][at]), int(keys[1][at]))) for at in places])
    if out is not None:
        out.write(rows, merchants.names())
    measurement.tally.add(rows)


def _count_rejections(
    names: NameCounts, batches: Sequence[Batch], placed: PlacedRows, rows: ImpactRows
) -> None:
    """Count every merchant that one side rejects once, under the code of its first problem."""
    unread = {reject.row: reject for batch in reversed(batches) for reject in batch.rejects}
    names.unreadable += len(unread)
    names.rejections.update(reject.problems[0].code for reject in unread.values())
    is_read = ~np.isin(placed.numbers, np.fromiter(unread, dtype=np.int64, count=len(unread)))
    others = rows.rejected_by_one & is_read
    names.rejections[MISSING_FACT] += int((others & rows.lacking).sum())
    names.rejections[NO_RULESET] += int((others & ~rows.lacking).sum())


def _digest(paths: Iterable[Path]) -> str:
    """Return the SHA-256 digest of one file; for several files, hash their digests in order."""
    digests: list[bytes] = []
    for path in paths:
        with path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").digest())
    whole = digests[0] if len(digests) == 1 else hashlib.sha256(b"".join(digests)).digest()
    return f"sha256:{whole.hex()}"
