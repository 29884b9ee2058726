"""Results as small pieces of HTML for notebooks: nothing is fetched, light and dark both work."""

from collections.abc import Sequence
from html import escape

import polars as pl

from steelyard.plan.structure import Plan
from steelyard.report.table import full, rollout_line
from steelyard.report.wording.messages import say
from steelyard.report.wording.reasons import outcome_lines
from steelyard.report.wording.values import points
from steelyard.scorecard.model import ItemResult, Scorecard
from steelyard.scoring.results.tally import Tally
from steelyard.scoring.summary import summary_text

_CARD = (
    "border:1px solid color-mix(in srgb,currentColor 25%,transparent);border-radius:8px;"
    "padding:12px 16px;max-width:46em;font-family:system-ui,sans-serif;line-height:1.45"
)
_FAINT = "opacity:.7"
_CELL = "padding:2px 12px 2px 0;text-align:left;vertical-align:top;background:none"
_MARKS = {"awarded": "✓", "not_met": "✗", "vetoed": "✗", "no_data": "?"}


def merchant_html(card: Scorecard) -> str:
    """Return a scorecard as a card: score, tier, the sum, every item with its reason."""
    who = " · ".join(
        part for part in (card.merchant, card.industry, card.shop_type, str(card.as_of)) if part
    )
    rules = say("rules", "en", title=card.ruleset.title.en, version=card.ruleset.version)
    lines = [who, rules]
    if card.rollout is not None:
        lines.append(rollout_line(card.rollout, "en"))
    head = f"<div style='{_FAINT}'>{'<br>'.join(map(escape, lines))}</div>"
    if card.score is None:
        shown = f"<div style='font-size:1.6em'>{say('no_score', 'en')}</div>"
        shown += f"<div>{escape(', '.join(card.reasons))}</div>"
        return f"<div style='{_CARD}'>{head}{shown}</div>"
    tier = next((one.title.en for one in card.tiers if one.id == card.tier), "")
    score = (
        f"<div style='font-size:1.9em;font-weight:600'>{full(card.score)}"
        f"<span style='font-size:.5em;font-weight:400;{_FAINT}'> "
        f"{escape(say('out_of', 'en', high=str(card.high)))}{f' · {escape(tier)}' if tier else ''}"
        "</span></div>"
    )
    total = (
        f"<div style='{_FAINT}'>base {card.base.used} + bonus {card.bonus.points} − deductions "
        f"{card.deductions_total.points} = {card.unrounded}</div>"
    )
    rows = "".join(_item_row(one, card) for one in card.items)
    table = f"<table style='border-collapse:collapse;margin-top:8px'>{rows}</table>"
    return f"<div style='{_CARD}'>{head}{score}{total}{table}</div>"


def _item_row(item: ItemResult, card: Scorecard) -> str:
    cells = (
        _MARKS.get(item.outcome, "–"),
        item.title.en,
        points(item.points, signed=True),
        " · ".join(outcome_lines(item, card, "en")),
    )
    return f"<tr>{''.join(f'<td style={_CELL!r}>{escape(cell)}</td>' for cell in cells)}</tr>"


def population_html(tally: Tally, plans: Sequence[Plan], first: pl.DataFrame) -> str:
    """Return the summary of a population, and its first rows."""
    text = escape(summary_text(tally, plans, "en"))
    shown = first.select("merchant", "industry", "status", "score", "tier", "bonus")
    head = "".join(f"<th style={_CELL!r}>{escape(name)}</th>" for name in shown.columns)
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td style={_CELL!r}>{escape('—' if value is None else str(value))}</td>"
            for value in row
        )
        + "</tr>"
        for row in shown.iter_rows()
    )
    page = f"<pre style='margin:0;background:none;color:inherit;line-height:1.3'>{text}</pre>"
    table = f"<table style='border-collapse:collapse;margin-top:8px'><tr>{head}</tr>{rows}</table>"
    return f"<div style='{_CARD};max-width:none;overflow-x:auto'>{page}{table}</div>"
