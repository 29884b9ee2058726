"""What each block of edits is to blame for: a waterfall from mean to mean, and the exact table."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from steelyard.dry_run.impact.model import Attribution, Impact, Share
from steelyard.dry_run.report.page.images import (
    DOWN,
    FAINT,
    INK,
    UP,
    described,
    drawing_library,
    drawn,
    figure,
)
from steelyard.dry_run.report.page.markup import Markup, Node, data_table, section, tag, visible
from steelyard.dry_run.report.page.numbers import (
    count,
    exact,
    exact_fraction,
    fraction_text,
    mean,
    signed_count,
)
from steelyard.model.limits import MAX_BLOCK_EDITS, MAX_BLOCK_NAME
from steelyard.model.texts import Language
from steelyard.report.changes import edit_line
from steelyard.report.wording.messages import say

_WIDTH, _ROW = 660, 30
_LEFT = 310


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the waterfall: from where to where the mean goes, and what is written there."""

    label: str
    start: Fraction
    end: Fraction
    text: str
    is_mean: bool = False


def attribution_section(impact: Impact, language: Language) -> Markup:
    """Return the section."""
    title = say("impact.page.attribution", language)
    attribution = impact.attribution
    if attribution is None or not impact.whole.change.merchants:
        return section(
            "attribution", title, tag("p", say("impact.page.attribution.none", language))
        )
    claims = [say("impact.page.exact", language)]
    if attribution.grain != "edit":
        grain = f"impact.page.grain.{attribution.grain}"
        claims.append(say(grain, language, limit=str(attribution.limit)))
    waterfall = steps_of(impact, attribution, language)
    label = say(
        "impact.page.waterfall.label", language,
        before=exact(impact.whole.before.mean), after=exact(impact.whole.after.mean),
    )  # fmt: skip
    return section(
        "attribution",
        title,
        [tag("p", claim) for claim in claims],
        figure(drawn(_chart(waterfall), "waterfall", label), label),
        _table(impact, attribution, language),
    )


def steps_of(impact: Impact, attribution: Attribution, language: Language) -> list[Step]:
    """Return the rows of the waterfall, from the mean before to the mean after."""
    whole = impact.whole
    ends = mean(whole.before), mean(whole.after)
    assert ends[0] is not None
    assert ends[1] is not None
    names = [exact(spread.mean) for spread in (whole.before, whole.after)]
    rows = [
        Step(say("impact.page.mean.before", language), ends[0], ends[0], names[0], is_mean=True)
    ]
    at = ends[0]
    for share in attribution.shares:
        part = part_of_mean(impact, attribution, share)
        text = fraction_text(part, impact.decimals)
        rows.append(
            Step(f"{share.id} · {block_name(impact, share, language)}", at, at + part, text)
        )
        at += part
    if at != ends[1]:
        # means are of those with a score: who gets or loses one moves the mean, and no edit's part
        text = fraction_text(ends[1] - at, impact.decimals)
        rows.append(Step(say("impact.page.others", language), at, ends[1], text))
    rows.append(
        Step(say("impact.page.mean.after", language), ends[1], ends[1], names[1], is_mean=True)
    )
    return rows


def part_of_mean(impact: Impact, attribution: Attribution, share: Share) -> Fraction:
    """Return the part of a block in the mean change of merchants with a score on both sides."""
    return part_of_sum(impact, attribution, share) / impact.whole.change.merchants


def part_of_sum(impact: Impact, attribution: Attribution, share: Share) -> Fraction:
    """Return the part of a block in the sum of all changes."""
    return Fraction(share.points, attribution.denominator * 10**impact.decimals)


def block_name(impact: Impact, share: Share, language: Language) -> str:
    """Return a name for a block: its edit, or how many there are."""
    if len(share.edits) == 1:
        return edit_line(impact.edits[share.edits[0]], language)
    return say("impact.page.block", language, count=str(len(share.edits)))


def _table(impact: Impact, attribution: Attribution, language: Language) -> Markup:
    heads = ("block", "edit", "sum", "of_mean", "raised", "lowered", "scored_change")
    rows = [
        (
            share.id,
            _edits(impact, share, language),
            exact_fraction(part_of_sum(impact, attribution, share), impact.decimals),
            exact_fraction(part_of_mean(impact, attribution, share), impact.decimals),
            count(share.up),
            count(share.down),
            exact_fraction(Fraction(share.scores, attribution.denominator), 0),
        )
        for share in attribution.shares
    ]
    total = Fraction(attribution.points, 10**impact.decimals)
    foot: Sequence[Node] = (
        "Σ",
        say("impact.page.all_edits", language),
        exact_fraction(total, impact.decimals),
        exact_fraction(total / impact.whole.change.merchants, impact.decimals),
        count(impact.whole.up),
        count(impact.whole.down),
        signed_count(attribution.scores),
    )
    return data_table(
        say("impact.page.attribution.table", language),
        [say(f"impact.page.column.{head}", language) for head in heads],
        rows,
        texts=2,
        foot=foot,
    )


def _edits(impact: Impact, share: Share, language: Language) -> Node:
    lines = [edit_line(impact.edits[number], language) for number in share.edits]
    if len(lines) == 1:
        return lines[0]
    rest = len(lines) - MAX_BLOCK_EDITS
    return tag(
        "ul",
        [tag("li", line) for line in lines[:MAX_BLOCK_EDITS]],
        tag("li", say("impact.page.more", language, count=str(rest))) if rest > 0 else None,
        class_="plain",
    )


def _chart(rows: Sequence[Step]) -> dict[str, Any]:
    altair = drawing_library()
    values = [end for row in rows for end in (row.start, row.end)]
    low, high = min(values), max(values)
    room = (high - low) / 8 or Fraction(1, 100)
    domain = [float(low - room), float(high + 3 * room)]  # the right side has room for numbers
    data = [
        {
            "row": place,
            "label": _cut(row.label),
            "low": float(min(row.start, row.end)),
            "high": float(max(row.start, row.end)),
            "end": float(row.end),
            "text": row.text,
            "kind": "mean" if row.is_mean else "up" if row.end > row.start else "down",
            "next": min(place + 1, len(rows) - 1),
        }
        for place, row in enumerate(rows)
    ]
    names = "datum.value"
    for row in reversed(data):
        names = f"datum.value == {row['row']} ? {_quoted(row['label'])} : {names}"
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
    ends = base.mark_tick(thickness=3, bandSize=24, color=INK).encode(
        x=altair.X("end:Q", scale=scale), y=y
    )
    texts = base.mark_text(align="left", dx=8, fontSize=12, color=INK).encode(
        x=altair.X("high:Q", scale=scale), y=y, text="text:N"
    )
    joints = base.mark_rule(color=FAINT, strokeDash=[2, 3]).encode(
        x=altair.X("end:Q", scale=scale), y=y, y2="next:O"
    )
    chart = altair.layer(joints, bars, ends.transform_filter("datum.kind == 'mean'"), texts)
    return described(chart, width=_WIDTH, height=_ROW * len(rows), left=_LEFT, bottom=30)


def _cut(text: str) -> str:
    text = visible(text)
    return text if len(text) <= MAX_BLOCK_NAME else f"{text[: MAX_BLOCK_NAME - 1]}…"


def _quoted(text: str) -> str:
    """Return a text as a literal of the drawing's expressions."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ") + "'"
