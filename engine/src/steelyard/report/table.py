"""A scorecard as a page of text that a shop owner can read, from the template `score.txt`."""

from collections.abc import Iterator

from steelyard.model.texts import Language
from steelyard.report import notes
from steelyard.report.advice import improvements
from steelyard.report.html import render
from steelyard.report.wording import reasons, values
from steelyard.report.wording.layout import plain
from steelyard.report.wording.messages import say
from steelyard.report.wording.reasons import cut_notes
from steelyard.report.wording.values import points
from steelyard.scorecard.model import ItemResult, Scorecard

_SHOWN_DEDUCTIONS = ("awarded", "superseded", "no_data", "vetoed")


def score_table(card: Scorecard, language: Language) -> str:
    """Return the page; every line ends with a newline."""
    taken = [item for item in card.deductions if item.outcome in _SHOWN_DEDUCTIONS]
    above = [tier for tier in card.tiers if not tier.reached]
    highest = say("tier.highest", language)
    at_the_top = card.unrounded is not None and card.unrounded.decimal >= card.high.decimal
    return render(
        "score.txt",
        notes=notes,
        reasons=reasons,
        values=values,
        card=card,
        language=language,
        head=head_lines(card, language),
        tier_note=notes.tier_distance(above[-1], language) if above else highest,
        bonus_notes=list(_bonus_notes(card, language)),
        exemptions=[part.title.of(language) for part in card.exemptions if part.active],
        item_tables=(
            (say("section.items", language), card.items, card.items, False),
            (say("section.deductions", language), card.deductions, taken, True),
        ),
        item_notes=_item_notes,
        at_the_top=at_the_top,
        improvements=() if at_the_top else improvements(card, language),
    )


def head_lines(card: Scorecard, language: Language) -> list[str]:
    """Return who was scored when, and by which rules."""
    who = [plain(card.merchant), card.industry, card.shop_type, card.as_of.isoformat()]
    rules = card.ruleset
    parts = [say("rules", language, title=rules.title.of(language), version=rules.version)]
    if rules.scene:
        parts.append(say("scene", language, scene=rules.scene))
    parts.append(
        say(
            f"stage.{rules.stage}", language,
            start=rules.start, enforced=str(rules.enforced), until=str(rules.until),
        )
    )  # fmt: skip
    lines = [" · ".join(part for part in who if part), say("clauses", language).join(parts)]
    return lines if card.rollout is None else [*lines, notes.rollout_line(card.rollout, language)]


def _bonus_notes(card: Scorecard, language: Language) -> Iterator[str]:
    """Yield how much caps and the ceiling took of the bonus."""
    if card.bonus.earned != card.bonus.points:
        yield say("earned", language, points=points(card.bonus.earned))
    if card.bonus.cap is not None:
        yield say("cap", language, cap=points(card.bonus.cap))
    if card.wasted_bonus is not None and card.wasted_bonus.value:
        yield say("wasted", language, points=points(card.wasted_bonus))


def _item_notes(
    item: ItemResult, card: Scorecard, language: Language, *, deduction: bool
) -> Iterator[str]:
    awarded = item.outcome == "awarded"
    if deduction or not awarded:
        yield say(f"{'deduction' if deduction else 'item'}.{item.outcome}", language)
    cuts = list(cut_notes(item, card, language)) if awarded else []
    if cuts:
        earned = points(item.points_before_caps)
        yield say("taken" if deduction else "earned", language, points=earned)
        yield from cuts
