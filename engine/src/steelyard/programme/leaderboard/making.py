"""The making of a leaderboard: one pass over the results, then places, reasons and movement."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from steelyard.errors import InvalidInput, Problem, Problems
from steelyard.model.boards import Board
from steelyard.model.limits import MAX_NEXT_MERCHANTS
from steelyard.programme.leaderboard.comparing import decide, need_to_pass
from steelyard.programme.leaderboard.digests import definition_digest, leaderboard_digest
from steelyard.programme.leaderboard.gathering import Gathered, columns_of, gather
from steelyard.programme.leaderboard.model import (
    BoardSection,
    Candidate,
    Counts,
    Fallen,
    Leaderboard,
    Movement,
    Previous,
    Ranked,
    Shortfall,
)
from steelyard.programme.leaderboard.places import choose, outside
from steelyard.programme.results import (
    ROWS,
    Results,
    check_duplicates,
    read_rejected,
    read_results,
)


def make_leaderboard(
    results: Results, board: Board, previous: Previous | None = None, *, rows: int = ROWS
) -> Leaderboard:
    """Make a leaderboard from the results of one run; `rows` are held at a time.

    Raises `InvalidInput` SY810 to SY815 for results, minimums or a previous board that do not fit.
    """
    wanted = (
        frozenset(name for ranks in previous.ranks.values() for name in ranks)
        if previous
        else frozenset()
    )
    check_duplicates(results, "scene" if board.by == "scene" else None)
    gathered = gather(read_results(results, columns_of(board), rows), board, wanted)
    rejected = read_rejected(results, wanted)
    as_of = _day(gathered, previous)
    sections = tuple(_sections(gathered, rejected.names, board, previous))
    counts = Counts(
        rows=gathered.rows + rejected.rows,
        eligible=sum(gathered.eligible.values()),
        not_eligible=dict(sorted(gathered.not_eligible.items())),
        rejected=gathered.rejected + rejected.rows,
    )
    assert counts.adds_up
    made = Leaderboard(
        board=board,
        definition=definition_digest(board),
        digest="",
        as_of=as_of,
        scene=gathered.scene,
        plans=tuple(sorted(gathered.plans)),
        counts=counts,
        sections=sections,
        previous=previous,
    )
    return replace(made, digest=leaderboard_digest(made))


def _day(gathered: Gathered, previous: Previous | None) -> date:
    if gathered.as_of is None:
        what, expected = "the results have no merchants", "at least one row"
        raise InvalidInput([Problem("SY810", what, expected=expected)])
    if previous is not None and previous.as_of > gathered.as_of:
        what = f"the previous board is of {previous.as_of}, the results are of {gathered.as_of}"
        fix = "exchange the two, or name the board before this one"
        expected = "a board of the same day or an earlier one"
        raise InvalidInput([Problem("SY815", what, previous.place, expected, fix)])
    return gathered.as_of


def _sections(
    gathered: Gathered, rejected: set[str], board: Board, previous: Previous | None
) -> Iterator[BoardSection]:
    """Yield the sections, declared ones first, then in the order of their ids.

    Raises `InvalidInput` SY814 if the minimums of a section need more places than it has.
    """
    names = {*gathered.candidates, *(previous.ranks if previous else ())}
    declared = board.labels.get(board.by, ()) if board.by else ()
    order = sorted(names, key=lambda name: (_position(name, declared), name or ""))
    problems = Problems()
    groups = _groups(gathered, board)
    placed = {}
    for name in order:
        _check_minimums(name, groups, board, problems)
        placed[name], _ = choose(gathered.candidates.get(name, ()), board)
    problems.raise_any()
    refused = rejected | gathered.rejected_names
    for name in order:
        candidates = gathered.candidates.get(name, [])
        section = _section(name, candidates, gathered, groups, board)
        if previous is not None:
            section = _moved(section, previous, gathered, refused, board, placed)
        if section.places or section.fell or section.short or name in gathered.candidates:
            yield section


def _position(name: str | None, declared: Sequence[str]) -> int:
    return declared.index(name) if name in declared else len(declared)


def _groups(gathered: Gathered, board: Board) -> dict[str | None, dict[str, int]]:
    """Return how many eligible merchants each group of each section has."""
    groups: dict[str | None, dict[str, int]] = {}
    for (section, group), count in sorted(gathered.groups.items(), key=str):
        if board.groups is not None and _may_be_on(group, board):
            groups.setdefault(section, {})[group] = count
    return groups


def _may_be_on(group: str, board: Board) -> bool:
    """Return False for a group that the labels of the board exclude as a whole."""
    assert board.groups is not None
    return group in board.labels.get(board.groups.column, (group,))  # type: ignore[call-overload]


def _check_minimums(
    name: str | None,
    groups: dict[str | None, dict[str, int]],
    board: Board,
    problems: Problems,
) -> None:
    if board.groups is None or not board.groups.low:
        return
    counts = groups.get(name, {})
    needed = sum(min(count, board.groups.low) for count in counts.values())
    if needed > board.size:
        where = "" if name is None else f" of {name}"
        what = f"the minimums of {len(counts)} groups{where} need {needed} places, and the board "
        what += f"has {board.size}"
        fix = "lower `min`, or raise `size`"
        problems.add("SY814", what, board.groups.place, expected="min × groups ≤ size", fix=fix)


def _section(
    name: str | None,
    candidates: Sequence[Candidate],
    gathered: Gathered,
    groups: dict[str | None, dict[str, int]],
    board: Board,
) -> BoardSection:
    placed, reserved = choose(candidates, board)
    chosen = {one.merchant for one in placed}
    others = [one for one in candidates if one.merchant not in chosen][:MAX_NEXT_MERCHANTS]
    places = []
    for index, one in enumerate(placed):
        following = placed[index + 1] if index + 1 < len(placed) else None
        places.append(
            Ranked(
                rank=index + 1,
                candidate=one,
                reserved=one.merchant in reserved,
                below=None if following is None else decide(one, following),
                to_pass=need_to_pass(one, placed[index - 1], board.keys) if index else None,
            )
        )
    low = board.groups.low if board.groups else 0
    short = [
        Shortfall(group, low, count) for group, count in groups.get(name, {}).items() if count < low
    ]
    return BoardSection(
        id=name,
        eligible=gathered.eligible[name],
        places=tuple(places),
        outside=tuple(outside(one, placed, board) for one in others),
        short=tuple(short),
    )


# --- movement


def _moved(
    section: BoardSection,
    previous: Previous,
    gathered: Gathered,
    rejected: set[str],
    board: Board,
    placed: dict[str | None, list[Candidate]],
) -> BoardSection:
    """Return a section with the movement of each place, and everybody who fell off."""
    ranks = previous.ranks.get(section.id, {})
    places = tuple(
        replace(
            one,
            previous=ranks.get(one.candidate.merchant),
            movement=_movement(one.rank, ranks.get(one.candidate.merchant)),
        )
        for one in section.places
    )
    present = {one.candidate.merchant for one in places}
    fell = [
        _fallen(name, rank, section.id, gathered, rejected, board, placed[section.id])
        for name, rank in sorted(ranks.items(), key=lambda one: one[1])
        if name not in present
    ]
    return replace(section, places=places, fell=tuple(fell))


def _movement(rank: int, previous: int | None) -> Movement:
    if previous is None:
        return "new"
    if rank == previous:
        return "same"
    return "up" if rank < previous else "down"


def _fallen(
    name: str,
    rank: int,
    section: str | None,
    gathered: Gathered,
    rejected: set[str],
    board: Board,
    placed: Sequence[Candidate],
) -> Fallen:
    found = gathered.found.get(name)
    if found is None:
        return Fallen(name, rank, "rejected" if name in rejected else "gone")
    if section not in found:
        return Fallen(name, rank, "moved", min(one or "" for one in found))
    now = found[section]
    if isinstance(now, str):
        return Fallen(name, rank, "not_eligible", now)
    missed = outside(now, placed, board)
    return Fallen(name, rank, missed.reason, outside=missed)
