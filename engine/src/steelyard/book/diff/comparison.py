"""Two sources of rules compared: books, single rulesets, or plans."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from steelyard.book import Book, join_layers
from steelyard.book.diff.books import Change, compare_books
from steelyard.book.diff.comparing import compare_joined
from steelyard.book.diff.plans import compare_plans
from steelyard.book.diff.sources import Source
from steelyard.book.reading import read_book, read_ruleset
from steelyard.book.selection import Selection
from steelyard.errors import InvalidInput, Problem, Problems
from steelyard.model.facts import FactDeclaration
from steelyard.model.texts import Text
from steelyard.plan.codec import read_plan
from steelyard.plan.structure import Plan

if TYPE_CHECKING:
    from steelyard.book import Joined

_T = TypeVar("_T")

Facts = Callable[[Book], Mapping[str, FactDeclaration]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every edit between two sources; `kinds` are all that either book knows, by industry."""

    changes: tuple[Change, ...]
    kinds: tuple[tuple[str, str | None], ...]
    industries: Mapping[str, Text]


def compare_sources(
    old: Source, new: Source, facts_of: Facts, *, as_of: date | None = None
) -> Comparison:
    """Return every edit between two sources of one kind; `facts_of` gives the facts of a book.

    Raises `InvalidInput`: SY705 for sources of different kinds, and every problem of either.
    """
    if old.kind != new.kind:
        what = f"{old.name} is a {old.kind} and {new.name} is a {new.kind}"
        fix = "compare a book with a book, a ruleset with a ruleset, a plan with a plan"
        raise InvalidInput([Problem("SY705", what, fix=fix)])
    if old.kind == "plan":
        plans = (read_plan(old.path), read_plan(new.path))
        kinds = tuple(dict.fromkeys(_kind(plan) for plan in plans))
        edits = compare_plans(*plans)
        return Comparison(tuple(Change(one, kinds, (), None) for one in edits), kinds, {})
    if old.kind == "ruleset":
        edits = compare_joined(_alone(old), _alone(new))
        return Comparison(tuple(Change(one, (), (), None) for one in edits), (), {})
    books = _both(lambda: read_book(old.path), lambda: read_book(new.path))
    facts = _both(lambda: facts_of(books[0]), lambda: facts_of(books[1]))
    changes = compare_books(*books, facts, as_of=as_of)
    kinds = tuple(
        dict.fromkeys(
            (industry, shop)
            for book in books
            for industry in book.industry_ids
            for shop in book.shop_type_ids or (None,)
        )
    )
    industries = {one.id: one.title for book in books for one in book.industries}
    return Comparison(changes, kinds, industries)


def _both(first: Callable[[], _T], second: Callable[[], _T]) -> tuple[_T, _T]:
    """Return two results, or raise the problems of both."""
    problems: list[Problem] = []
    results: list[_T] = []
    for one in (first, second):
        try:
            results.append(one())
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(dict.fromkeys(problems))
    return results[0], results[1]


def _kind(plan: Plan) -> tuple[str, str | None]:
    chosen = dict(plan.selection)
    return chosen.get("industry", ""), chosen.get("shop_type")


def _alone(source: Source) -> "Joined":
    """Return one ruleset file by itself, as if it had no layer below it."""
    file = read_ruleset(source.path, source.name)
    problems = Problems()
    joined = join_layers(Selection("", None, None, file.start, (file,)), problems)
    errors = [one for one in problems.found if one.code != "SY306"]  # what it retires is below it
    if errors:
        raise InvalidInput(errors)
    return joined
