"""The choice of the ruleset for an industry, shop type, scene and date.

Among the versions of one ruleset, the version in force is the one with the latest `from` up to the
date, unless its `until` is past. Among the rulesets that match, the one that selects by more keys
wins; a tie is an error. A scene's ruleset is added on top of the winner.

While a version with `rollout` reaches only some merchants, it is in force only if a query names it.
`book.kinds` finds the rollout that concerns a kind of merchant.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product

from steelyard.book.reading import Book, RulesetFile
from steelyard.errors import InvalidInput, Place, Problem, Problems, suggest
from steelyard.model.calendars import Calendar
from steelyard.plugins.discovery.shipped import Shipped


@dataclass(frozen=True, slots=True)
class Query:
    """A kind of merchant, a scene and a day.

    `rolled` names the versions with `rollout` that are in force; the others are ignored.
    """

    industry: str
    shop_type: str | None
    scene: str | None
    day: date
    rolled: tuple[str, ...] = ()

    @property
    def merchants(self) -> str:
        """The kind of merchant in words."""
        return f"{self.industry} ({self.shop_type})" if self.shop_type else self.industry


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen layers for a kind of merchant, a scene and a day: base first, scene last.

    `rollout` is the version with the rollout if the selection is inside its share. `calendars` are
    those of the book. `shipped` are the rules that plugins ship; None if they do not matter.
    """

    industry: str
    shop_type: str | None
    scene: str | None
    as_of: date
    layers: tuple[RulesetFile, ...]
    rollout: RulesetFile | None = None
    calendars: Mapping[str, Calendar] = field(default_factory=dict, hash=False)
    shipped: Shipped | None = field(default=None, hash=False, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The layers, which decide the plan: `base@1 + toys@2`."""
        return " + ".join(layer.name for layer in self.layers)

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
    """Choose the layers that apply, outside every rollout or inside the share of one version.

    Raises `InvalidInput`: SY310 if nothing matches, SY307 if two match equally, SY318 for an
    unknown scene, SY303 or SY304 if `extends` names an unknown ruleset or forms a circle, SY321
    if it names a version that applies only to a share of the merchants.
    """
    rolled = () if rollout is None else (rollout.name,)
    layers = choose_layers(book, Query(industry, shop_type, scene, as_of, rolled))
    shared = {"calendars": book.calendars, "shipped": book.shipped}
    return Selection(industry, shop_type, scene, as_of, layers, rollout, **shared)


def choose_layers(book: Book, query: Query) -> tuple[RulesetFile, ...]:
    """Return the layers that a query selects. Raises what `select` raises."""
    scene = query.scene
    if scene is not None and scene not in book.scene_ids:
        what = f"unknown scene {scene!r}"
        expected = f"one of {', '.join(book.scene_ids)}" if book.scene_ids else None
        problem = Problem("SY318", what, None, expected, suggest(scene, book.scene_ids))
        raise InvalidInput([problem])
    merchants = replace(query, scene=None)
    chosen = _chosen(book, merchants)
    if chosen is None:
        kind = f" and shop type {query.shop_type}" if query.shop_type else ""
        what = f"no ruleset applies to industry {query.industry}{kind} on {query.day}"
        fitting = [ruleset for ruleset in book.rulesets if _fits(ruleset, merchants)]
        expected = " or ".join(f"a date {_span(one)} ({one.name})" for one in fitting[:3]) or None
        fix = "choose another date, or add a ruleset"
        raise InvalidInput([Problem("SY310", what, None, expected, fix)])
    over = _chosen(book, query) if scene is not None else None
    scenes = [over] if over is not None else []
    return (*_below(book, chosen, query.day, query.rolled), chosen, *scenes)


def check_selection(book: Book) -> list[Problem]:
    """Report every ambiguity (error) and gap (error if there is never a ruleset, else warning)."""
    problems = Problems()
    if not any(ruleset.scene is None and not ruleset.abstract for ruleset in book.rulesets):
        what = "the book has no ruleset that can be chosen for a merchant"
        expected = "a ruleset that is not `abstract` and not of a scene"
        problems.add("SY308", what, book.places["book"], expected=expected)
    else:
        _check_choices(book, problems)
    for ruleset in book.rulesets:
        try:
            _below(book, ruleset, ruleset.start, (ruleset.name,))
        except InvalidInput as error:
            problems.extend(error.problems)
    return problems.found


@dataclass(slots=True)
class Clashes:
    """Pairs of rulesets that exclude each other: the first day, and all merchants concerned."""

    days: dict[tuple[str, str], tuple[RulesetFile, RulesetFile, date]] = field(default_factory=dict)
    merchants: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)

    def add(self, first: RulesetFile, second: RulesetFile, query: Query) -> None:
        """Note that two rulesets clash for the merchants and the day of a query."""
        names = (first.name, second.name)
        self.days.setdefault(names, (first, second, query.day))
        self.merchants.setdefault(names, {})[query.merchants] = None

    def __iter__(self) -> Iterator[tuple[RulesetFile, RulesetFile, date, str]]:
        for names, (first, second, day) in self.days.items():
            yield first, second, day, listed(self.merchants[names])


def _check_choices(book: Book, problems: Problems) -> None:
    """Select for every kind of merchant on every day of change; report each problem once."""
    clashes = Clashes()
    never: dict[str, str] = {}  # merchants → their industry
    gaps: dict[date, dict[str, str]] = {}
    days = days_of_change(book)
    for industry, shop_type in product(book.industry_ids, book.shop_type_ids or (None,)):
        merchants = Query(industry, shop_type, None, date.min).merchants
        covered = _covered_days(book, industry, shop_type, days, clashes)
        if not covered:
            never[merchants] = industry
        for day in days:
            if covered and day > covered[0] and day not in covered:
                gaps.setdefault(day, {})[merchants] = industry
    problems.extend(_tie(*clash) for clash in clashes)
    if never:
        what = f"no ruleset is ever chosen for {listed(never)}"
        fix = "add a ruleset that selects it, or one without `selects` as the fallback"
        problems.add("SY308", what, _industry_place(book, never), fix=fix)
    for day, missing in gaps.items():
        what = f"from {day} no ruleset applies to {listed(missing)}"
        fix = "start the next version that day, or drop `until`"
        problems.add("SY308", what, _industry_place(book, missing), fix=fix, warning=True)


def _industry_place(book: Book, industries: Mapping[str, str]) -> Place:
    return book.places[f"industries.{next(iter(industries.values()))}"]


def _covered_days(
    book: Book, industry: str, shop_type: str | None, days: list[date], clashes: Clashes
) -> list[date]:
    """Return the days on which there is a ruleset, and note where there are two."""
    covered: list[date] = []
    arms: list[tuple[date, tuple[str, ...]]] = [(day, ()) for day in days]
    arms += [(day, (rollout.name,)) for day in days for rollout in rollouts_on(book, day)]
    for (day, rolled), scene in product(arms, (None, *book.scene_ids)):
        query = Query(industry, shop_type, scene, day, rolled)
        best = _most_specific(book, query)
        if best and scene is None and not rolled:
            covered.append(day)
        if len(best) > 1:
            clashes.add(best[0], best[1], query)
    return covered


def listed(names: Iterable[str]) -> str:
    """Return names as one text; a long list is shortened."""
    names = list(names)
    more = f" and {len(names) - 3} more" if len(names) > 4 else ""
    return ", ".join(names[:3] if more else names) + more


def days_of_change(book: Book) -> list[date]:
    """Return the days on which some ruleset begins, ends or reaches other merchants, ascending."""
    days = {ruleset.start for ruleset in book.rulesets}
    days |= {ruleset.until for ruleset in book.rulesets if ruleset.until is not None}
    rollouts = (ruleset.rollout for ruleset in book.rulesets if ruleset.rollout is not None)
    return sorted(days | {step.start for rollout in rollouts for step in rollout.steps})


def current(rulesets: Iterable[RulesetFile], day: date) -> RulesetFile | None:
    """Return the version in force among versions of one ruleset, or None.

    After the end of a rollout, or when it is rolled back, the versions before it are in force
    again.
    """
    started = [
        ruleset
        for ruleset in rulesets
        if ruleset.start <= day
        and (
            ruleset.rollout is None or (ruleset.holds_on(day) and ruleset.reach_on(day) != "nobody")
        )
    ]
    latest = max(started, key=lambda ruleset: ruleset.start, default=None)
    return latest if latest is not None and latest.holds_on(day) else None


def rollouts_on(book: Book, day: date) -> list[RulesetFile]:
    """Return the versions that are being rolled out on a day, at most one of each ruleset."""
    ids = sorted({ruleset.id for ruleset in book.rulesets if ruleset.rollout is not None})
    latest = [current([one for one in book.rulesets if one.id == id_], day) for id_ in ids]
    return [version for version in latest if version and version.reach_on(day) == "some"]


def _most_specific(book: Book, query: Query) -> list[RulesetFile]:
    """Return the matching rulesets that select by the most keys; more than one is an error."""
    matching: list[tuple[int, RulesetFile]] = []
    for name in sorted({ruleset.id for ruleset in book.rulesets}):
        ruleset = current(_versions(book, name, query.day, query.rolled), query.day)
        if ruleset is not None and _fits(ruleset, query):
            matching.append((bool(ruleset.industries) + bool(ruleset.shop_types), ruleset))
    highest = max((count for count, _ in matching), default=0)
    return [ruleset for count, ruleset in matching if count == highest]


def _fits(ruleset: RulesetFile, query: Query) -> bool:
    return (
        not ruleset.abstract
        and ruleset.scene == query.scene
        and (not ruleset.industries or query.industry in ruleset.industries)
        and (not ruleset.shop_types or query.shop_type in ruleset.shop_types)
    )


def _chosen(book: Book, query: Query) -> RulesetFile | None:
    best = _most_specific(book, query)
    if len(best) > 1:
        raise InvalidInput([_tie(best[0], best[1], query.day, query.merchants)])
    return best[0] if best else None


def _tie(first: RulesetFile, second: RulesetFile, day: date, merchants: str) -> Problem:
    return Problem(
        "SY307",
        f"{first.name} ({first.place}) and {second.name} both apply to {merchants} on {day}",
        second.place,
        "one ruleset for each merchant and date",
        "add a key to one `selects`, or change the dates",
    )


def _versions(book: Book, name: str, day: date, rolled: tuple[str, ...]) -> list[RulesetFile]:
    return [
        ruleset
        for ruleset in book.rulesets
        if ruleset.id == name and (ruleset.reach_on(day) != "some" or ruleset.name in rolled)
    ]


def _below(
    book: Book, ruleset: RulesetFile, day: date, rolled: tuple[str, ...]
) -> list[RulesetFile]:
    """Return the rulesets that a ruleset extends, lowest first."""
    chain = [ruleset]
    while chain[-1].extends is not None:
        lower = _extended(book, chain[-1], chain[-1].extends, day, rolled)
        if lower.id in [one.id for one in chain]:
            raise InvalidInput([_circle(chain, lower)])
        chain.append(lower)
    return chain[:0:-1]


def _extended(
    book: Book, above: RulesetFile, wanted: str, day: date, rolled: tuple[str, ...]
) -> RulesetFile:
    """Return the ruleset that `extends` names. Raises `InvalidInput` SY303 or SY321."""
    name, _, version = wanted.partition("@")
    versions = [ruleset for ruleset in book.rulesets if ruleset.id == name]
    if version:
        lower = next((one for one in versions if one.version == version), None)
    else:
        lower = current(_versions(book, name, day, rolled), day)
    place = above.part("extends").place
    if lower is not None and lower.scene is None:
        if not version or lower.reach_on(day) == "everybody":
            return lower
        what = f"{above.name} extends {lower.name}, which applies to a share of the merchants only"
        expected = f"`extends: {lower.id}`, which means {lower.name} inside the share, and the "
        expected += "version before it outside"
        fix = "leave out the version, or name one without `rollout`"
        raise InvalidInput([Problem("SY321", what, place, expected, fix)])
    what = f"{above.name} extends {wanted}"
    expected = None
    if lower is not None:
        what += f", which is for the scene {lower.scene}"
        expected = "a ruleset without a scene; the engine adds a scene on top of the chosen ruleset"
        fix = "remove `extends`"
    elif versions and not version:
        what += f", which has no version in force on {day}"
        expected = " or ".join(f"{one.name} ({_span(one)})" for one in versions)
        fix = f"change the dates, or name a version: `extends: {versions[-1].name}`"
    else:
        what = f"{above.name} extends the unknown ruleset {wanted!r}"
        names = [one.name if version else one.id for one in book.rulesets if one.id != above.id]
        expected = " or ".join(one.name for one in versions) or None
        fix = suggest(wanted, names)
    raise InvalidInput([Problem("SY303", what, place, expected, fix)])


def _span(ruleset: RulesetFile) -> str:
    until = f" until {ruleset.until}" if ruleset.until else ""
    return f"from {ruleset.start}{until}"


def _circle(chain: list[RulesetFile], lower: RulesetFile) -> Problem:
    """Return the problem of a circular reference; it does not depend on the starting point."""
    entered = [ruleset.id for ruleset in chain].index(lower.id)
    first = chain.index(min(chain[entered:], key=lambda ruleset: ruleset.name))
    ring = [*chain[first:], *chain[entered:first], chain[first]]
    names = " → ".join(ruleset.name for ruleset in ring)
    what = f"circular `extends`: {names}"
    if len(ring) == 2:
        what = f"{ring[0].name} extends itself"
    return Problem("SY304", what, ring[0].part("extends").place, fix="remove one `extends`")
