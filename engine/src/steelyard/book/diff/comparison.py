"""A comparison of two sources of rules: books, single rulesets, or plans."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import TypeVar

from steelyard.book import Book, Joined, days_of_change, join_layers
from steelyard.book.diff.calendars import compare_calendars
from steelyard.book.diff.comparing import compare_joined
from steelyard.book.diff.edit import Edit
from steelyard.book.diff.facts import compare_facts, compare_presence
from steelyard.book.diff.plans import compare_plans
from steelyard.book.diff.rollouts import compare_rollouts, first_day, reach_on
from steelyard.book.diff.sources import Source
from steelyard.book.kinds import Kind, Part, compared_kinds, kinds_of, select_for_kind
from steelyard.book.opening import places_in
from steelyard.book.reading import read_book, read_ruleset
from steelyard.book.selection import Selection
from steelyard.errors import InvalidInput, Problem, Problems
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text
from steelyard.plan.codec import read_plan
from steelyard.plan.structure import Plan
from steelyard.plugins.discovery.shipped import Shipped

_A = TypeVar("_A")
_T = TypeVar("_T")

Facts = Callable[[Book], Mapping[str, FactDeclaration]]


@dataclass(frozen=True, slots=True)
class Change:
    """An edit between two books, with its kinds of merchants, its scenes and its first day.

    `scenes` has None for days without one; no `kinds` means all merchants.
    """

    edit: Edit
    kinds: tuple[Kind, ...]
    scenes: tuple[str | None, ...]
    first_day: date | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every edit between two sources; `kinds` are all that either book knows, by industry."""

    changes: tuple[Change, ...]
    kinds: tuple[Kind, ...]
    industries: Mapping[str, Text]
    shop_types: Mapping[str, Text]


def compare_sources(
    old: Source,
    new: Source,
    facts_of: Facts,
    *,
    as_of: date | None = None,
    shipped: Shipped | None = None,
) -> Comparison:
    """Return every edit between two sources of one kind; `facts_of` gives the facts of a book.

    `shipped` are the rules of plugins that books may take by name. Raises `InvalidInput`: SY705 for
    sources of different kinds, and every problem of either.
    """
    if old.kind != new.kind:
        what = f"{old.name} is a {old.kind} and {new.name} is a {new.kind}"
        fix = "compare a book with a book, a ruleset with a ruleset, a plan with a plan"
        raise InvalidInput([Problem("SY705", what, fix=fix)])
    if old.kind == "plan":
        plans = (read_plan(old.path), read_plan(new.path))
        kinds = tuple(dict.fromkeys(_kind(plan) for plan in plans))
        edits = compare_plans(*plans)
        return Comparison(tuple(Change(edit, kinds, (), None) for edit in edits), kinds, {}, {})
    if old.kind == "ruleset":
        edits = compare_joined(_alone(old), _alone(new))
        return Comparison(tuple(Change(edit, (), (), None) for edit in edits), (), {}, {})
    books = of_both(lambda path: replace(read_book(path), shipped=shipped), old.path, new.path)
    changes = compare_books(*books, of_both(facts_of, *books), as_of=as_of)
    kinds = tuple(dict.fromkeys(kind for book in books for kind in kinds_of(book)))
    industries = {label.id: label.title for book in books for label in book.industries}
    shop_types = {label.id: label.title for book in books for label in book.shop_types}
    return Comparison(changes, kinds, industries, shop_types)


def of_both(function: Callable[[_A], _T], first: _A, second: _A) -> tuple[_T, _T]:
    """Return the results of both arguments, or raise the problems of both."""
    problems: list[Problem] = []
    results: list[_T] = []
    for argument in (first, second):
        try:
            results.append(function(argument))
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(dict.fromkeys(problems))
    return results[0], results[1]


def _kind(plan: Plan) -> tuple[str, str | None]:
    chosen = dict(plan.selection)
    return chosen.get("industry", ""), chosen.get("shop_type")


