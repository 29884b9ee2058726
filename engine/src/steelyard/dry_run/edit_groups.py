"""Groups of edits that are made together, because they depend on each other or are too many.

The exact contribution of each edit needs the rules with every subset of the edits made. Some
subsets are not valid rules (weights that do not add up, a group of items that names a missing one):
the edits that need each other become one group. If too many groups are left, the edits of one part
of the rules become a group, then those of one section.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Literal

from steelyard.book.diff import Edit
from steelyard.book.diff.calendars import CALENDARS
from steelyard.book.diff.facts import KINDS
from steelyard.dry_run.pairs import DAY, FACTS
from steelyard.model.limits import MAX_EDIT_BLOCKS

Level = Literal["edit", "part", "section", "aspect"]
LEVELS: tuple[Level, ...] = ("edit", "part", "section", "aspect")

# each group is tried by itself, which has to stay quick too
_MAX_TRIED = 3 * MAX_EDIT_BLOCKS

EditGroup = frozenset[int]  # numbers of edits
Works = Callable[[frozenset[int]], bool]

_ASPECTS = {
    "gates": "base",
    "exemptions": "base",
    "dimensions": "base",
    "metrics": "base",
    "base": "base",
    "score": "base",
    "items": "bonus",
    "bonus": "bonus",
    "vetoes": "bonus",
    "groups": "bonus",
}


def find_groups(
    edits: Sequence[Edit], by_pair: Mapping[int, Sequence[int]], works: Callable[[int], Works]
) -> tuple[tuple[EditGroup, ...], Level]:
    """Return the groups of the edits that can change a score, and the level of grouping.

    `by_pair` has the edits of every pair of rules; `works(pair)` returns whether the rules are
    valid with a set of them made. Groups are in the order of their first edits.
    """
    touching = {
        pair: [number for number in numbers if edits[number].effect == "score"]
        for pair, numbers in by_pair.items()
    }
    everything = sorted({number for numbers in touching.values() for number in numbers})
    for level in LEVELS:
        groups = _grouped(everything, edits, level)
        last = level == LEVELS[-1]
        if not last and any(len(_inside(groups, own)) > _MAX_TRIED for own in touching.values()):
            continue
        for pair, own in touching.items():
            groups = _joined(groups, frozenset(own), works(pair))
        if last or all(len(_inside(groups, own)) <= MAX_EDIT_BLOCKS for own in touching.values()):
            return groups, level
    raise AssertionError("the last level always has few groups")


def _grouped(numbers: Iterable[int], edits: Sequence[Edit], level: Level) -> tuple[EditGroup, ...]:
    by_key: dict[object, set[int]] = {}
    for number in numbers:
        by_key.setdefault(_key(edits[number], number, level), set()).add(number)
    return tuple(frozenset(group) for group in by_key.values())


def _key(edit: Edit, number: int, level: Level) -> object:
    if edit.section in (DAY, FACTS, KINDS, CALENDARS):  # all of it or nothing
        return edit.section
    if level == "edit":
        return number
    if level == "part":
        return edit.section, edit.part
    if level == "section":
        return "dimensions" if edit.section == "metrics" else edit.section
    return _ASPECTS.get(edit.section, "deductions")


def _inside(groups: Iterable[EditGroup], own: Iterable[int]) -> list[EditGroup]:
    """Return the edits of each group that are in `own`; leave out groups without such edits."""
    kept = frozenset(own)
    return [group & kept for group in groups if group & kept]


def _joined(
    groups: tuple[EditGroup, ...], own: frozenset[int], works: Works
) -> tuple[EditGroup, ...]:
    """Join groups until the rules are valid with any set of them made."""
    while True:
        needed = _dependent_groups(groups, own, works)
        if needed is None:
            return groups
        rest = [group for group in groups if group not in needed]
        groups = tuple(sorted([frozenset().union(*needed), *rest], key=min))


def _dependent_groups(
    groups: tuple[EditGroup, ...], own: frozenset[int], works: Works
) -> list[EditGroup] | None:
    """Return groups that need each other, or None if every set of groups gives valid rules."""
    here = [group for group in groups if group & own]
    sizes: Iterable[int] = range(1, len(here)) if len(here) <= MAX_EDIT_BLOCKS else (1,)
    for size in sizes:
        for some in combinations(here, size):
            if not works(_edits_of(some, own)):
                return [*some, *_fewest(list(some), [b for b in here if b not in some], own, works)]
    return None


def _fewest(
    some: list[EditGroup], others: list[EditGroup], own: frozenset[int], works: Works
) -> list[EditGroup]:
    """Return a smallest set of other groups that makes the rules valid together with `some`."""
    kept = list(others)
    while True:
        for one in kept:
            fewer = [group for group in kept if group is not one]
            if works(_edits_of([*some, *fewer], own)):
                kept = fewer
                break
        else:
            return kept


def _edits_of(groups: Iterable[EditGroup], own: frozenset[int]) -> frozenset[int]:
    return frozenset().union(*groups) & own
