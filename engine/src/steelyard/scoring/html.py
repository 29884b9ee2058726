"""Results as HTML cards for notebooks, which load no other files and suit light and dark themes."""

from collections.abc import Iterator, Sequence

import polars as pl

from steelyard.plan.structure import Plan
from steelyard.report.html import render
from steelyard.report.notes import current_tier, full, item_mark, rollout_line
from steelyard.report.wording.messages import say
from steelyard.report.wording.reasons import outcome_lines, requirement_lines
from steelyard.report.wording.values import points
from steelyard.scorecard.assemble import NOTHING_ASSESSED
from steelyard.scorecard.model import ItemResult, Scorecard
from steelyard.scoring.results.tally import Tally
from steelyard.scoring.summary import summary_text


def merchant_html(card: Scorecard) -> str:
    """Return a scorecard as a card: score, tier, the sum, and every item with its reason."""
    who = (card.merchant, card.industry, card.shop_type, str(card.as_of))
    head = [
        " · ".join(filter(None, who)),
        say("rules", "en", title=card.ruleset.title.en, version=card.ruleset.version),
    ]
    if card.rollout is not None:
        head.append(rollout_line(card.rollout, "en"))
    tier = current_tier(card)
    return render(
        "merchant.html",
        head=head,
        score=None if card.score is None else full(card.score),
        reasons=list(_no_score_lines(card)),
        out_of=say("out_of", "en", high=str(card.high)),
        tier=tier.title.en if tier else "",
        total=say(
            "card.sum",
            "en",
            base=str(card.base.used),
            bonus=str(card.bonus.points),
            deductions=str(card.deductions_total.points),
            score=str(card.unrounded),
        ),
        items=[_item_cells(item, card) for item in card.items],
    )


def _no_score_lines(card: Scorecard) -> Iterator[str]:
    """Yield why there is no score: the gates that failed, with what was observed and needed."""
    for gate in card.gates:
        if gate.id in card.reasons:
            yield from requirement_lines(gate.requirement, "en")
    if NOTHING_ASSESSED in card.reasons:
        yield say("gate.nothing", "en")


def _item_cells(item: ItemResult, card: Scorecard) -> tuple[str, ...]:
    reasons = " · ".join(outcome_lines(item, card, "en"))
    return item_mark(item.outcome), item.title.en, points(item.points, signed=True), reasons


def population_html(tally: Tally, plans: Sequence[Plan], first: pl.DataFrame) -> str:
    """Return the summary of a population and its first rows as a card."""
    shown = first.select("merchant", "industry", "status", "score", "tier", "bonus")
    return render(
        "population.html",
        summary=summary_text(tally, plans, "en"),
        columns=shown.columns,
        rows=shown.rows(),
    )
