"""Which version is being rolled out to whom: at most one for a kind of merchant, a day and a scene.

A rollout concerns those merchants whose layers are others inside its part than outside.
"""

from dataclasses import replace
from datetime import date
from itertools import combinations, product

from steelyard.book.reading import Book, RulesetFile
from steelyard.book.selection import (
    Clashes,
    Query,
    choose_layers,
    current,
    days_of_change,
    rollouts_on,
)
from steelyard.errors import InvalidInput, Problem, Problems


def find_rollout(
    book: Book, *, industry: str, shop_type: str | None, scene: str | None, as_of: date
) -> RulesetFile | None:
    """Return the version that is being rolled out to merchants of a kind on a day, if there is one.

    Raises `InvalidInput` SY321 if there are two.
    """
    query = Query(industry, shop_type, scene, as_of)
    versions = _concerning(book, query)
    if len(versions) > 1:
        raise InvalidInput([_clash(versions[0], versions[1], as_of, query.merchants)])
    return versions[0] if versions else None


def check_rollouts(book: Book) -> list[Problem]:
    """Report rollouts without a version before them (SY322), and two at once (SY321)."""
    problems, clashes = Problems(), Clashes()
    days = days_of_change(book)
    for ruleset in book.rulesets:
        _check_outside(book, ruleset, days, problems)
    kinds = product(book.industry_ids, book.shop_type_ids or (None,), (None, *book.scene_ids))
    for day, kind in product(days, kinds):
        query = Query(*kind, day)
        for first, second in combinations(_concerning(book, query), 2):
            clashes.add(first, second, query)
    problems.extend(_clash(*clash) for clash in clashes)
    return problems.found


def _concerning(book: Book, query: Query) -> list[RulesetFile]:
    """Return the versions whose rollout concerns a kind of merchant: one, unless they clash."""
    active = rollouts_on(book, query.day)
    if not active:
        return []

    def layers(*rolled: str) -> tuple[str, ...]:
        try:
            chosen = choose_layers(book, replace(query, rolled=rolled))
        except InvalidInput as error:  # reported when this arm is selected
            return tuple(str(problem) for problem in error.problems)
        return tuple(layer.name for layer in chosen)

    outside = layers()
    versions = [version for version in active if layers(version.name) != outside]
    if len(versions) == 1:
        # another one may lie below the first, and so concern only those who are in its part
        name = versions[0].name
        inside = layers(name)
        others = (version for version in active if version.name != name)
        versions += [version for version in others if layers(name, version.name) != inside]
    return versions


def _check_outside(book: Book, ruleset: RulesetFile, days: list[date], problems: Problems) -> None:
    """Report a rollout during which no version holds for the other merchants."""
    if ruleset.rollout is None:
        return
    plain = [one for one in book.rulesets if one.id == ruleset.id and one.rollout is None]
    for day in days:
        if ruleset in rollouts_on(book, day) and current(plain, day) is None:
            problems.add(
                "SY322",
                f"{ruleset.name} is rolled out on {day}, when no version of {ruleset.id} holds for "
                "the other merchants",
                ruleset.part("rollout").place,
                expected="a version without `rollout` in force as long as the rollout lasts",
                fix="add one that begins earlier, or remove `rollout`",
            )
            return


def _clash(first: RulesetFile, second: RulesetFile, day: date, merchants: str) -> Problem:
    return Problem(
        "SY321",
        f"{first.name} ({first.part('rollout').place}) and {second.name} are both rolled out to "
        f"{merchants} on {day}",
        second.part("rollout").place,
        "at most one rollout for each merchant, day and scene",
        "let one of them wait until the other is finished",
    )
