"""Which ruleset holds for an industry, shop type, scene and date.

Of the versions of one ruleset, the one with the latest `from` not after the date counts, unless
its `until` has come. Of the rulesets that match, the one that selects by more keys wins; a tie is
an error. A scene's ruleset is laid over the winner.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from steelyard.book.reading import Book, RulesetFile
from steelyard.errors import InvalidInput, Problem, Problems, suggest


@dataclass(frozen=True, slots=True)
class Selection:
    """What was asked for, and the files chosen: base first, scene last."""

    industry: str
    shop_type: str | None
    scene: str | None
    as_of: date
    layers: tuple[RulesetFile, ...]

    @property
    def ruleset(self) -> RulesetFile:
        """The ruleset chosen for the merchant, below the scene."""
        return next(layer for layer in reversed(self.layers) if layer.scene is None)


def select(
    book: Book, *, industry: str, shop_type: str | None, scene: str | None, as_of: date
) -> Selection:
    """Choose the layers that apply.

    Raises `InvalidInput`: SY310 if nothing matches, SY307 if two match equally, SY318 for an
    unknown scene, SY303 or SY304 if `extends` leads nowhere or round in a circle.
    """
    if scene is not None and scene not in book.scene_ids:
        raise _invalid(
            "SY318",
            f"the book has no scene called {scene!r}",
            f"one of {', '.join(book.scene_ids) or 'none'}",
            suggest(scene, book.scene_ids),
        )
    chosen = _most_specific(book, industry, shop_type, None, as_of)
    if chosen is None:
        kind = f" and shop type {shop_type}" if shop_type else ""
        raise _invalid(
            "SY310",
            f"no ruleset holds for industry {industry}{kind} on {as_of}",
            None,
            "check the dates and `selects` of the rulesets, or choose another date",
        )
    layers = [*_below(book, chosen, as_of), chosen]
    if scene is not None:
        over = _most_specific(book, industry, shop_type, scene, as_of)
        if over is not None:
            layers.append(over)
    return Selection(industry, shop_type, scene, as_of, tuple(layers))


def check_selection(book: Book) -> list[Problem]:
    """Report every ambiguity (error) and gap (error if there is never a ruleset, else warning)."""
    problems = Problems()
    said: set[str] = set()
    days = _days_of_change(book)
    shop_types: tuple[str | None, ...] = book.shop_type_ids or (None,)
    for industry, shop_type in product(book.industry_ids, shop_types):
        covered: list[date] = []
        for day in days:
            for scene in (None, *book.scene_ids):
                try:
                    found = _most_specific(book, industry, shop_type, scene, day)
                except InvalidInput as error:
                    for problem in error.problems:
                        if str(problem) not in said:
                            said.add(str(problem))
                            problems.extend([problem])
                    continue
                if scene is None and found is not None:
                    covered.append(day)
        who = f"industry {industry}" + (f", shop type {shop_type}" if shop_type else "")
        _report_gaps(book, who, days, covered, problems)
    for ruleset in book.rulesets:
        try:
            _below(book, ruleset, ruleset.start)
        except InvalidInput as error:
            problems.extend(error.problems)
    return problems.found


def _report_gaps(
    book: Book, who: str, days: list[date], covered: list[date], problems: Problems
) -> None:
    place = book.places["industries"]
    if not covered:
        problems.add(
            "SY308",
            f"no ruleset is ever chosen for {who}",
            place,
            fix="add a ruleset that selects it, or one without `selects` as the fallback",
        )
        return
    first = covered[0]
    for day in days:
        if day > first and day not in covered:
            problems.add(
                "SY308",
                f"from {day} no ruleset holds for {who}",
                place,
                fix="give the next version an earlier `from`, or drop `until`",
                warning=True,
            )


def _days_of_change(book: Book) -> list[date]:
    days: set[date] = set()
    for ruleset in book.rulesets:
        days.add(ruleset.start)
        if ruleset.until is not None:
            days.add(ruleset.until)
    return sorted(days)


def current(rulesets: Iterable[RulesetFile], day: date) -> RulesetFile | None:
    """Return the version in force among versions of one ruleset, or None."""
    started = [ruleset for ruleset in rulesets if ruleset.start <= day]
    latest = max(started, key=lambda ruleset: ruleset.start, default=None)
    return latest if latest is not None and latest.holds_on(day) else None


def _most_specific(
    book: Book, industry: str, shop_type: str | None, scene: str | None, day: date
) -> RulesetFile | None:
    matching: list[tuple[int, RulesetFile]] = []
    for name in sorted({ruleset.id for ruleset in book.rulesets}):
        ruleset = current(_versions(book, name), day)
        if ruleset is None or ruleset.abstract or ruleset.scene != scene:
            continue
        if ruleset.industries and industry not in ruleset.industries:
            continue
        if ruleset.shop_types and shop_type not in ruleset.shop_types:
            continue
        matching.append((bool(ruleset.industries) + bool(ruleset.shop_types), ruleset))
    if not matching:
        return None
    most = max(count for count, _ in matching)
    best = [ruleset for count, ruleset in matching if count == most]
    if len(best) > 1:
        first, second = best[:2]
        kind = f", shop type {shop_type}" if shop_type else ""
        raise InvalidInput(
            [
                Problem(
                    "SY307",
                    f"{first.name} ({first.place}) and {second.name} both fit industry "
                    f"{industry}{kind} on {max(first.start, second.start)}",
                    second.place,
                    "one ruleset for each merchant and date",
                    "let one of them select by more keys, or change their dates",
                )
            ]
        )
    return best[0]


def _versions(book: Book, name: str) -> list[RulesetFile]:
    return [ruleset for ruleset in book.rulesets if ruleset.id == name]


def _below(book: Book, ruleset: RulesetFile, day: date) -> list[RulesetFile]:
    """Return what a ruleset extends, lowest first."""
    chain = [ruleset]
    while chain[-1].extends is not None:
        above = chain[-1]
        name, _, version = above.extends.partition("@") if above.extends else ("", "", "")
        versions = _versions(book, name)
        lower = (
            next((one for one in versions if one.version == version), None)
            if version
            else current(versions, day)
        )
        if lower is None:
            known = [one.name for one in book.rulesets]
            when = "" if version else f" in force on {day}"
            raise InvalidInput(
                [
                    Problem(
                        "SY303",
                        f"{above.name} extends {above.extends}, which the book does not have{when}",
                        above.part("extends").place,
                        None,
                        suggest(above.extends or "", known),
                    )
                ]
            )
        if lower.id in [one.id for one in chain]:
            circle = " → ".join([*(one.name for one in chain), lower.name])
            raise InvalidInput(
                [
                    Problem(
                        "SY304",
                        f"rulesets extend each other in a circle: {circle}",
                        above.part("extends").place,
                    )
                ]
            )
        chain.append(lower)
    return chain[:0:-1]


def _invalid(code: str, what: str, expected: str | None, fix: str | None) -> InvalidInput:
    return InvalidInput([Problem(code, what, None, expected, fix)])


def last_day(ruleset: RulesetFile) -> date:
    """Return the last day on which a ruleset can hold."""
    return ruleset.until - timedelta(days=1) if ruleset.until else date(2199, 12, 31)
