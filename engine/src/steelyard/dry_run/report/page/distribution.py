"""Scores before and after, and how much they change: two drawings, each with its table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from steelyard.dry_run.impact.model import Impact, Spread
from steelyard.dry_run.report.page.images import (
    AFTER,
    BEFORE,
    DOWN,
    UP,
    described,
    drawing_library,
    drawn,
    figure,
)
from steelyard.dry_run.report.page.markup import Markup, data_table, folded, fragment, section, tag
from steelyard.dry_run.report.page.numbers import changed, count, exact, signed_count, steps
from steelyard.model.texts import Language
from steelyard.report.wording.messages import say

_BARS = 50
_SIDE_BARS = 24  # on each side of no change
_WIDTH, _HEIGHT = 900, 240
_GAP = 0.06  # between bars, of a bar


@dataclass(frozen=True, slots=True)
class Bin:
    """Values from `low` to `high`, both in steps of the last decimal."""

    low: int
    high: int
    before: int
    after: int


def distribution_section(impact: Impact, language: Language) -> Markup:
    """Return the section."""
    whole = impact.whole
    return section(
        "distribution",
        say("impact.page.distribution", language),
        _scores(whole.before, whole.after, language),
        _changes(whole.change, language) if whole.up or whole.down else None,
    )


def score_bins(before: Spread, after: Spread) -> list[Bin]:
    """Return bins of equal width, rounded so that people can read their ends."""
    values = [value for value, _ in (*before.counts, *after.counts)]
    if not values:
        return []
    width = _step(max(values) - min(values) + 1, _BARS)
    start = min(values) // width * width
    counts: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for spread, own in zip((before, after), counts, strict=True):
        for value, merchants in spread.counts:
            place = (value - start) // width
            own[place] = own.get(place, 0) + merchants
    return [
        Bin(
            start + place * width,
            start + (place + 1) * width - 1,
            counts[0].get(place, 0),
            counts[1].get(place, 0),
        )
        for place in range((max(values) - start) // width + 1)
    ]


def change_bins(change: Spread) -> list[tuple[int, int, int]]:
    """Return (from, to, merchants) below and above 0; no bin holds both signs, or nobody."""
    moved = {value: merchants for value, merchants in change.counts if value}
    if not moved:
        return []
    width = _step(max(abs(value) for value in moved), _SIDE_BARS)
    counts: dict[int, int] = {}
    for value, merchants in moved.items():
        place = -(-abs(value) // width) * (1 if value > 0 else -1)
        counts[place] = counts.get(place, 0) + merchants
    return [
        (*sorted(((abs(place) - 1) * width * sign + sign, place * width)), counts[place])  # type: ignore[misc]
        for place in sorted(counts)
        for sign in [1 if place > 0 else -1]
    ]


def _step(width: int, bars: int) -> int:
    """Return the least 1, 2 or 5 times a power of ten that makes at most so many bars."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * bars >= width:
                return step
        power *= 10


def _range(low: int, high: int, decimals: int, *, signed: bool = False) -> str:
    ends = [steps(end, decimals, signed=signed) for end in (low, high)]
    return ends[0] if low == high else f"{ends[0]} … {ends[1]}" if signed else "–".join(ends)


def _scores(before: Spread, after: Spread, language: Language) -> Markup | None:
    bins = score_bins(before, after)
    if not bins:
        return None
    decimals = before.decimals
    label = say(
        "impact.page.distribution.label", language,
        before=exact(before.median), after=exact(after.median),
    )  # fmt: skip
    heads = ["score", "before", "after", "change"]
    table = data_table(
        say("impact.page.distribution.table", language),
        [say(f"impact.page.{head}", language) for head in heads],
        [
            (
                _range(one.low, one.high, decimals),
                count(one.before),
                count(one.after),
                changed(one.after - one.before, signed_count(one.after - one.before)),
            )
            for one in bins
        ],
    )
    key = tag(
        "p",
        tag("span", class_="swatch filled", aria_hidden="true"),
        say("impact.page.before", language),
        tag("span", class_="swatch outline", aria_hidden="true"),
        say("impact.page.after", language),
        class_="key",
    )
    titles = say("impact.page.score", language), say("impact.page.merchants", language)
    chart = drawn(_scores_chart(bins, decimals, titles), "scores", label)
    data = folded(say("impact.page.data", language), table)
    return fragment(tag("h3", say("impact.page.scores", language)), figure(chart, label, key, data))