def _alone(source: Source) -> Joined:
    """Return a single ruleset file as joined rules without a lower layer."""
    file = read_ruleset(source.path, source.name)
    problems = Problems()
    joined = join_layers(Selection("", None, None, file.start, (file,)), problems)
    errors = [
        problem for problem in problems.found if problem.code != "SY306"
    ]  # retired entries are below
    if errors:
        raise InvalidInput(errors)
    return joined


def compare_books(
    old: Book,
    new: Book,
    facts: tuple[Mapping[str, FactDeclaration], Mapping[str, FactDeclaration]],
    *,
    as_of: date | None = None,
    lenient: bool = False,
) -> tuple[Change, ...]:
    """Return every edit between two books on every day, or on one day.

    For each kind of merchant, scene and day on which rules change in either book, the rules that
    hold there are compared, all layers joined; an edit that concerns many kinds is listed once.
    Raises `InvalidInput` if layers of either book cannot be joined; if `lenient`, merchants have no
    rules on such a day.
    """
    rows: dict[Edit, tuple[dict[Kind, None], dict[str | None, None], date]] = {}
    common = compare_facts(*facts, (places_in(old), places_in(new)))
    for edit in (*common, *compare_calendars(old.calendars, new.calendars)):
        rows[edit] = ({}, {}, date.min)
    before, after = ({version.name: version for version in book.rulesets} for book in (old, new))
    for name, edit in compare_rollouts(before, after):
        sides = before[name], after[name]
        if as_of is None or reach_on(sides[0], as_of) != reach_on(sides[1], as_of):
            rows[edit] = ({}, {}, first_day(*sides))
    days = [as_of] if as_of else sorted({*days_of_change(old), *days_of_change(new)})
    known: dict[tuple[tuple[str, ...], ...], tuple[Edit, ...]] = {}
    scenes = (None, *dict.fromkeys((*old.scene_ids, *new.scene_ids)))
    moves = compared_kinds(kinds_of(old), kinds_of(new))
    parts: tuple[Part, ...] = ("outside", "inside_if_any")
    for day, scene, move, part in product(days, scenes, moves, parts):
        one, other = (
            _joined(book, kind, scene, day, part, lenient=lenient)
            for book, kind in zip((old, new), move, strict=True)
        )
        if one is None or other is None:
            files = (side and (side.ruleset.name, side.ruleset.place) for side in (one, other))
            edits = compare_presence(move[0][0], *files)
        else:
            key = (_layers(one), _layers(other))
            if key not in known:
                known[key] = () if key[0] == key[1] else compare_joined(one, other)
            edits = known[key]
        for edit in edits:
            kinds_of_edit, scenes_of_edit, _ = rows.setdefault(edit, ({}, {}, day))
            kinds_of_edit.update(dict.fromkeys(move))
            scenes_of_edit[scene] = None
    return tuple(
        Change(edit, tuple(kinds), tuple(scenes), None if day == date.min else day)
        for edit, (kinds, scenes, day) in rows.items()
    )


def _layers(joined: Joined) -> tuple[str, ...]:
    return tuple(f"{layer.file} {layer.digest}" for layer in joined.layers)


def _joined(
    book: Book, kind: Kind, scene: str | None, day: date, part: Part, *, lenient: bool
) -> Joined | None:
    """Return the rules for a kind on a day; None where there are none.

    In a scene that the book does not know, the rules of an ordinary day hold.
    """
    industry, shop_type = kind
    if industry not in book.industry_ids:
        return None
    if scene not in book.scene_ids:
        scene = None
    if shop_type not in (None, *book.shop_type_ids):
        return None
    problems = Problems()
    try:
        selection = select_for_kind(book, kind, scene=scene, as_of=day, part=part)
        joined = join_layers(selection, problems)
        problems.raise_any()
    except InvalidInput as error:
        if lenient or all(problem.code == "SY310" for problem in error.problems):
            return None
        raise
    return joined
