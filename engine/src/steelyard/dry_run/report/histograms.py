"""Histograms of a dry run: scores before and after, and the changes of scores."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from steelyard.dry_run.impact.model import Spread
from steelyard.dry_run.report.drawing import AFTER, BEFORE, DOWN, UP, draw, drawing_library
from steelyard.scoring.summary import bar_width

_BARS = 50
_SIDE_BARS = 24  # on each side of no change
_WIDTH, _LEFT = 900, 68
_GAP = 0.06  # between bars, of a bar


@dataclass(frozen=True, slots=True)
class ScoreBin:
    """Merchants with a score from `low` to `high`, both in steps of the last decimal."""

    low: int
    high: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class ChangeBin:
    """Merchants whose score changes by `low` to `high`, both in steps of the last decimal."""

    low: int
    high: int
    merchants: int


def score_bins(before: Spread, after: Spread) -> list[ScoreBin]:
    """Return bins of equal width; the width is 1, 2 or 5 times a power of ten."""
    values = [value for value, _ in (*before.counts, *after.counts)]
    if not values:
        return []
    width = bar_width(max(values) - min(values) + 1, _BARS)
    start = min(values) // width * width
    bins = (max(values) - start) // width + 1
    counts = [[0] * bins, [0] * bins]
    for spread, side in zip((before, after), counts, strict=True):
        for value, merchants in spread.counts:
            side[(value - start) // width] += merchants
    return [
        ScoreBin(start + place * width, start + (place + 1) * width - 1, *both)
        for place, both in enumerate(zip(*counts, strict=True))
    ]


def change_bins(change: Spread) -> list[ChangeBin]:
    """Return the bins below and above 0 that have a merchant, ascending; no bin includes 0."""
    moved = {value: merchants for value, merchants in change.counts if value}
    if not moved:
        return []
    width = bar_width(max(abs(value) for value in moved), _SIDE_BARS)
    counts: dict[int, int] = {}
    for value, merchants in moved.items():
        place = -(-abs(value) // width) * (1 if value > 0 else -1)
        counts[place] = counts.get(place, 0) + merchants
    bins: list[ChangeBin] = []
    for place, merchants in sorted(counts.items()):
        far = place * width
        near = far - width + 1 if place > 0 else far + width - 1
        bins.append(ChangeBin(min(near, far), max(near, far), merchants))
    return bins


def draw_scores(bins: list[ScoreBin], decimals: int, label: str, titles: tuple[str, str]) -> Markup:
    """Return the histogram of scores: before as an area, after as its outline."""
    altair = drawing_library()
    scale = 10**decimals
    # an area with steps has no seams between its bars
    area = [{"x": (bar.low - 0.5) / scale, "n": bar.before} for bar in bins]
    area.append({"x": (bins[-1].high + 0.5) / scale, "n": bins[-1].before})
    corners: list[tuple[float, int]] = [(bins[0].low - 0.5, 0)]
    for bar in bins:
        corners += [(bar.low - 0.5, bar.after), (bar.high + 0.5, bar.after)]
    corners.append((bins[-1].high + 0.5, 0))
    outline = [{"x": x / scale, "n": n, "order": order} for order, (x, n) in enumerate(corners)]
    x_scale = altair.Scale(domain=[area[0]["x"], area[-1]["x"]], nice=False)
    x_axis = altair.Axis(format=f".{min(decimals, 2)}f", grid=False, tickCount=10)
    before = (
        altair.Chart(altair.Data(values=area))
        .mark_area(color=BEFORE, fillOpacity=0.5, interpolate="step-after")
        .encode(
            x=altair.X("x:Q", scale=x_scale, axis=x_axis, title=titles[0]),
            y=altair.Y("n:Q", axis=_count_axis(altair), title=titles[1]),
        )
    )
    after = (
        altair.Chart(altair.Data(values=outline))
        .mark_line(color=AFTER, strokeWidth=1.75, strokeJoin="miter")
        .encode(x=altair.X("x:Q", scale=x_scale), y="n:Q", order="order:Q")
    )
    chart = altair.layer(before, after)
    return draw(chart, "scores", label, width=_WIDTH, height=240, left=_LEFT)


def draw_changes(
    bins: list[ChangeBin], decimals: int, label: str, titles: tuple[str, str]
) -> Markup:
    """Return the histogram of changes, both signs to one scale, 0 always on it."""
    altair = drawing_library()
    scale = 10**decimals
    gap = _GAP * max(bar.high - bar.low + 1 for bar in bins)
    bars = [
        {
            "low": (bar.low - 0.5 + gap) / scale,
            "high": (bar.high + 0.5 - gap) / scale,
            "n": bar.merchants,
            "sign": "up" if bar.low > 0 else "down",
        }
        for bar in bins
    ]
    ends = [min(0, bins[0].low) - 1, max(0, bins[-1].high) + 1]
    x_scale = altair.Scale(domain=[end / scale for end in ends], nice=False)
    x_axis = altair.Axis(format=f"+.{min(decimals, 2)}f", grid=False, tickCount=10)
    colours = altair.Scale(domain=["up", "down"], range=[UP, DOWN])
    chart = (
        altair.Chart(altair.Data(values=bars))
        .mark_rect()
        .encode(
            x=altair.X("low:Q", scale=x_scale, axis=x_axis, title=titles[0]),
            x2="high:Q",
            y=altair.Y("n:Q", axis=_count_axis(altair), title=titles[1]),
            y2=altair.datum(0),
            color=altair.Color("sign:N", scale=colours, legend=None),
        )
    )
    return draw(chart, "changes", label, width=_WIDTH, height=180, left=_LEFT)


def _count_axis(altair: Any) -> Any:  # noqa: ANN401 - of an optional dependency
    return altair.Axis(format=",.0f", tickCount=5, domain=False, ticks=False)
