"""A scorecard as a page of text that a shop owner can read."""

from collections.abc import Iterator, Sequence

from steelyard.model.texts import Language
from steelyard.report.advice import help_lines
from steelyard.report.notes import (
    base_notes,
    benefits_text,
    current_tier,
    dimension_notes,
    full,
    item_mark,
    item_points,
    metric_notes,
    rollout_line,
    tier_distance,
    tier_title,
)
from steelyard.report.wording.layout import columns, on_the_point, plain
from steelyard.report.wording.messages import say
from steelyard.report.wording.reasons import MARKS, cut_notes, outcome_lines, requirement_lines
from steelyard.report.wording.values import MINUS, listed, percent, points, show
from steelyard.scorecard.model import ItemResult, MetricResult, Scorecard

_SHOWN_DEDUCTIONS = ("awarded", "superseded", "no_data", "vetoed")


def score_table(card: Scorecard, language: Language) -> str:
    """Return the page; every line ends with a newline."""
    blocks = [
        head_lines(card, language),
        _score(card, language),
        _gates(card, language),
        _dimensions(card, language),
        _items(card, language),
        _deductions(card, language),
        help_lines(card, language),
    ]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks if block)


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
    return lines if card.rollout is None else [*lines, rollout_line(card.rollout, language)]


def _score(card: Scorecard, language: Language) -> list[str]:
    if card.score is None:
        return [say("no_score", language), f"  {say('no_score.meaning', language)}"]
    score = full(card.score)
    high = say("out_of", language, high=str(card.high))
    lines = [f"{say('score', language)}  {score}  {high}", *_tier(card, language)]
    rows = list(_sum(card, language))
    numbers = on_the_point([number for _, number, _ in rows])
    lines.append("")
    lines += [
        f"  {line}"
        for line in columns(
            [(name, number, note) for (name, _, note), number in zip(rows, numbers, strict=True)],
            "lrl",
        )
    ]
    return lines


def _tier(card: Scorecard, language: Language) -> Iterator[str]:
    if not card.tiers or card.score is None:
        return
    above = [tier for tier in card.tiers if not tier.reached]
    note = tier_distance(above[-1], language) if above else say("tier.highest", language)
    title = tier_title(card, language)
    yield f"{say('tier', language)}  {say('with_note', language, text=title, note=note)}"
    current = current_tier(card)
    if current and current.benefits:
        yield f"  {benefits_text(current.benefits, language)}"
    for badge in card.badges:
        text, gives = badge.title.of(language), benefits_text(badge.benefits, language)
        yield f"  ★ {say('with_note', language, text=text, note=gives) if gives else text}"


def _sum(card: Scorecard, language: Language) -> Iterator[tuple[str, str, str]]:
    """Yield the rows from the base to the score: name, number, note."""
    notes = say("sentences", language).join(base_notes(card, language))
    yield say("base", language), points(card.base.used), notes
    bonus, taken = card.bonus, card.deductions_total
    yield say("bonus", language), points(bonus.points, signed=True), _bonus_note(card, language)
    if taken.points is not None and (card.deductions or taken.points.value):
        text = points(taken.points)
        cut = taken.earned != taken.points
        note = say("taken", language, points=points(taken.earned)) if cut else ""
        yield say("deductions", language), f"{MINUS}{text}" if taken.points.value else text, note
    assert card.score is not None
    rounded = card.rounding is not None and card.rounding.value
    note = say("before_rounding", language, score=points(card.unrounded)) if rounded else ""
    yield say("score", language), full(card.score), note


def _bonus_note(card: Scorecard, language: Language) -> str:
    """Return how much caps and the ceiling took of the bonus."""
    parts: list[str] = []
    if card.bonus.earned != card.bonus.points:
        parts.append(say("earned", language, points=points(card.bonus.earned)))
    if card.bonus.cap is not None:
        parts.append(say("cap", language, cap=points(card.bonus.cap)))
    if card.wasted_bonus is not None and card.wasted_bonus.value:
        parts.append(say("wasted", language, points=points(card.wasted_bonus)))
    return say("sentences", language).join(parts)


