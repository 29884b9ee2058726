"""The waterfall from the mean score before to the mean after, edit by edit."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from steelyard.dry_run.impact.model import Attribution, Contribution, Impact, Spread
from steelyard.dry_run.report.drawing import DOWN, FAINT, INK, UP, draw, drawing_library
from steelyard.dry_run.report.numbers import exact, full_fraction
from steelyard.errors.printable import visible
from steelyard.model.limits import MAX_BLOCK_NAME
from steelyard.model.texts import Language
from steelyard.report.changes import edit_line
from steelyard.report.wording.messages import say
from steelyard.report.wording.shortening import shorten_middle

_WIDTH, _ROW, _LEFT = 660, 30, 310


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the waterfall: the mean moves from `start` to `end`; `text` is the move in words."""

    label: str
    start: Fraction
    end: Fraction
    text: str
    is_mean: bool = False


def waterfall_steps(impact: Impact, attribution: Attribution, language: Language) -> list[Step]:
    """Return the rows of the waterfall, from the mean before to the mean after."""
    total = impact.total
    before, after = _mean(total.before), _mean(total.after)
    label = say("impact.page.mean.before", language)
    rows = [Step(label, before, before, exact(total.before.mean), is_mean=True)]
    mean = before
    for group in attribution.contributions:
        part = part_of_mean(impact, attribution, group.points)
        label = f"{group.id} · {group_name(impact, group, language)}"
        rows.append(Step(label, mean, mean + part, full_fraction(part, impact.decimals)))
        mean += part
    if mean != after:
        # a merchant who gets or loses a score moves the mean, and is part of no edit's contribution
        text = full_fraction(after - mean, impact.decimals)
        rows.append(Step(say("impact.page.others", language), mean, after, text))
    label = say("impact.page.mean.after", language)
    rows.append(Step(label, after, after, exact(total.after.mean), is_mean=True))
    return rows


def _mean(spread: Spread) -> Fraction:
    total = sum(value * merchants for value, merchants in spread.counts)
    return Fraction(total, spread.merchants * 10**spread.decimals)


def part_of_mean(impact: Impact, attribution: Attribution, points: int) -> Fraction:
    """Return the contribution of points to the mean change of merchants with both scores."""
    return attribution.points_of(points) / impact.total.change.merchants


def group_name(impact: Impact, group: Contribution, language: Language) -> str:
    """Return a name for a group of edits: its only edit, or their number."""
    if len(group.edits) == 1:
        return edit_line(impact.edits[group.edits[0]], language)
    return say("impact.page.block", language, count=str(len(group.edits)))


def draw_waterfall(rows: Sequence[Step], label: str) -> Markup:
    """Return the drawing of a waterfall."""
    altair = drawing_library()
    values = [end for row in rows for end in (row.start, row.end)]
    low, high = min(values), max(values)
    room = (high - low) / 8 or Fraction(1, 100)
    domain = [float(low - room), float(high + 3 * room)]  # numbers are to the right of the bars
    data = [
        {
            "row": place,
            "low": float(min(row.start, row.end)),
            "high": float(max(row.start, row.end)),
            "end": float(row.end),
            "text": row.text,
            "kind": "mean" if row.is_mean else "up" if row.end > row.start else "down",
            "next": min(place + 1, len(rows) - 1),
        }
        for place, row in enumerate(rows)
    ]
    names = "datum.value"  # an expression from the number of a row to its label
    for place in reversed(range(len(rows))):
        names = f"datum.value == {place} ? {_quoted(rows[place].label)} : {names}"
    y = altair.Y(
        "row:O",
        axis=altair.Axis(
            labelExpr=names, title=None, domain=False, ticks=False, labelLimit=_LEFT - 12,
            labelPadding=10, labelColor=INK,
        ),
        scale=altair.Scale(paddingInner=0.4, paddingOuter=0.2),
    )  # fmt: skip
    scale = altair.Scale(domain=domain, nice=False, zero=False)
    x = altair.X("low:Q", scale=scale, title=None, axis=altair.Axis(tickCount=6, domain=False))
    colours = altair.Scale(domain=["up", "down", "mean"], range=[UP, DOWN, INK])
    base = altair.Chart(altair.Data(values=data))
    color = altair.Color("kind:N", scale=colours, legend=None)
    bars = base.mark_bar(minBandSize=2).encode(x=x, x2="high:Q", y=y, color=color)
    end = altair.X("end:Q", scale=scale)
    means = base.mark_tick(thickness=3, bandSize=24, color=INK).encode(x=end, y=y)
    texts = base.mark_text(align="left", dx=8, fontSize=12, color=INK).encode(
        x=altair.X("high:Q", scale=scale), y=y, text="text:N"
    )
    joints = base.mark_rule(color=FAINT, strokeDash=[2, 3]).encode(x=end, y=y, y2="next:O")
    chart = altair.layer(joints, bars, means.transform_filter("datum.kind == 'mean'"), texts)
    height = _ROW * len(rows)
    return draw(chart, "waterfall", label, width=_WIDTH, height=height, left=_LEFT, bottom=30)


def _quoted(label: str) -> str:
    """Return a label, cut if it is long, as a literal of the drawing's expressions."""
    text = shorten_middle(visible(label), MAX_BLOCK_NAME)
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ") + "'"
