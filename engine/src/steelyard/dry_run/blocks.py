"""Blocks: edits that are made together, because they cannot be apart or are too many to tell.

The exact share of each edit in a change needs the rules with every subset of the edits made. Some
subsets are no rules at all (weights that no longer add up, a group of an item that is not there):
the edits that need each other become one block. What is left must be few; if it is not, edits of
one part are taken together, then those of one section.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Literal

from steelyard.book.diff import Edit
from steelyard.book.diff.presence import KINDS
from steelyard.dry_run.pairs import DAY, FACTS
from steelyard.model.limits import MAX_EDIT_BLOCKS

Level = Literal["edit", "part", "section", "aspect"]
LEVELS: tuple[Level, ...] = ("edit", "part", "section", "aspect")

# joining what cannot be apart tries each block by itself, which has to stay quick too
_MOST_TRIED = 3 * MAX_EDIT_BLOCKS

Block = frozenset[int]  # numbers of edits
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


def find_blocks(
    edits: Sequence[Edit], by_pair: Mapping[int, Sequence[int]], works: Callable[[int], Works]
) -> tuple[tuple[Block, ...], Level]:
    """Return the blocks of the edits that can change a score, and how coarse they are.

    `by_pair` has the edits of every pair of rules, `works(pair)` says of a set of them whether the
    rules with these made are rules. Blocks are in the order of their first edits.
    """
    touching = {
        pair: [number for number in numbers if edits[number].effect == "score"]
        for pair, numbers in by_pair.items()
    }
    everything = sorted({number for numbers in touching.values() for number in numbers})
    for level in LEVELS:
        blocks = _grouped(everything, edits, level)
        last = level == LEVELS[-1]
        if not last and any(len(_inside(blocks, own)) > _MOST_TRIED for own in touching.values()):
            continue
        for pair, own in touching.items():
            blocks = _joined(blocks, frozenset(own), works(pair))
        if last or all(len(_inside(blocks, own)) <= MAX_EDIT_BLOCKS for own in touching.values()):
            return blocks, level
    raise AssertionError("the last level always has few blocks")


def _grouped(numbers: Iterable[int], edits: Sequence[Edit], level: Level) -> tuple[Block, ...]:
    groups: dict[object, set[int]] = {}
    for number in numbers:
        groups.setdefault(_key(edits[number], number, level), set()).add(number)
    return tuple(frozenset(one) for one in groups.values())


def _key(edit: Edit, number: int, level: Level) -> object:
    if edit.section in (DAY, FACTS, KINDS):  # all of it or nothing
        return edit.section
    if level == "edit":
        return number
    if level == "part":
        return edit.section, edit.part
    if level == "section":
        return "dimensions" if edit.section == "metrics" else edit.section
    return _ASPECTS.get(edit.section, "deductions")


def _inside(blocks: Iterable[Block], own: Iterable[int]) -> list[Block]:
    """Return what each block has of some edits, without those that have none."""
    kept = frozenset(own)
    return [block & kept for block in blocks if block & kept]


def _joined(blocks: tuple[Block, ...], own: frozenset[int], works: Works) -> tuple[Block, ...]:
    """Join blocks until the rules with any set of them made are rules."""
    while True:
        needed = _that_need_each_other(blocks, own, works)
        if needed is None:
            return blocks
        together = frozenset().union(*needed)
        first = min(blocks.index(block) for block in needed)
        rest = [block for block in blocks if block not in needed]
        rest.insert(first, together)
        blocks = tuple(sorted(rest, key=min))


def _that_need_each_other(
    blocks: tuple[Block, ...], own: frozenset[int], works: Works
) -> list[Block] | None:
    """Return blocks that cannot be apart, or None where every set of blocks works."""
    here = [block for block in blocks if block & own]
    sizes: Iterable[int] = range(1, len(here)) if len(here) <= MAX_EDIT_BLOCKS else (1,)
    for size in sizes:
        for some in combinations(here, size):
            if not works(_edits_of(some, own)):
                return [*some, *_least(list(some), [b for b in here if b not in some], own, works)]
    return None


def _least(
    some: list[Block], others: list[Block], own: frozenset[int], works: Works
) -> list[Block]:
    """Return the fewest of the others (none can be left out) with which some blocks work."""
    kept = list(others)
    while True:
        for one in kept:
            fewer = [block for block in kept if block is not one]
            if works(_edits_of([*some, *fewer], own)):
                kept = fewer
                break
        else:
            return kept


def _edits_of(blocks: Iterable[Block], own: frozenset[int]) -> frozenset[int]:
    return frozenset().union(*blocks) & own
