"""Pairs of entries of two joined rulesets, in one order that fits both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from steelyard.book import Joined
from steelyard.book.layering import ALIASED, ALTERNATIVES
from steelyard.formats import Located

Keys = dict[str, Located]


@dataclass(frozen=True, slots=True)
class Pair:
    """An entry on both sides; `id` is its id after the change, `old_id` its id before."""

    id: str
    old_id: str
    before: Located | None
    after: Located | None


def keys_of(entry: Located) -> Keys:
    """Return the keys of an entry."""
    return cast("Keys", entry.value)


def paired(section: str, old: Joined, new: Joined) -> list[Pair]:
    """Return the entries of a section on both sides; an alias makes two ids one entry."""
    aliases = new.aliases if section in ALIASED else {}
    return pair(old.entries.get(section, {}), new.entries.get(section, {}), aliases)


def pair(
    before: Mapping[str, Located], after: Mapping[str, Located], aliases: Mapping[str, str] = {}
) -> list[Pair]:
    """Return two lists of entries as pairs, in the order of `merged_order`."""
    present = {name: name if name in after else aliases.get(name, name) for name in before}
    old_of = {new: name for name, new in present.items()}
    return [
        Pair(name, old_of.get(name, name), before.get(old_of.get(name, name)), after.get(name))
        for name in merged_order(list(present.values()), list(after))
    ]


def merged_order(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return all names in the new order; a removed name keeps its old predecessor."""
    order = list(new)
    here = set(new)
    for place, name in enumerate(old):
        if name not in here:
            before = old[place - 1] if place else None
            order.insert(order.index(before) + 1 if before is not None else 0, name)
            here.add(name)
    return order


def in_old_order(pairs: Sequence[Pair], old: Sequence[str]) -> list[Pair]:
    """Return pairs in the order of the old names; an added one follows the same as before."""
    rank = {name: place for place, name in enumerate(old)}
    ranks: list[tuple[int, int]] = []
    last = -1
    for place, one in enumerate(pairs):
        last = rank.get(one.old_id, last)
        ranks.append((last, place if one.old_id not in rank else -1))
    return [one for _, one in sorted(zip(ranks, pairs, strict=True), key=lambda entry: entry[0])]


def inner(value: Located | None) -> Keys:
    """Return the keys of a mapping; none for any other value."""
    return value.value if value is not None and isinstance(value.value, dict) else {}


def alternatives(key: str) -> tuple[str, ...]:
    """Return the keys of which an entry has only one, such as `bands` and `curve`."""
    return next((names for names in ALTERNATIVES if key in names), (key,))
