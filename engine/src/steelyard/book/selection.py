"""Which ruleset holds for an industry, shop type, scene and date.

Of the versions of one ruleset, the one with the latest `from` not after the date counts, unless
its `until` has come. Of the rulesets that match, the one that selects by more keys wins; a tie is
an error. A scene's ruleset is laid over the winner.

A version with `rollout` counts only inside its part, where a selection names it; everywhere else it
is as if it were not there. See `book.rollouts` for which one concerns whom.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from steelyard.book.reading import Book, RulesetFile
from steelyard.errors import InvalidInput, Problem, Problems, suggest


@dataclass(frozen=True, slots=True)
class Selection:
    """What was asked for, and the files chosen: base first, scene last.

    `rollout` is the version that is being rolled out, for a selection inside its part.
    """

    industry: str
    shop_type: str | None
    scene: str | None
    as_of: date
    layers: tuple[RulesetFile, ...]
    rollout: RulesetFile | None = None

    @property
    def ruleset(self) -> RulesetFile:
        """The ruleset chosen for the merchant, below the scene."""
        return next(layer for layer in reversed(self.layers) if layer.scene is None)


def select(
    book: Book,
    *,
    industry: str,
    shop_type: str | None,
    scene: str | None,
    as_of: date,
    rollout: RulesetFile | None = None,
) -> Selection:
    """Choose the layers that apply: outside every rollout, or inside the part of one version.

    Raises `InvalidInput`: SY310 if nothing matches, SY307 if two match equally, SY318 for an
    unknown scene, SY303 or SY304 if `extends` leads nowhere or round in a circle, SY321 if it
    leads to a version that holds for a part of the merchants only.
    """
    rolled = () if rollout is None else (rollout.name,)
    layers = choose_layers(book, industry, shop_type, scene, as_of, rolled)
    return Selection(industry, shop_type, scene, as_of, layers, rollout)


def choose_layers(
    book: Book,
    industry: str,
    shop_type: str | None,
    scene: str | None,
    as_of: date,
    rolled: Collection[str],
) -> tuple[RulesetFile, ...]:
    """Return the layers where of all versions with `rollout` those named in `rolled` count.

    Raises what `select` raises.
    """
    if scene is not None and scene not in book.scene_ids:
        raise _invalid(
            "SY318",
            f"the book has no scene called {scene!r}",
            f"one of {', '.join(book.scene_ids)}" if book.scene_ids else None,
            suggest(scene, book.scene_ids),
        )
    chosen = _chosen(book, industry, shop_type, None, as_of, rolled)
    if chosen is None:
        kind = f" and shop type {shop_type}" if shop_type else ""
        fitting = [one for one in book.rulesets if _fits(one, industry, shop_type, None)]
        raise _invalid(
            "SY310",
            f"no ruleset holds for industry {industry}{kind} on {as_of}",
            " or ".join(f"a date {_span(one)} ({one.name})" for one in fitting[:3]) or None,
            "choose another date, or add a ruleset",
        )
    layers = [*_below(book, chosen, as_of, rolled), chosen]
    if scene is not None:
        over = _chosen(book, industry, shop_type, scene, as_of, rolled)
        if over is not None:
            layers.append(over)
    return tuple(layers)


def check_selection(book: Book) -> list[Problem]:
    """Report every ambiguity (error) and gap (error if there is never a ruleset, else warning)."""
    problems = Problems()
    if not any(ruleset.scene is None and not ruleset.abstract for ruleset in book.rulesets):
        problems.add(
            "SY308",
            "the book has no ruleset that can be chosen for a merchant",
            book.places["book"],
            expected="a ruleset that is not `abstract` and not of a scene",
        )
    else:
        _check_choices(book, problems)
    for ruleset in book.rulesets:
        try:
            _below(book, ruleset, ruleset.start, (ruleset.name,))
        except InvalidInput as error:
            problems.extend(error.problems)
    return problems.found


@dataclass(slots=True)
class _Findings:
    """What is wrong with the choice of rulesets, each thing with all merchants it is true of."""

    ties: dict[tuple[str, str], tuple[RulesetFile, RulesetFile, date]] = field(default_factory=dict)
    tied: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)
    never: dict[str, str] = field(default_factory=dict)  # merchants → their industry
    gaps: dict[date, dict[str, str]] = field(default_factory=dict)


def _check_choices(book: Book, problems: Problems) -> None:
    """Ask for every kind of merchant on every day of change; say each thing once for all."""
    found = _Findings()
    days = days_of_change(book)
    shop_types: tuple[str | None, ...] = book.shop_type_ids or (None,)
    for industry, shop_type in product(book.industry_ids, shop_types):
        merchants = who(industry, shop_type)
        covered = _covered_days(book, industry, shop_type, days, found)
        if not covered:
            found.never[merchants] = industry
            continue
        for day in days:
            if day > covered[0] and day not in covered:
                found.gaps.setdefault(day, {})[merchants] = industry
    for names, tie in found.ties.items():
        problems.extend([_tie(*tie, some(found.tied[names]))])
    if found.never:
        problems.add(
            "SY308",
            f"no ruleset is ever chosen for {some(found.never)}",
            book.places[f"industries.{next(iter(found.never.values()))}"],
            fix="add a ruleset that selects it, or one without `selects` as the fallback",
        )
    for day, missing in found.gaps.items():
        problems.add(
            "SY308",
            f"from {day} no ruleset holds for {some(missing)}",
            book.places[f"industries.{next(iter(missing.values()))}"],
            fix="let a next version begin that day, or drop `until`",
            warning=True,
        )


def _covered_days(
    book: Book, industry: str, shop_type: str | None, days: list[date], found: _Findings
) -> list[date]:
    """Return the days on which there is a ruleset, and note where there are two."""
    covered: list[date] = []
    arms = [(day, None) for day in days]
    arms += [(day, one) for day in days for one in rollouts_on(book, day)]
    for (day, rollout), scene in product(arms, (None, *book.scene_ids)):
        rolled = () if rollout is None else (rollout.name,)
        best = _most_specific(book, industry, shop_type, scene, day, rolled)
        if best and scene is None and rollout is None:
            covered.append(day)
        if len(best) > 1:
            names = (best[0].name, best[1].name)
            found.ties.setdefault(names, (best[0], best[1], day))
            found.tied.setdefault(names, {})[who(industry, shop_type)] = None
    return covered


def who(industry: str, shop_type: str | None) -> str:
    """Return a kind of merchant in words."""
    return f"{industry} ({shop_type})" if shop_type else industry


def some(whom: Iterable[str]) -> str:
    """Return a list in words, cut where it is long."""
    names = list(whom)
    more = f" and {len(names) - 3} more" if len(names) > 4 else ""
    return ", ".join(names[:3] if more else names) + more


def days_of_change(book: Book) -> list[date]:
    """Return the days on which some ruleset begins or ends, ascending."""
    days: set[date] = set()
    for ruleset in book.rulesets:
        days.add(ruleset.start)
        if ruleset.until is not None:
            days.add(ruleset.until)
    return sorted(days)


def current(rulesets: Iterable[RulesetFile], day: date) -> RulesetFile | None:
    """Return the version in force among versions of one ruleset, or None.

    Where a rollout has ended, the versions before it hold again.
    """
    started = [
        ruleset
        for ruleset in rulesets
        if ruleset.start <= day and (ruleset.rollout is None or ruleset.holds_on(day))
    ]
    latest = max(started, key=lambda ruleset: ruleset.start, default=None)
    return latest if latest is not None and latest.holds_on(day) else None


def rollouts_on(book: Book, day: date) -> list[RulesetFile]:
    """Return the versions that are being rolled out on a day, at most one of each ruleset."""
    ids = sorted({ruleset.id for ruleset in book.rulesets if ruleset.rollout is not None})
    latest = [current([one for one in book.rulesets if one.id == id_], day) for id_ in ids]
    return [one for one in latest if one is not None and one.rollout is not None]


def _most_specific(
    book: Book,
    industry: str,
    shop_type: str | None,
    scene: str | None,
    day: date,
    rolled: Collection[str],
) -> list[RulesetFile]:
    """Return the rulesets that fit and select by most keys; it should be one."""
    matching: list[tuple[int, RulesetFile]] = []
    for name in sorted({ruleset.id for ruleset in book.rulesets}):
        ruleset = current(_versions(book, name, rolled), day)
        if ruleset is not None and _fits(ruleset, industry, shop_type, scene):
            matching.append((bool(ruleset.industries) + bool(ruleset.shop_types), ruleset))
    most = max((count for count, _ in matching), default=0)
    return [ruleset for count, ruleset in matching if count == most]


def _fits(ruleset: RulesetFile, industry: str, shop_type: str | None, scene: str | None) -> bool:
    return (
        not ruleset.abstract
        and ruleset.scene == scene
        and (not ruleset.industries or industry in ruleset.industries)
        and (not ruleset.shop_types or shop_type in ruleset.shop_types)
    )


def _chosen(
    book: Book,
    industry: str,
    shop_type: str | None,
    scene: str | None,
    day: date,
    rolled: Collection[str],
) -> RulesetFile | None:
    best = _most_specific(book, industry, shop_type, scene, day, rolled)
    if len(best) > 1:
        raise InvalidInput([_tie(best[0], best[1], day, who(industry, shop_type))])
    return best[0] if best else None


def _tie(first: RulesetFile, second: RulesetFile, day: date, merchants: str) -> Problem:
    return Problem(
        "SY307",
        f"{first.name} ({first.place}) and {second.name} both fit {merchants} on {day}",
        second.place,
        "one ruleset for each merchant and date",
        "let one of them select by more keys, or change their dates",
    )


def _versions(book: Book, name: str, rolled: Collection[str]) -> list[RulesetFile]:
    return [
        ruleset
        for ruleset in book.rulesets
        if ruleset.id == name and (ruleset.rollout is None or ruleset.name in rolled)
    ]


def _below(
    book: Book, ruleset: RulesetFile, day: date, rolled: Collection[str]
) -> list[RulesetFile]:
    """Return what a ruleset extends, lowest first."""
    chain = [ruleset]
    while chain[-1].extends is not None:
        lower = _extended(book, chain[-1], chain[-1].extends, day, rolled)
        if lower.id in [one.id for one in chain]:
            raise InvalidInput([_circle(chain, lower)])
        chain.append(lower)
    return chain[:0:-1]


def _extended(
    book: Book, above: RulesetFile, wanted: str, day: date, rolled: Collection[str]
) -> RulesetFile:
    """Return the ruleset that `extends` names; raises `InvalidInput` SY303 or SY321."""
    name, _, version = wanted.partition("@")
    versions = [one for one in book.rulesets if one.id == name]
    found = (
        next((one for one in versions if one.version == version), None)
        if version
        else current(_versions(book, name, rolled), day)
    )
    if found is not None and found.scene is None:
        if version and found.rollout is not None:
            raise InvalidInput([_pinned(above, found)])
        return found
    what = f"{above.name} extends {wanted}, "
    expected = None
    if found is not None:
        what += f"which is for the scene {found.scene}"
        expected = "a ruleset without a scene; a scene is laid over every ruleset by itself"
        fix = "remove `extends`"
    elif versions and not version:
        what += f"of which no version is in force on {day}"
        expected = " or ".join(f"{one.name} ({_span(one)})" for one in versions)
        fix = f"change the dates, or name a version: `extends: {versions[-1].name}`"
    else:
        what += "which the book does not have"
        known = [one.name if version else one.id for one in book.rulesets if one.id != above.id]
        expected = " or ".join(one.name for one in versions) or None
        fix = suggest(wanted, known)
    place = above.part("extends").place
    raise InvalidInput([Problem("SY303", what, place, expected, fix)])


def _pinned(above: RulesetFile, pinned: RulesetFile) -> Problem:
    return Problem(
        "SY321",
        f"{above.name} extends {pinned.name}, which holds for a part of the merchants only",
        above.part("extends").place,
        f"`extends: {pinned.id}`, which means {pinned.name} inside the part, and the version "
        "before it outside",
        "leave out the version, or name one without `rollout`",
    )


def _span(ruleset: RulesetFile) -> str:
    until = f" until {ruleset.until}" if ruleset.until else ""
    return f"from {ruleset.start}{until}"


def _circle(chain: list[RulesetFile], lower: RulesetFile) -> Problem:
    """Return the problem of a circle, the same one from wherever the circle was entered."""
    entered = [one.id for one in chain].index(lower.id)
    circle = sorted(chain[entered:], key=lambda one: one.name)[:1]
    turn = chain.index(circle[0])
    ring = [*chain[turn:], *chain[entered:turn], chain[turn]]
    return Problem(
        "SY304",
        f"rulesets extend each other in a circle: {' → '.join(one.name for one in ring)}"
        if len(ring) > 2
        else f"{ring[0].name} extends itself",
        ring[0].part("extends").place,
        fix="remove one `extends`",
    )


def _invalid(code: str, what: str, expected: str | None, fix: str | None) -> InvalidInput:
    return InvalidInput([Problem(code, what, None, expected, fix)])
