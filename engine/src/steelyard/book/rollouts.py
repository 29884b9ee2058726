"""Which version is being rolled out to whom: at most one for a kind of merchant, a day and a scene.

A rollout concerns those merchants whose layers are others inside its part than outside.
"""

from collections.abc import Collection, Iterator
from datetime import date
from itertools import combinations, product

from steelyard.book.reading import Book, RulesetFile
from steelyard.book.selection import (
    choose_layers,
    current,
    days_of_change,
    rollouts_on,
    some,
    who,
)
from steelyard.errors import InvalidInput, Problem, Problems


def find_rollout(
    book: Book, *, industry: str, shop_type: str | None, scene: str | None, as_of: date
) -> RulesetFile | None:
    """Return the version that is being rolled out to merchants of a kind on a day, if there is one.

    Raises `InvalidInput` SY321 if there are two.
    """
    found = _concerning(book, industry, shop_type, scene, as_of)
    if len(found) > 1:
        raise InvalidInput([_clash(found[0], found[1], as_of, who(industry, shop_type))])
    return found[0] if found else None


def check_rollouts(book: Book) -> list[Problem]:
    """Report rollouts that nothing is rolled out from (SY322), and two at once (SY321)."""
    problems = Problems()
    days = days_of_change(book)
    for ruleset in book.rulesets:
        problems.extend(_from_nothing(book, ruleset, days))
    clashes: dict[tuple[str, str], tuple[RulesetFile, RulesetFile, date]] = {}
    clashing: dict[tuple[str, str], dict[str, None]] = {}
    kinds = product(book.industry_ids, book.shop_type_ids or (None,), (None, *book.scene_ids))
    for day, (industry, shop_type, scene) in product(days, kinds):
        for pair in combinations(_concerning(book, industry, shop_type, scene, day), 2):
            names = (pair[0].name, pair[1].name)
            clashes.setdefault(names, (*pair, day))
            clashing.setdefault(names, {})[who(industry, shop_type)] = None
    problems.extend(_clash(*clashes[names], some(clashing[names])) for names in clashes)
    return problems.found


def _concerning(
    book: Book, industry: str, shop_type: str | None, scene: str | None, day: date
) -> list[RulesetFile]:
    """Return the versions whose rollout concerns a kind of merchant: one, unless they clash."""
    active = rollouts_on(book, day)
    if not active:
        return []

    def layers(rolled: Collection[str]) -> tuple[str, ...]:
        try:
            chosen = choose_layers(book, industry, shop_type, scene, day, rolled)
        except InvalidInput as error:  # it is said when this arm is asked for
            return tuple(str(problem) for problem in error.problems)
        return tuple(layer.name for layer in chosen)

    outside = layers(())
    found = [one for one in active if layers((one.name,)) != outside]
    if len(found) == 1:
        # another one may lie below the first, and so concern only those who are in its part
        inside = layers((found[0].name,))
        others = (one for one in active if one is not found[0])
        found += [one for one in others if layers((found[0].name, one.name)) != inside]
    return found


def _from_nothing(book: Book, ruleset: RulesetFile, days: list[date]) -> Iterator[Problem]:
    if ruleset.rollout is None:
        return
    plain = [one for one in book.rulesets if one.id == ruleset.id and one.rollout is None]
    for day in days:
        if ruleset in rollouts_on(book, day) and current(plain, day) is None:
            yield Problem(
                "SY322",
                f"{ruleset.name} is rolled out on {day}, when no version of {ruleset.id} holds for "
                "the other merchants",
                ruleset.part("rollout").place,
                "a version without `rollout` that is in force as long as the rollout lasts",
                "add one that begins earlier, or remove `rollout`",
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
