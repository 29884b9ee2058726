"""The top of the page: what is compared, on whom, and what comes of it at a glance."""

from collections.abc import Iterator, Sequence

from steelyard.dry_run.impact.model import Impact, Segment, Status
from steelyard.dry_run.report.page.markup import Markup, Node, tag
from steelyard.dry_run.report.page.numbers import (
    NONE,
    changed,
    count,
    exact,
    share,
)
from steelyard.model.texts import Language
from steelyard.report.wording.messages import say
from steelyard.report.wording.values import listed
from steelyard.scorecard.values import Exact, minus

_STATUSES: tuple[Status, ...] = ("scored", "no_score", "rejected")


def headline(impact: Impact, language: Language) -> Markup:
    """Return the head of the page."""
    names = _sides(impact, language)
    if impact.verdict != "measured":
        text = say(f"impact.page.{impact.verdict}", language)
        return tag("header", names, tag("p", text, class_="lead"), _context(impact, language))
    whole = impact.whole
    lead = say(
        "impact.page.lead", language, merchants=count(whole.merchants), up=count(whole.up),
        down=count(whole.down), before=exact(whole.before.mean), after=exact(whole.after.mean),
    )  # fmt: skip
    return tag(
        "header",
        names,
        tag("p", lead, class_="lead"),
        _context(impact, language),
        _beam(whole, language),
        _tiles(impact, language),
    )


def _sides(impact: Impact, language: Language) -> Markup:
    names = [tag("span", side.name, class_="side") for side in (impact.live, impact.candidate)]
    arrow = tag("span", "→", class_="arrow", aria_label=say("impact.page.to", language), role="img")
    return tag(
        "div",
        tag("p", say("impact.page.kind", language), class_="kicker"),
        tag("h1", names[0], " ", arrow, " ", names[1]),
    )


def _context(impact: Impact, language: Language) -> Markup:
    title = impact.candidate.title.of(language)
    days = (impact.live.as_of, impact.candidate.as_of)
    parts = [
        title,
        say("impact.page.day", language, day=days[0])
        if days[0] == days[1]
        else say("impact.page.days", language, before=days[0], after=days[1]),
    ]
    if impact.scene:
        parts.append(say("scene", language, scene=impact.scene))
    population = impact.population
    if population is not None:
        parts.append(
            say(
                "impact.page.population", language,
                rows=count(population.rows), sources=listed(population.sources, language),
            )
        )  # fmt: skip
    lines: list[Node] = [tag("p", " · ".join(parts), class_="context")]
    if impact.missing_kinds:
        titles = [
            impact.industries[one].of(language) if one in impact.industries else one
            for one in impact.missing_kinds
        ]
        text = say("impact.page.missing", language, list=listed(titles, language))
        lines.append(tag("p", text, class_="context warning"))
    return tag("div", lines)


def total(segment: Segment, before: Sequence[Status], after: Sequence[Status]) -> int:
    """Return how many merchants went from any of some statuses to any of others."""
    return sum(segment.count(one, other) for one in before for other in after)


def newly_scored(segment: Segment) -> int:
    """Return how many have a score after, and had none."""
    return total(segment, ("no_score", "rejected"), ("scored",))


def no_longer_scored(segment: Segment) -> int:
    """Return how many had a score, and have none after."""
    return total(segment, ("scored",), ("no_score", "rejected"))


def newly_rejected(segment: Segment) -> int:
    """Return how many are rejected after, and were not."""
    return total(segment, ("scored", "no_score"), ("rejected",))


def _beam(whole: Segment, language: Language) -> Markup:
    """Return the beam: all merchants side by side, as long as they are many."""
    other = whole.merchants - whole.up - whole.down - whole.unchanged
    parts = [
        ("down", whole.down),
        ("unchanged", whole.unchanged),
        ("other", other),
        ("up", whole.up),
    ]
    bar = [
        tag("span", class_=f"beam-{name}", style=f"flex-grow:{number}")
        for name, number in parts
        if number
    ]
    texts = [
        tag(
            "li",
            tag("span", class_=f"swatch beam-{name}", aria_hidden="true"),
            f"{say(f'impact.page.{name}', language)} ",
            tag("b", count(number)),
            f" {share(number, whole.merchants)}",
        )
        for name, number in parts
    ]
    return tag(
        "div",
        tag("div", bar, class_="beam", aria_hidden="true"),
        tag("ul", texts, class_="key"),
    )


def _tiles(impact: Impact, language: Language) -> Markup:
    tiles = [
        tag(
            "div",
            tag("dt", title),
            tag("dd", value),
            tag("dd", note, class_="note") if note else None,
            class_=width,
        )
        for title, value, note, width in _values(impact, language)
    ]
    return tag("dl", tiles, class_="tiles")


def _values(impact: Impact, language: Language) -> Iterator[tuple[str, Node, Node, str | None]]:
    """Return each tile: its title, its value, a remark, and the class of its width."""
    whole = impact.whole

    def named(key: str) -> str:
        return say(f"impact.page.{key}", language)

    def counted(key: str, number: int, sign: int = 0) -> tuple[str, Node, Node, str | None]:
        mark = "▲ " if sign > 0 else "▼ " if sign < 0 else ""
        text = f"{mark}{count(number)}" if number else "0"
        value = changed(sign if number else 0, text) if sign else text
        return named(key), value, share(number, whole.merchants), None

    for key in ("mean", "median"):
        ends = getattr(whole.before, key), getattr(whole.after, key)
        yield named(key), _pair(*ends), _difference(*ends), "wide"
    yield named("extremes"), _extremes(whole), None, "wide"
    yield counted("up", whole.up, 1)
    yield counted("down", whole.down, -1)
    yield counted("unchanged", whole.unchanged)
    yield counted("tier_up", whole.tier_up, 1)
    yield counted("tier_down", whole.tier_down, -1)
    near = "" if impact.near is None else exact(impact.near)
    note = say("impact.page.near_miss.note", language, near=near)
    yield named("near_miss"), count(whole.near_miss), note, None
    yield counted("newly_scored", newly_scored(whole))
    yield counted("no_longer_scored", no_longer_scored(whole))
    yield counted("newly_rejected", newly_rejected(whole))
    width = None if whole.costs else "widest"  # it fills the row that costs would fill
    yield named("psi"), exact(whole.psi), _stability(whole.psi, language), width
    for money in whole.costs:
        title = say("impact.page.cost", language, currency=money.currency)
        cost = minus(money.after, money.before)
        yield title, _pair(money.before, money.after), exact(cost, signed=True), "wide"


def _extremes(whole: Segment) -> Node:
    """Return the largest rise and the largest drop, nothing where there is none."""
    rise = changed(1, exact(whole.change.most, signed=True)) if whole.up else NONE
    drop = changed(-1, exact(whole.change.least, signed=True)) if whole.down else NONE
    return (rise, tag("span", " / ", class_="arrow"), drop)


def _pair(before: Exact | None, after: Exact | None) -> Node:
    arrow = tag("span", " → ", class_="arrow")
    return tag("span", exact(before), arrow, exact(after))


def _difference(before: Exact | None, after: Exact | None) -> Node:
    if before is None or after is None:
        return None
    change = minus(after, before)
    return changed(change.value, exact(change, signed=True))


def _stability(psi: Exact | None, language: Language) -> str | None:
    """Return how such an index is usually read (below 0.1 stable, above 0.25 a shift)."""
    if psi is None:
        return None
    hundredths = psi.decimal * 100
    key = "stable" if hundredths < 10 else "some" if hundredths <= 25 else "shift"
    return say(f"impact.page.psi.{key}", language)
