"""The kinds of merchants that a book knows, and the layers that hold for each of them."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from itertools import product
from typing import Literal

from steelyard.book.reading import Book
from steelyard.book.rollouts import find_rollout
from steelyard.book.selection import Selection, days_of_change, select
from steelyard.errors import InvalidInput, Problem, Problems, suggest

Kind = tuple[str, str | None]  # industry and shop type

Part = Literal["outside", "inside", "inside_if_any"]
"""Which merchants of a kind: those outside every rollout, or those in the part of the rollout that
concerns the kind. `inside_if_any` is `inside` where there is a rollout and `outside` elsewhere."""


def kinds_of(book: Book) -> list[Kind]:
    """Return every kind of merchant that a book knows, in the order of `book.yaml`."""
    shop_types: Sequence[str | None] = book.shop_type_ids or (None,)
    return list(product(book.industry_ids, shop_types))


def check_kind(book: Book, industry: str, shop_type: str | None) -> None:
    """Raise `InvalidInput` SY703 for an industry or a shop type that the book does not have."""
    problems = Problems()
    for word, name, known in (
        ("industry", industry, book.industry_ids),
        ("shop type", shop_type, book.shop_type_ids),
    ):
        if name is not None and name not in known:
            problems.add(
                "SY703",
                f"the book has no {word} called {name!r}",
                expected=f"one of {', '.join(known) or 'none'}",
                fix=suggest(name, known),
            )
    problems.raise_any()


def select_for_kind(
    book: Book,
    kind: Kind,
    *,
    scene: str | None,
    as_of: date,
    part: Part = "outside",
) -> Selection:
    """Choose the layers that hold for a kind of merchant on a day.

    Raises `InvalidInput`: SY703 if `part` is `inside` and no version is being rolled out to the
    kind; SY321 if two versions are; else what `select` raises.
    """
    choose = partial(select, book, industry=kind[0], shop_type=kind[1], scene=scene, as_of=as_of)
    if part == "outside":
        return choose()
    rollout = find_rollout(book, industry=kind[0], shop_type=kind[1], scene=scene, as_of=as_of)
    if rollout is None and part == "inside":
        industry, shop_type = kind
        merchants = f"{industry} ({shop_type})" if shop_type else industry
        what = f"no version is being rolled out to {merchants} on {as_of}"
        raise InvalidInput([Problem("SY703", what)])
    return choose(rollout=rollout)


def every_selection(book: Book) -> list[Selection]:
    """Return one selection for every set of layers that a book can ever choose.

    Those inside the part of a rollout are among them.
    """
    selections: dict[tuple[str, ...], Selection] = {}
    scenes: Sequence[str | None] = (None, *book.scene_ids)
    for day, kind, scene in product(days_of_change(book), kinds_of(book), scenes):
        parts: tuple[Part, ...] = ("outside", "inside")
        for part in parts:
            # check_selection reports gaps and ambiguities, check_rollouts reports clashes
            with suppress(InvalidInput):
                selection = select_for_kind(book, kind, scene=scene, as_of=day, part=part)
                selections.setdefault(selection_name(selection), selection)
    return list(selections.values())


def selection_name(selection: Selection) -> tuple[str, ...]:
    """Return the rollout, or an empty string, and every layer: `("", "base@1", "toys@2")`."""
    rollout = selection.rollout.name if selection.rollout else ""
    return (rollout, *(layer.name for layer in selection.layers))