def _scores_chart(bins: Sequence[Bin], decimals: int, titles: tuple[str, str]) -> dict[str, Any]:
    altair = drawing_library()
    scale = 10**decimals
    outline = _outline(bins, [one.after for one in bins], scale)
    # an area with steps has no seams between its bars
    area = [{"x": (one.low - 0.5) / scale, "n": one.before} for one in bins]
    area.append({"x": (bins[-1].high + 0.5) / scale, "n": bins[-1].before})
    ends = [point["x"] for point in area]
    x_scale = altair.Scale(domain=[ends[0], ends[-1]], nice=False)
    x_axis = altair.Axis(format=f".{min(decimals, 2)}f", grid=False, tickCount=10)
    y_axis = altair.Axis(format=",.0f", tickCount=5, domain=False, ticks=False)
    before = (
        altair.Chart(altair.Data(values=area))
        .mark_area(color=BEFORE, fillOpacity=0.5, interpolate="step-after")
        .encode(
            x=altair.X("x:Q", scale=x_scale, axis=x_axis, title=titles[0]),
            y=altair.Y("n:Q", axis=y_axis, title=titles[1]),
        )
    )
    after = (
        altair.Chart(altair.Data(values=outline))
        .mark_line(color=AFTER, strokeWidth=1.75, strokeJoin="miter")
        .encode(x=altair.X("x:Q", scale=x_scale), y="n:Q", order="order:Q")
    )
    return described(altair.layer(before, after), width=_WIDTH, height=_HEIGHT, left=68)


def _outline(bins: Sequence[Bin], counts: Sequence[int], scale: int) -> list[dict[str, float]]:
    """Return the corners of a histogram's outline, from 0 to 0."""
    points: list[tuple[float, int]] = [(bins[0].low - 0.5, 0)]
    for one, number in zip(bins, counts, strict=True):
        points += [(one.low - 0.5, number), (one.high + 0.5, number)]
    points.append((bins[-1].high + 0.5, 0))
    return [{"x": x / scale, "n": n, "order": order} for order, (x, n) in enumerate(points)]


def _changes(change: Spread, language: Language) -> Markup:
    bins = change_bins(change)
    decimals = change.decimals
    still = sum(merchants for value, merchants in change.counts if value == 0)
    label = say(
        "impact.page.changes.label", language,
        least=exact(change.least, signed=True), most=exact(change.most, signed=True),
    )  # fmt: skip
    rows = [(low, high, n, _range(low, high, decimals, signed=True)) for low, high, n in bins]
    rows.append((0, 0, still, exact_zero(decimals)))
    table = data_table(
        say("impact.page.changes.table", language),
        [say("impact.page.change", language), say("impact.page.merchants", language)],
        [(changed(low, text), count(n)) for low, _, n, text in sorted(rows)],
    )
    titles = say("impact.page.change", language), say("impact.page.merchants", language)
    chart = drawn(_changes_chart(bins, decimals, titles), "changes", label)
    note = tag("p", say("impact.page.changes.still", language, count=count(still)), class_="note")
    data = folded(say("impact.page.data", language), table)
    return fragment(
        tag("h3", say("impact.page.changes", language)), figure(chart, label, note, data)
    )


def exact_zero(decimals: int) -> str:
    """Return no change, as it is written."""
    return steps(0, decimals)


def _changes_chart(
    bins: Sequence[tuple[int, int, int]], decimals: int, titles: tuple[str, str]
) -> dict[str, Any]:
    altair = drawing_library()
    scale = 10**decimals
    widest = max(high - low + 1 for low, high, _ in bins)
    gap = _GAP * widest
    bars: list[Mapping[str, Any]] = [
        {
            "low": (low - 0.5 + gap) / scale,
            "high": (high + 0.5 - gap) / scale,
            "n": n,
            "sign": "up" if low > 0 else "down",
        }
        for low, high, n in bins
    ]
    # both sides of 0 are drawn to one scale, and 0 is always on it
    reach = [min(0, bins[0][0]) - 1, max(0, bins[-1][1]) + 1]
    x_scale = altair.Scale(domain=[end / scale for end in reach], nice=False)
    x_axis = altair.Axis(format=f"+.{min(decimals, 2)}f", grid=False, tickCount=10)
    y_axis = altair.Axis(format=",.0f", tickCount=5, domain=False, ticks=False)
    colours = altair.Scale(domain=["up", "down"], range=[UP, DOWN])
    chart = (
        altair.Chart(altair.Data(values=bars))
        .mark_rect()
        .encode(
            x=altair.X("low:Q", scale=x_scale, axis=x_axis, title=titles[0]),
            x2="high:Q",
            y=altair.Y("n:Q", axis=y_axis, title=titles[1]),
            y2=altair.datum(0),
            color=altair.Color("sign:N", scale=colours, legend=None),
        )
    )
    return described(chart, width=_WIDTH, height=180, left=68)
