"""Two books compared: every edit, with whom it concerns and from when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from steelyard.book import Book, Joined, days_of_change, find_rollout, join_layers, select
from steelyard.book.diff.comparing import compare_joined
from steelyard.book.diff.edit import Edit
from steelyard.book.diff.facts import compare_facts
from steelyard.book.diff.presence import compare_presence
from steelyard.errors import InvalidInput, Problems
from steelyard.model.facts import FactDeclaration

Kind = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Change:
    """An edit between two books: the kinds of merchants, the scenes, and the first day of it.

    `scenes` has None for days without one; no `kinds` means all merchants.
    """

    edit: Edit
    kinds: tuple[Kind, ...]
    scenes: tuple[str | None, ...]
    first_day: date | None


def compare_books(
    old: Book,
    new: Book,
    facts: tuple[Mapping[str, FactDeclaration], Mapping[str, FactDeclaration]],
    *,
    as_of: date | None = None,
) -> tuple[Change, ...]:
    """Return every edit between two books on every day, or on one day.

    For each kind of merchant, scene and day on which rules change in either book, the rules that
    hold there are compared, all layers joined; an edit that concerns many kinds is told once.
    Raises `InvalidInput` if layers of either book cannot be joined.
    """
    found: dict[Edit, tuple[dict[Kind, None], dict[str | None, None], date]] = {}
    for edit in compare_facts(*facts):
        found[edit] = ({}, {}, date.min)
    days = [as_of] if as_of else sorted({*days_of_change(old), *days_of_change(new)})
    known: dict[tuple[str, ...], tuple[Edit, ...]] = {}
    for day in days:
        for scene in (None, *dict.fromkeys((*old.scene_ids, *new.scene_ids))):
            for kind in dict.fromkeys((*_kinds(old), *_kinds(new))):
                for rolled_out in (False, True):
                    for edit in _between(old, new, kind, scene, day, known, rolled_out=rolled_out):
                        kinds, scenes, _ = found.setdefault(edit, ({}, {}, day))
                        kinds[kind] = None
                        scenes[scene] = None
    return tuple(
        Change(edit, tuple(kinds), tuple(scenes), None if day == date.min else day)
        for edit, (kinds, scenes, day) in found.items()
    )


def _between(
    old: Book,
    new: Book,
    kind: Kind,
    scene: str | None,
    day: date,
    known: dict[tuple[str, ...], tuple[Edit, ...]],
    *,
    rolled_out: bool,
) -> Sequence[Edit]:
    one, other = (_joined(book, kind, scene, day, rolled_out=rolled_out) for book in (old, new))
    if one is None or other is None:
        files = (one.ruleset if one else None, other.ruleset if other else None)
        return compare_presence(kind[0], *files)
    key = (*_files(one), "→", *_files(other))
    if key not in known:
        known[key] = () if _files(one) == _files(other) else compare_joined(one, other)
    return known[key]


def _files(joined: Joined) -> tuple[str, ...]:
    return tuple(f"{layer.file} {layer.digest}" for layer in joined.layers)


def _joined(
    book: Book, kind: Kind, scene: str | None, day: date, *, rolled_out: bool
) -> Joined | None:
    """Return the rules for a kind on a day, inside a rollout or outside; None where none are."""
    industry, shop_type = kind
    if industry not in book.industry_ids or (scene is not None and scene not in book.scene_ids):
        return None
    if shop_type is not None and shop_type not in book.shop_type_ids:
        return None
    try:
        asked = {"industry": industry, "shop_type": shop_type, "scene": scene}
        rollout = find_rollout(book, **asked, as_of=day) if rolled_out else None
        selection = select(book, **asked, as_of=day, rollout=rollout)
    except InvalidInput as error:
        if all(problem.code == "SY310" for problem in error.problems):
            return None
        raise
    problems = Problems()
    joined = join_layers(selection, problems)
    problems.raise_any()
    return joined


def _kinds(book: Book) -> list[Kind]:
    shop_types: Sequence[str | None] = book.shop_type_ids or (None,)
    return [(industry, shop) for industry in book.industry_ids for shop in shop_types]
