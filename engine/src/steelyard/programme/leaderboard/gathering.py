"""One pass over results: counts, eligible merchants, and the best of each group, in little memory.

For each section and group, the pass keeps only the merchants that can get a place or be the next.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from steelyard.errors import InvalidInput, Place, Problem
from steelyard.merchants.columns.sources import Source
from steelyard.model.boards import LABELS, MERCHANT, Board, Condition, Key
from steelyard.model.limits import MAX_NEXT_MERCHANTS
from steelyard.model.numbers import to_scaled
from steelyard.programme.leaderboard.model import Candidate
from steelyard.programme.leaderboard.places import group_cap
from steelyard.programme.results import NUMBER, PROBLEMS, SCALE

EVERY_BOARD = ("merchant", "industry", "shop_type", "as_of", "scene", "status", "tier", "plan")
_SECTION, _GROUP, _REASON, _ELIGIBLE = "_section", "_group", "_reason", ""


@dataclass(slots=True)
class Gathered:
    """What one pass over the results has found.

    `not_eligible` counts merchants by reason; `eligible` and `groups` by section. `candidates` are
    the first merchants of each section in order. `found` has every wanted merchant by section: why
    it is not eligible, or the candidate that it is.
    """

    rows: int = 0
    rejected: int = 0
    as_of: date | None = None
    scene: str | None = None
    plans: set[str] = field(default_factory=set)
    not_eligible: Counter[str] = field(default_factory=Counter)
    eligible: Counter[str | None] = field(default_factory=Counter)
    groups: Counter[tuple[str | None, str]] = field(default_factory=Counter)
    candidates: dict[str | None, list[Candidate]] = field(default_factory=dict)
    rejected_names: set[str] = field(default_factory=set)
    found: dict[str, dict[str | None, str | Candidate]] = field(default_factory=dict)


def columns_of(board: Board) -> tuple[str, ...]:
    """Return every column of results that is read for a board."""
    return tuple(dict.fromkeys((*EVERY_BOARD, *board.columns)))


def gather(
    frames: Iterable[tuple[Source, int, pl.DataFrame]], board: Board, wanted: frozenset[str]
) -> Gathered:
    """Go over all results once; `wanted` are merchants to find whether they get a place or not.

    Raises `InvalidInput`: SY811 for several days or scenes, SY813 for a merchant without the value
    of a key, if the key does not allow that, SY810 for a merchant with an unknown status.
    """
    gathered = Gathered()
    kept: pl.DataFrame | None = None
    absent: dict[str, tuple[int, str]] = {}
    for source, _, frame in frames:
        gathered.rows += frame.height
        rejected = frame.filter(pl.col(PROBLEMS))
        gathered.rejected += rejected.height
        names = rejected["merchant"]
        gathered.rejected_names |= set(names.filter(names.is_in(list(wanted)))) if wanted else set()
        judged = _judged(frame.filter(~pl.col(PROBLEMS)), board)
        _check_one_run(judged, gathered, board, Place(source.name))
        gathered.plans |= set(judged["plan"].drop_nulls().unique())
        _count(judged, gathered)
        _find(judged, gathered, board, wanted)
        eligible = judged.filter(pl.col(_REASON) == _ELIGIBLE)
        _note_absent(eligible, board.keys, absent)
        best = eligible.select(_needed(board))
        kept = _best(best if kept is None else pl.concat([kept, best]), board)
    _check_absent(board.keys, absent)
    for section in gathered.groups:
        gathered.candidates.setdefault(section[0], [])
    for section, candidate in _candidates(kept, board) if kept is not None else ():
        gathered.candidates.setdefault(section, []).append(candidate)
    return gathered


# --- eligibility


def _judged(frame: pl.DataFrame, board: Board) -> pl.DataFrame:
    """Return the rows with their section and group, and why they are not eligible, if so."""
    reason = pl.lit(_ELIGIBLE)
    for name, met in reversed(_tests(board)):
        reason = pl.when(met.fill_null(value=False)).then(reason).otherwise(pl.lit(name))
    section = pl.lit(None, pl.String) if board.by is None else pl.col(board.by)
    group = pl.lit("") if board.groups is None else pl.col(board.groups.column).fill_null("")
    return frame.with_columns(reason.alias(_REASON), section.alias(_SECTION), group.alias(_GROUP))


def _tests(board: Board) -> list[tuple[str, pl.Expr]]:
    """Return every test of eligibility with its reason, in the order in which reasons are given."""
    tests = [("no_score", pl.col("status") == "scored")]
    tests += [
        (label, pl.col(label).is_in(list(board.labels[label])))
        for label in LABELS
        if label in board.labels
    ]
    return [*tests, *((one.id, _test(one)) for one in board.conditions)]


def _test(condition: Condition) -> pl.Expr:
    column = pl.col(condition.column)
    if condition.values is not None:
        return column.is_in(list(condition.values))
    if condition.has is not None:
        return column.fill_null("").str.split(" ").list.contains(condition.has)
    tests = [column.is_not_null()]
    if condition.low is not None:
        tests.append(column.to_physical() >= _scaled(condition.low))
    if condition.high is not None:
        tests.append(column.to_physical() <= _scaled(condition.high))
    return pl.all_horizontal(tests)


def _scaled(limit: object) -> pl.Expr:
    return pl.lit(to_scaled(limit, SCALE), pl.Int128)  # type: ignore[arg-type]  # a number


# --- one run


def _check_one_run(frame: pl.DataFrame, gathered: Gathered, board: Board, place: Place) -> None:
    days = sorted(frame["as_of"].unique(), key=str)
    if None in days:
        what, expected = "a row has no day", "the day of the score in `as_of`"
        raise InvalidInput([Problem("SY810", what, place, expected)])
    known = days if gathered.as_of is None else sorted({*days, gathered.as_of})
    if len(known) > 1:
        what = f"the results are of several days: {known[0]} and {known[-1]}"
        fix = "name the results of one day"
        raise InvalidInput([Problem("SY811", what, place, "results of one day", fix)])
    scenes = sorted(frame["scene"].fill_null("").unique())
    if days and board.by != "scene":
        known = scenes if gathered.as_of is None else sorted({*scenes, gathered.scene or ""})
        if len(known) > 1:
            shown = " and ".join(scene or "none" for scene in known[:2])
            what = f"the results are of several scenes: {shown}"
            fix = "name the results of one scene, or write `by: scene` in the board"
            raise InvalidInput([Problem("SY811", what, place, "results of one scene", fix)])
        gathered.scene = known[0] or None
    gathered.as_of = days[0] if days else gathered.as_of


# --- counts


def _count(judged: pl.DataFrame, gathered: Gathered) -> None:
    counts = judged.group_by(_SECTION, _GROUP, _REASON).len()
    for section, group, reason, count in counts.iter_rows():
        gathered.groups[section, group] += count if reason == _ELIGIBLE else 0
        if reason == _ELIGIBLE:
            gathered.eligible[section] += count
        else:
            gathered.not_eligible[reason] += count


def _find(judged: pl.DataFrame, gathered: Gathered, board: Board, wanted: frozenset[str]) -> None:
    if not wanted:
        return
    rows = judged.filter(pl.col("merchant").is_in(list(wanted)))
    for section, reason, merchant in rows.select(_SECTION, _REASON, "merchant").iter_rows():
        if reason != _ELIGIBLE:
            gathered.found.setdefault(merchant, {})[section] = reason
    eligible = rows.filter(pl.col(_REASON) == _ELIGIBLE).select(_needed(board))
    for section, candidate in _candidates(eligible, board):
        gathered.found.setdefault(candidate.merchant, {})[section] = candidate


# --- order


def _needed(board: Board) -> list[str]:
    keys = [key.column for key in board.keys[:-1]]
    return [*dict.fromkeys([_SECTION, _GROUP, MERCHANT, "industry", "shop_type", "tier", *keys])]


def _best(frame: pl.DataFrame, board: Board) -> pl.DataFrame:
    """Return the first merchants of each section and group, in order."""
    most = group_cap(board) + MAX_NEXT_MERCHANTS
    ordered = frame.sort(
        [key.column for key in board.keys],
        descending=[key.descending for key in board.keys],
        nulls_last=[key.absent_last for key in board.keys],
    )
    return ordered.filter(pl.int_range(pl.len()).over(_SECTION, _GROUP) < most)


def _candidates(frame: pl.DataFrame, board: Board) -> Iterable[tuple[str | None, Candidate]]:
    keys = [key.column for key in board.keys[:-1]]
    physical = frame.with_columns(pl.col(name).cast(NUMBER).to_physical() for name in keys)
    labels = (_SECTION, MERCHANT, "industry", "shop_type", "tier", _GROUP)
    texts = physical.select(labels).iter_rows()
    for (section, *who), values in zip(texts, physical.select(keys).iter_rows(), strict=True):
        yield section, Candidate(*who, values=values)


# --- absent values


def _note_absent(
    eligible: pl.DataFrame, keys: Sequence[Key], absent: dict[str, tuple[int, str]]
) -> None:
    for key in keys[:-1]:
        if key.absent is None and eligible[key.column].null_count():
            names = eligible.filter(pl.col(key.column).is_null())["merchant"]
            count, first = absent.get(key.column, (0, str(names.min())))
            absent[key.column] = (count + len(names), min(first, str(names.min())))


def _check_absent(keys: Sequence[Key], absent: Mapping[str, tuple[int, str]]) -> None:
    """Raise `InvalidInput` SY813 for every key that merchants have no value of."""
    problems = []
    for key in keys:
        if key.column in absent:
            count, first = absent[key.column]
            what = f"{count:,} eligible merchants have no {key.column}; the first is {first}"
            expected = "a value for each eligible merchant, or the place of those without one"
            fix = "write `absent: last` (or `first`), or a condition that excludes them"
            problems.append(Problem("SY813", what, key.place, expected, fix))
    if problems:
        raise InvalidInput(problems)
