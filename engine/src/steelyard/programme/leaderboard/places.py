"""The rule that gives places: minimums of groups first, then the order, within the maximums.

1. Each group gets its minimum of places, or as many as it has merchants, for its first merchants.
2. The other places go to all merchants in order; a merchant whose group is full is passed over.
3. The places are then numbered in order, whatever step gave them.

Among all choices of that many merchants within the limits, this is the first one in the order: no
merchant without a place could take one from a merchant behind it.
"""

from collections import Counter
from collections.abc import Sequence

from steelyard.model.boards import Board
from steelyard.programme.leaderboard.comparing import need_to_pass, precedes
from steelyard.programme.leaderboard.model import Candidate, Outside


def choose(ordered: Sequence[Candidate], board: Board) -> tuple[list[Candidate], set[str]]:
    """Return the merchants with a place, in order, and the names of those in reserved places.

    `ordered` are eligible merchants in order, at least the first `board.size` of each group.
    """
    low = 0 if board.groups is None else board.groups.low
    high = group_cap(board)
    counts: Counter[str] = Counter()
    chosen: set[str] = set()
    for candidate in ordered:
        if counts[candidate.group] < low:
            counts[candidate.group] += 1
            chosen.add(candidate.merchant)
    first = set(chosen)
    for candidate in ordered:
        if len(chosen) >= board.size:
            break
        if candidate.merchant not in chosen and counts[candidate.group] < high:
            counts[candidate.group] += 1
            chosen.add(candidate.merchant)
    placed = [candidate for candidate in ordered if candidate.merchant in chosen]
    return placed, first & _only_reserved(ordered, placed, board)


def group_cap(board: Board) -> int:
    """Return the most places that one group of a section can get."""
    return min(board.size, (board.groups and board.groups.high) or board.size)


def _only_reserved(
    ordered: Sequence[Candidate], placed: Sequence[Candidate], board: Board
) -> set[str]:
    """Return the merchants who would have no place without the minimums."""
    counts: Counter[str] = Counter()
    without: set[str] = set()
    for candidate in ordered:
        if len(without) < len(placed) and counts[candidate.group] < group_cap(board):
            counts[candidate.group] += 1
            without.add(candidate.merchant)
    return {candidate.merchant for candidate in placed} - without


def rival_of(candidate: Candidate, placed: Sequence[Candidate], board: Board) -> Candidate | None:
    """Return the merchant whose place a candidate gets once it precedes it.

    It is the last one that can go within the limits: of the same group, or of any group that keeps
    its minimum, if the candidate's group is not full.
    """
    counts = Counter(one.group for one in placed)
    low = 0 if board.groups is None else board.groups.low
    is_full = counts[candidate.group] >= group_cap(board)
    for rival in reversed(placed):
        if rival.group == candidate.group or (not is_full and counts[rival.group] > low):
            return rival
    return None


def outside(candidate: Candidate, placed: Sequence[Candidate], board: Board) -> Outside:
    """Return why a candidate has no place, and what would give it one."""
    counts = Counter(one.group for one in placed)
    last = placed[-1] if placed else None
    passed_over = last is not None and precedes(candidate, last, board.keys)
    is_full = counts[candidate.group] >= group_cap(board)
    reason = "group_full" if is_full and (passed_over or len(placed) < board.size) else "overtaken"
    rival = rival_of(candidate, placed, board)
    need = None if rival is None else need_to_pass(candidate, rival, board.keys)
    return Outside(candidate, reason, need)
