"""A scorecard as a page of text that a shop owner can read."""

from collections.abc import Iterator, Sequence

from steelyard.model.texts import Language
from steelyard.report.advice import help_lines
from steelyard.report.wording.layout import columns, on_the_point, plain
from steelyard.report.wording.messages import say
from steelyard.report.wording.reasons import (
    MARKS,
    cut_notes,
    missing_text,
    outcome_lines,
    requirement_lines,
)
from steelyard.report.wording.values import MINUS, listed, percent, points, show
from steelyard.scorecard.model import (
    DimensionResult,
    ItemResult,
    MetricResult,
    RolloutResult,
    Scorecard,
)
from steelyard.scorecard.values import Exact

_ITEM_MARKS = {"awarded": "✓", "not_met": "✗", "vetoed": "✗", "no_data": "?"}


def score_table(card: Scorecard, language: Language) -> str:
    """Return the page; every line ends with a newline."""
    blocks = [
        head_lines(card, language),
        _score(card, language),
        _gates(card, language),
        _dimensions(card, language),
        _items(card, card.items, language),
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


def rollout_line(rollout: RolloutResult, language: Language) -> str:
    """Return that a version is rolled out to this merchant, or what one in shadow would give."""
    share = percent(rollout.share)
    shadow = rollout.shadow
    if shadow is None:
        return say("rollout", language, ruleset=rollout.ruleset, share=share)
    if shadow.score is None:
        result = say(f"rollout.{shadow.status}", language)
    elif shadow.tier_title is None:
        result = say("rollout.score", language, score=full(shadow.score))
    else:
        tier = shadow.tier_title.of(language)
        result = say("rollout.tier", language, score=full(shadow.score), tier=tier)
    return say("rollout.shadow", language, ruleset=rollout.ruleset, share=share, result=result)


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


def full(score: Exact) -> str:
    """Return a displayed score with all its decimals: 4.80."""
    return points(score, score.decimals)


def _tier(card: Scorecard, language: Language) -> Iterator[str]:
    if not card.tiers or card.score is None:
        return
    current = next((tier for tier in card.tiers if tier.id == card.tier), None)
    title = current.title.of(language) if current else say("tier.none", language)
    above = [tier for tier in card.tiers if not tier.reached]
    if above:
        target = above[-1]
        assert target.distance is not None
        step = say(
            "tier.next", language,
            distance=points(target.distance), title=target.title.of(language),
            at_least=points(target.at_least),
        )  # fmt: skip
    else:
        step = say("tier.highest", language)
    yield f"{say('tier', language)}  {say('with_note', language, text=title, note=step)}"
    if current and current.benefits:
        names = listed((one.title.of(language) for one in current.benefits), language)
        yield f"  {say('benefits', language, list=names)}"
    for badge in card.badges:
        names = listed((one.title.of(language) for one in badge.benefits), language)
        text = badge.title.of(language)
        gives = say("benefits", language, list=names)
        yield f"  ★ {say('with_note', language, text=text, note=gives) if names else text}"


def _sum(card: Scorecard, language: Language) -> Iterator[tuple[str, str, str]]:
    """Yield the rows from the base to the score: name, number, note."""
    yield say("base", language), points(card.base.used), base_note(card, language)
    bonus, taken = card.bonus, card.deductions_total
    yield say("bonus", language), points(bonus.points, signed=True), pot_note(card, language)
    if taken.points is not None and (card.deductions or taken.points.value):
        text = points(taken.points)
        cut = taken.earned != taken.points
        note = say("taken", language, points=points(taken.earned)) if cut else ""
        yield say("deductions", language), f"{MINUS}{text}" if taken.points.value else text, note
    assert card.score is not None
    rounded = card.rounding is not None and card.rounding.value
    note = say("before_rounding", language, score=points(card.unrounded)) if rounded else ""
    yield say("score", language), full(card.score), note


def base_note(card: Scorecard, language: Language) -> str:
    """Return where the base comes from, and what else is known of it."""
    base = card.base
    parts = [say(f"base.{base.source}", language)]
    if base.source != "reported" and base.reported is not None:
        parts.append(say("base.also_reported", language, score=points(base.reported)))
    if base.source != "metrics" and base.computed is not None:
        parts.append(say("base.also_computed", language, score=points(base.computed)))
    if base.before_clamp is not None and base.used is not None:
        decimals = max(base.before_clamp.decimals, base.used.decimals)
        if base.before_clamp.at(decimals) != base.used.at(decimals):
            parts.append(say("base.clamped", language, score=points(base.before_clamp)))
    return say("sentences", language).join(parts)


def pot_note(card: Scorecard, language: Language) -> str:
    """Return what caps and the ceiling took of the bonus."""
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
    if not card.dimensions or not any(one.assessed for one in card.dimensions):
        return []
    rows: list[tuple[str, ...]] = []
    for dimension in card.dimensions:
        note = _dimension_note(dimension, language)
        cells = ("", points(dimension.score), percent_of(dimension.weight), note)
        rows.append((f"  {dimension.title.of(language)}", *cells))
        rows += [_metric_row(metric, language) for metric in dimension.metrics]
    exemptions = [one.title.of(language) for one in card.exemptions if one.active]
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


def percent_of(weight: Exact) -> str:
    """Return a weight as a percentage."""
    return percent(weight)


def _dimension_note(dimension: DimensionResult, language: Language) -> str:
    if not dimension.assessed:
        return say("dimension.not_assessed", language)
    before = dimension.score_before_cap
    if dimension.cap is None or before is None or dimension.score is None:
        return ""
    decimals = max(before.decimals, dimension.score.decimals)
    if before.at(decimals) == dimension.score.at(decimals):
        return ""
    return say("dimension.capped", language, score=points(before), cap=points(dimension.cap))


def _metric_row(metric: MetricResult, language: Language) -> tuple[str, ...]:
    note = "" if metric.outcome == "scored" else say(f"metric.{metric.outcome}", language)
    if metric.missing:
        note = say("sentences", language).join([note, missing_text(metric.missing, language)])
    return (
        f"    {metric.title.of(language)}",
        show(metric.observed, language),
        points(metric.score),
        percent_of(metric.weight),
        note,
    )


def _items(card: Scorecard, items: Sequence[ItemResult], language: Language) -> list[str]:
    if not items:
        return []
    heading = say("section.items", language)
    return _table(heading, items, card, language, signed=True)


def _deductions(card: Scorecard, language: Language) -> list[str]:
    """Return the deductions that are taken or might be; the others are one word."""
    if not card.deductions:
        return []
    shown = [
        item
        for item in card.deductions
        if item.outcome in ("awarded", "superseded", "no_data", "vetoed")
    ]
    heading = say("section.deductions", language)
    if not shown:
        return [heading, f"  {say('none_taken', language)}"]
    return _table(heading, shown, card, language, signed=False)


def _table(
    heading: str,
    items: Sequence[ItemResult],
    card: Scorecard,
    language: Language,
    *,
    signed: bool,
) -> list[str]:
    """Return a heading with a row an item, and under it why it is not awarded."""
    numbers = on_the_point([_points(item, signed=signed) for item in items])
    rows: list[tuple[str, ...]] = [(heading, say("column.points", language), "")]
    reasons: list[list[str]] = [[]]
    kind = "item" if signed else "deduction"
    for item, number in zip(items, numbers, strict=True):
        awarded = item.outcome == "awarded"
        mark = (
            _ITEM_MARKS.get(item.outcome, "–")
            if signed
            else {"awarded": "!"}.get(item.outcome, "–")
        )
        notes = list(cut_notes(item, card, language)) if awarded else []
        if awarded and notes:
            notes.insert(
                0,
                say(
                    "earned" if signed else "taken",
                    language,
                    points=points(item.points_before_caps),
                ),
            )
        if not awarded or not signed:
            notes.insert(0, say(f"{kind}.{item.outcome}", language))
        rows.append(
            (f"  {mark} {item.title.of(language)}", number, say("sentences", language).join(notes))
        )
        # that a bonus is awarded needs no reason here; that points are taken does
        why = [] if awarded and signed else outcome_lines(item, card, language, takes=not signed)
        reasons.append([f"      {line}" for line in why])
    lines: list[str] = []
    for line, why in zip(columns(rows, "lrl"), reasons, strict=True):
        lines += [line, *why]
    return lines


def _points(item: ItemResult, *, signed: bool) -> str:
    if item.points is None:
        return "—"
    if item.points.value == 0:
        return "0"
    return points(item.points, signed=True) if signed else f"{MINUS}{points(item.points)}"
