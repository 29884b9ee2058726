"""Comparison of two merchants: which key decides, and what the lower one needs to pass."""

from collections.abc import Sequence

from steelyard.model.boards import Key
from steelyard.programme.leaderboard.model import Candidate, Decision, Need


def precedes(first: Candidate, second: Candidate, keys: Sequence[Key]) -> bool:
    """Return whether the first merchant comes before the second one."""
    place = deciding_key(first, second)
    if place < len(keys) - 1:
        return _is_better(first.values[place], second.values[place], keys[place])
    return _id_precedes(first, second, keys[-1])


def deciding_key(first: Candidate, second: Candidate) -> int:
    """Return the position of the first key in which two merchants differ, or that of the id."""
    pairs = enumerate(zip(first.values, second.values, strict=True))
    return next((place for place, (own, other) in pairs if own != other), len(first.values))


def decide(first: Candidate, second: Candidate) -> Decision:
    """Return what decided between two merchants."""
    place = deciding_key(first, second)
    if place == len(first.values):
        return Decision(place, None, None)
    return Decision(place, first.values[place], second.values[place])


def need_to_pass(lower: Candidate, upper: Candidate, keys: Sequence[Key]) -> Need | None:
    """Return what the lower merchant needs to pass the upper one; None if no number helps.

    It is told for the key that decides; if no value of it can help, for the nearest key before it.
    """
    for place in range(min(deciding_key(lower, upper), len(keys) - 2), -1, -1):
        own, target = lower.values[place], upper.values[place]
        if target is None:  # being absent cannot be surpassed, or is no number to reach
            continue
        change = None if own is None else abs(own - target)
        if own == target:
            return Need(upper.merchant, place, target, change, beyond=True)
        beyond = not _wins_after(lower, upper, place, keys)
        return Need(upper.merchant, place, target, change, beyond)
    return None


def _wins_after(lower: Candidate, upper: Candidate, place: int, keys: Sequence[Key]) -> bool:
    """Return whether the lower merchant comes first if both are equal up to a key."""
    for later in range(place + 1, len(keys) - 1):
        if lower.values[later] != upper.values[later]:
            return _is_better(lower.values[later], upper.values[later], keys[later])
    return _id_precedes(lower, upper, keys[-1])


def _is_better(own: int | None, other: int | None, key: Key) -> bool:
    if own is None or other is None:
        return (other is None) == key.absent_last
    return own > other if key.descending else own < other


def _id_precedes(first: Candidate, second: Candidate, key: Key) -> bool:
    before = first.merchant < second.merchant  # by code points, as Polars sorts
    return before != key.descending
