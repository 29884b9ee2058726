"""The kinds of merchants in a book, with the layers and rollouts for each kind.

A rollout concerns a kind of merchant if the layers inside its part differ from those outside. On
a day and in a scene, at most one rollout may concern a kind.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import combinations, product
from typing import Literal, get_args

from steelyard.book.reading import Book, RulesetFile
from steelyard.book.selection import (
    Clashes,
    Query,
    Selection,
    choose_layers,
    current,
    days_of_change,
    rollouts_on,
    select,
)
from steelyard.errors import InvalidInput, Problem, Problems, suggest
from steelyard.model.arguments import given_day, given_one_of, given_text
from steelyard.model.rollout import Rollout, RolloutStep
from steelyard.plan.structure import LAST_DAY

Kind = tuple[str, str | None]  # industry and shop type

Move = tuple[Kind, Kind]
"""A kind of merchant in two books. The kinds differ only for merchants who do not name a shop type,
if the books have other default shop types, or one of them has none."""

Part = Literal["outside", "inside", "inside_if_any"]
"""Which merchants of a kind: those outside every rollout, or those in the part of the rollout that
concerns the kind. `inside_if_any` is `inside` where there is a rollout and `outside` elsewhere."""


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
    for day, kind, scene in product(days, kinds_of(book), (None, *book.scene_ids)):
        query = Query(*kind, scene, day)
        for first, second in combinations(_concerning(book, query), 2):
            clashes.add(first, second, query)
    problems.extend(_clash(*clash) for clash in clashes)
    return problems.found


def _concerning(book: Book, query: Query) -> list[RulesetFile]:
    """Return the versions whose rollout concerns a kind of merchant; more than one is an error."""
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
        # a second rollout in a lower layer may concern only merchants inside the part
        name = versions[0].name
        inside = layers(name)
        others = (version for version in active if version.name != name)
        versions += [version for version in others if layers(name, version.name) != inside]
    return versions


def _check_outside(book: Book, ruleset: RulesetFile, days: list[date], problems: Problems) -> None:
    """Report a rollout during which no version holds for the other merchants."""
    if ruleset.rollout is None:
        return
    versions = [version for version in book.rulesets if version.id == ruleset.id]
    for day in days:
        others = [version for version in versions if version.reach_on(day) != "some"]
        if ruleset in rollouts_on(book, day) and current(others, day) is None:
            problems.add(
                "SY322",
                f"{ruleset.name} is rolled out on {day}, when no version of {ruleset.id} applies "
                "to the other merchants",
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
        "start one of them after the other ends",
    )


def kinds_of(book: Book) -> list[Kind]:
    """Return every kind of merchant that a book knows, in the order of `book.yaml`."""
    shop_types: Sequence[str | None] = book.shop_type_ids or (None,)
    return list(product(book.industry_ids, shop_types))


def changes_of_kind(old: Sequence[Kind], new: Sequence[Kind]) -> list[Move]:
    """Return, by industry, the default kind of two books where it is not the same.

    The kinds of a book begin with the default shop type of each industry.
    """
    first, second = (dict(reversed(kinds)) for kinds in (old, new))
    return [
        ((industry, first[industry]), (industry, second[industry]))
        for industry in dict(old)
        if industry in second and first[industry] != second[industry]
    ]


def compared_kinds(old: Sequence[Kind], new: Sequence[Kind]) -> list[Move]:
    """Return the kinds of two books whose rules are compared.

    If one book has no shop types, its rules are compared with those of the default shop type. The
    other shop types are kinds that it does not know, and an edit of the fact `shop_type` says so.
    """
    alone = [all(shop_type is None for _, shop_type in kinds) for kinds in (old, new)]
    common = dict.fromkeys(industry for industry, _ in old if industry in dict(new))
    same = [(kind, kind) for kind in dict.fromkeys((*old, *new))]
    if not old or not new or alone[0] == alone[1]:
        return same
    lone = [move for move in same if move[0][0] not in common]
    return [*changes_of_kind(old, new), *lone]


def check_kind(book: Book, industry: str, shop_type: str | None) -> None:
    """Raise `InvalidInput` SY703 for an industry or a shop type that the book does not have."""
    given_text(industry, "industry")
    given_text(shop_type, "shop_type")
    problems = Problems()
    for word, name, known in (
        ("industry", industry, book.industry_ids),
        ("shop type", shop_type, book.shop_type_ids),
    ):
        if name is not None and name not in known:
            problems.add(
                "SY703",
                f"unknown {word} {name!r}",
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
    as_of = given_day(as_of)
    given_text(scene, "scene")
    given_one_of(part, get_args(Part), "part")
    choose = partial(select, book, industry=kind[0], shop_type=kind[1], scene=scene, as_of=as_of)
    if part == "outside":
        return choose()
    rollout = find_rollout(book, industry=kind[0], shop_type=kind[1], scene=scene, as_of=as_of)
    if rollout is None and part == "inside":
        merchants = Query(*kind, scene, as_of).merchants
        what = f"no version is being rolled out to {merchants} on {as_of}"
        raise InvalidInput([Problem("SY703", what)])
    return choose(rollout=rollout)


@dataclass(frozen=True, slots=True)
class Period:
    """The rules of a kind of merchant in a scene, from one day to another, both included.

    A part without rules is None. `rollout` is given if some merchants get the rules `inside`.
    """

    kind: Kind
    scene: str | None
    first_day: date
    last_day: date
    outside: Selection | None
    rollout: Rollout | None = None
    inside: Selection | None = None

    def continues(self, earlier: "Period") -> bool:
        """Return whether the rules are those of an earlier period."""
        return (self.kind, self.scene, self.rollout, *map(_name, self.parts)) == (
            earlier.kind, earlier.scene, earlier.rollout, *map(_name, earlier.parts)
        )  # fmt: skip

    @property
    def parts(self) -> tuple[Selection | None, Selection | None]:
        """The rules outside and inside the rollout."""
        return self.outside, self.inside


def _name(selection: Selection | None) -> str:
    return "" if selection is None else selection.name


def periods(book: Book) -> list[Period]:
    """Return what a book gives every kind of merchant in every scene, from its first day on.

    Where the choice of rules fails, there is no rule; `check_selection` and `check_rollouts` report
    it. A period without any rules is left out.
    """
    found: list[Period] = []
    days = days_of_change(book)
    ends = [*(day - timedelta(days=1) for day in days[1:]), LAST_DAY]
    for kind, scene in product(kinds_of(book), (None, *book.scene_ids)):
        for first, last in zip(days, ends, strict=False):  # no days, no period
            period = _period(book, kind, scene, first, last)
            if found and period.continues(found[-1]) and found[-1].last_day < first:
                period = replace(found.pop(), last_day=last)
            found.append(period)
    return [period for period in found if any(period.parts)]


def timelines(book: Book) -> dict[str, list[str]]:
    """Return the rules of every kind of merchant in every scene, from each day of change on.

    A key is `maternity · flagship · double-11`, without the parts that are not there. An entry is
    `2026-03-05 marketplace-base@2026.2 + maternity@2026.2`; during a rollout, its share and the
    rules inside follow. Entries ascend by day; the rules are `none` where there are none.
    """
    found: dict[str, list[str]] = {}
    last: dict[str, date] = {}
    for period in periods(book):
        key = " · ".join(part for part in (*period.kind, period.scene) if part)
        entries = found.setdefault(key, [])
        if entries and last[key] + timedelta(days=1) < period.first_day:
            entries.append(f"{last[key] + timedelta(days=1)} none")
        rules = _name(period.outside) or "none"
        if period.rollout is not None:
            step = RolloutStep(period.first_day, period.rollout.share, period.rollout.shadow)
            rules += f"; {step.size} get {_name(period.inside) or 'none'}"
        entries.append(f"{period.first_day} {rules}")
        last[key] = period.last_day
    for key, day in last.items():
        if day < LAST_DAY:
            found[key].append(f"{day + timedelta(days=1)} none")
    return found


def _period(book: Book, kind: Kind, scene: str | None, first: date, last: date) -> Period:
    def choose(part: Part) -> Selection | None:
        with suppress(InvalidInput):
            return select_for_kind(book, kind, scene=scene, as_of=first, part=part)
        return None

    inside = choose("inside")
    rollout = None
    if inside is not None and inside.rollout is not None:
        rollout = inside.rollout.rollout_on(first)
    return Period(kind, scene, first, last, choose("outside"), rollout, inside)


def every_selection(book: Book) -> list[Selection]:
    """Return one selection for every set of layers that a book can ever choose.

    They include the selections inside the share of a rollout.
    """
    chosen = (part for period in periods(book) for part in period.parts if part is not None)
    selections: dict[tuple[str, ...], Selection] = {}
    for part in chosen:
        selections.setdefault(selection_name(part), part)
    return list(selections.values())


def selection_name(selection: Selection) -> tuple[str, ...]:
    """Return the rollout, or an empty string, and every layer: `("", "base@1", "toys@2")`."""
    rollout = selection.rollout.name if selection.rollout else ""
    return (rollout, *(layer.name for layer in selection.layers))