def _gates(card: Scorecard, language: Language) -> list[str]:
    """Return the conditions for a score, where there is none."""
    if card.score is not None:
        return []
    lines = [say("section.gates", language)]
    for gate in card.gates:
        first, *rest = requirement_lines(gate.requirement, language)
        lines.append(f"  {MARKS[gate.requirement.status]} {first}")
        lines += [f"    {line}" for line in rest]
        if gate.requirement.status != "met" and gate.requirement.remedy is not None:
            lines.append(f"      {gate.requirement.remedy.of(language)}")
    if "nothing-assessed" in card.reasons:
        lines.append(f"  ✗ {say('gate.nothing', language)}")
    return lines


def _dimensions(card: Scorecard, language: Language) -> list[str]:
    if not card.dimensions or not any(dimension.assessed for dimension in card.dimensions):
        return []
    rows: list[tuple[str, ...]] = []
    for dimension in card.dimensions:
        note = say("sentences", language).join(dimension_notes(dimension, language))
        cells = ("", points(dimension.score), percent(dimension.weight), note)
        rows.append((f"  {dimension.title.of(language)}", *cells))
        rows += [_metric_row(metric, language) for metric in dimension.metrics]
    exemptions = [part.title.of(language) for part in card.exemptions if part.active]
    title = say("section.dimensions", language)
    names = tuple(say(f"column.{name}", language) for name in ("observed", "score", "weight"))
    scores = on_the_point([row[2] for row in rows])
    aligned = [(*row[:2], score, *row[3:]) for row, score in zip(rows, scores, strict=True)]
    lines = columns([(title, *names, ""), *aligned], "lrrrl")
    if exemptions:
        text = say("section.exemptions", language)
        names_of = listed(exemptions, language)
        lines.append(f"  {say('observed', language, title=text, observed=names_of)}")
    return lines


def _metric_row(metric: MetricResult, language: Language) -> tuple[str, ...]:
    return (
        f"    {metric.title.of(language)}",
        show(metric.observed, language),
        points(metric.score),
        percent(metric.weight),
        say("sentences", language).join(metric_notes(metric, language)),
    )


def _items(card: Scorecard, language: Language) -> list[str]:
    if not card.items:
        return []
    return _table(say("section.items", language), card.items, card, language, deduction=False)


def _deductions(card: Scorecard, language: Language) -> list[str]:
    """Return the deductions that are taken or may be; one word if there are none."""
    if not card.deductions:
        return []
    heading = say("section.deductions", language)
    shown = [item for item in card.deductions if item.outcome in _SHOWN_DEDUCTIONS]
    if not shown:
        return [heading, f"  {say('none_taken', language)}"]
    return _table(heading, shown, card, language, deduction=True)


def _table(
    heading: str,
    items: Sequence[ItemResult],
    card: Scorecard,
    language: Language,
    *,
    deduction: bool,
) -> list[str]:
    """Return a heading and a row per item, followed by the reasons of its outcome.

    `deduction` says that the items are deductions.
    """
    rows: list[tuple[str, ...]] = [(heading, say("column.points", language), "")]
    reasons: list[list[str]] = [[]]
    numbers = on_the_point([item_points(item, deduction=deduction) or "—" for item in items])
    for item, number in zip(items, numbers, strict=True):
        title = f"  {item_mark(item.outcome, deduction=deduction)} {item.title.of(language)}"
        notes = say("sentences", language).join(
            _item_notes(item, card, language, deduction=deduction)
        )
        rows.append((title, number, notes))
        # an awarded bonus needs no reason here, but a deduction does
        explained = deduction or item.outcome != "awarded"
        why = outcome_lines(item, card, language, deduction=deduction) if explained else ()
        reasons.append([f"      {line}" for line in why])
    lines: list[str] = []
    for row, indented in zip(columns(rows, "lrl"), reasons, strict=True):
        lines += [row, *indented]
    return lines


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
