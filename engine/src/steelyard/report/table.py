"""A scorecard as a page of text that a shop owner can read.

It is written by functions and not from a template, because a template takes longer to compile than
a merchant to score.
"""

from collections.abc import Iterable, Iterator, Sequence

from steelyard.model.texts import Language
from steelyard.report import notes
from steelyard.report.advice import improvements
from steelyard.report.wording import reasons
from steelyard.report.wording.layout import cell, columns, plain
from steelyard.report.wording.messages import say
from steelyard.report.wording.values import MINUS, listed, percent, points, show
from steelyard.scorecard.model import ItemResult, Scorecard

_SHOWN_DEDUCTIONS = ("awarded", "superseded", "no_data", "vetoed")

Rows = Iterable[Sequence[str] | str]
"""Rows of a table, each its cells, and lines between them."""


def score_table(card: Scorecard, language: Language) -> str:
    """Return the page; every line ends with a newline."""
    taken = [item for item in card.deductions if item.outcome in _SHOWN_DEDUCTIONS]
    sections: list[Iterable[str]] = [head_lines(card, language)]
    if card.score is None:
        meaning = f"  {say('no_score.meaning', language)}"
        sections += [[say("no_score", language), meaning], _gate_lines(card, language)]
    else:
        sections += [_score_lines(card, language), _table(_total_rows(card, language), "l.l")]
    if any(dimension.assessed for dimension in card.dimensions):
        lines = _table(_dimension_rows(card, language), "lr.rl", head=1)
        sections.append([*lines, *_exemption_lines(card, language)])
    if card.items:
        heading = say("section.items", language)
        sections.append(_item_lines(heading, card.items, card, language, deduction=False))
    if card.deductions:
        heading = say("section.deductions", language)
        sections.append(_item_lines(heading, taken, card, language, deduction=True))
    if card.score is not None:
        sections.append(_help_lines(card, language))
    return "\n".join("".join(f"{cell(line)}\n" for line in section) for section in sections)


def _table(rows: Rows, aligned: str, *, head: int = 0) -> list[str]:
    """Return rows as aligned lines, with the lines between them."""
    parts = [row if isinstance(row, str) else [cell(text) for text in row] for row in rows]
    cells = [part for part in parts if not isinstance(part, str)]
    lines = iter(columns(cells, aligned, head=head))
    return [part if isinstance(part, str) else next(lines) for part in parts]


def _joined(sentences: Iterable[str], language: Language) -> str:
    return say("sentences", language).join(sentences)


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


def _gate_lines(card: Scorecard, language: Language) -> Iterator[str]:
    yield say("section.gates", language)
    for gate in card.gates:
        requirement = gate.requirement
        first, *others = reasons.requirement_lines(requirement, language)
        yield f"  {reasons.MARKS[requirement.status]} {first}"
        yield from (f"    {line}" for line in others)
        if requirement.status != "met" and requirement.remedy is not None:
            yield f"      {requirement.remedy.of(language)}"
    if "nothing-assessed" in card.reasons:
        yield f"  ✗ {say('gate.nothing', language)}"


def _score_lines(card: Scorecard, language: Language) -> Iterator[str]:
    """Yield the score, the tier with its benefits, and the badges."""
    assert card.score is not None
    most = say("out_of", language, high=str(card.high))
    yield f"{say('score', language)}  {notes.full(card.score)}  {most}"
    if not card.tiers:
        return
    above = [tier for tier in card.tiers if not tier.reached]
    note = notes.tier_distance(above[-1], language) if above else say("tier.highest", language)
    title = notes.tier_title(card, language)
    yield f"{say('tier', language)}  {say('with_note', language, text=title, note=note)}"
    tier = notes.current_tier(card)
    if tier and tier.benefits:
        yield f"  {notes.benefits_text(tier.benefits, language)}"
    for badge in card.badges:
        gives = notes.benefits_text(badge.benefits, language)
        title = badge.title.of(language)
        text = say("with_note", language, text=title, note=gives) if gives else title
        yield f"  ★ {text}"


def _total_rows(card: Scorecard, language: Language) -> Rows:
    """Yield the steps from the base to the score."""
    assert card.score is not None

    def row(key: str, shown: str, sentences: Iterable[str]) -> Sequence[str]:
        return f"  {say(key, language)}", shown, _joined(sentences, language)

    yield row("base", points(card.base.used), notes.base_notes(card, language))
    bonus = points(card.bonus.points, signed=True)
    yield row("bonus", bonus, _bonus_notes(card, language))
    taken = card.deductions_total
    if taken.points is not None and (card.deductions or taken.points.value):
        shown = f"{MINUS if taken.points.value else ''}{points(taken.points)}"
        is_cut = taken.earned != taken.points
        cut = [say("taken", language, points=points(taken.earned))] if is_cut else []
        yield row("deductions", shown, cut)
    yield row("score", notes.full(card.score), notes.score_notes(card, language))


def _dimension_rows(card: Scorecard, language: Language) -> Rows:
    names = ("section.dimensions", "column.observed", "column.score", "column.weight")
    yield [say(name, language) for name in names]
    for dimension in card.dimensions:
        yield (
            f"  {dimension.title.of(language)}",
            "",
            points(dimension.score),
            percent(dimension.weight),
            _joined(notes.dimension_notes(dimension, language), language),
        )
        for metric in dimension.metrics:
            yield (
                f"    {metric.title.of(language)}",
                show(metric.observed, language),
                points(metric.score),
                percent(metric.weight),
                _joined(notes.metric_notes(metric, language), language),
            )


def _exemption_lines(card: Scorecard, language: Language) -> Iterator[str]:
    titles = [part.title.of(language) for part in card.exemptions if part.active]
    if titles:
        title, observed = say("section.exemptions", language), listed(titles, language)
        yield f"  {say('observed', language, title=title, observed=observed)}"


def _item_lines(
    heading: str,
    items: Sequence[ItemResult],
    card: Scorecard,
    language: Language,
    *,
    deduction: bool,
) -> list[str]:
    """Return items, or deductions, with their points and why they have them."""
    if not items:
        return [heading, f"  {say('none_taken', language)}"]

    def rows() -> Rows:
        yield heading, say("column.points", language)
        for item in items:
            mark = notes.item_mark(item.outcome, deduction=deduction)
            given = notes.item_points(item, deduction=deduction) or "—"
            sentences = _item_notes(item, card, language, deduction=deduction)
            yield f"  {mark} {item.title.of(language)}", given, _joined(sentences, language)
            if deduction or item.outcome != "awarded":  # an awarded bonus needs no reason here
                lines = reasons.outcome_lines(item, card, language, deduction=deduction)
                yield from (f"      {line}" for line in lines)

    return _table(rows(), "l.l", head=1)


def _help_lines(card: Scorecard, language: Language) -> Iterator[str]:
    """Yield what can raise the score."""
    yield say("section.help", language)
    at_the_top = card.unrounded is not None and card.unrounded.decimal >= card.high.decimal
    ways = [] if at_the_top else improvements(card, language)
    for title, note, steps in ways:
        yield f"  {say('with_note', language, text=title, note=note)}"
        yield from (f"      {step}" for step in steps)
    if not ways:
        yield f"  {say('help.nothing' if at_the_top else 'help.none', language)}"


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
    cuts = list(reasons.cut_notes(item, card, language)) if awarded else []
    if cuts:
        earned = points(item.points_before_caps)
        yield say("taken" if deduction else "earned", language, points=earned)
        yield from cuts
