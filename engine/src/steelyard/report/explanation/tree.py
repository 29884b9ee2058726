"""Building the tree: score ← base, bonus, deductions ← dimensions, groups ← metrics, items."""

from typing import Literal

from steelyard.model.texts import Language
from steelyard.report.explanation.branches import Branch
from steelyard.report.explanation.items import item_branch
from steelyard.report.explanation.requirements import requirement_branch
from steelyard.report.wording.messages import say
from steelyard.report.wording.reasons import missing_text
from steelyard.report.wording.values import MINUS, band_text, listed, percent, points, show
from steelyard.scorecard.model import (
    DimensionResult,
    GroupResult,
    ItemResult,
    MetricResult,
    PotResult,
    Scorecard,
)
from steelyard.scorecard.values import Exact


def explain(card: Scorecard, language: Language) -> Branch:
    """Return the whole calculation of a scorecard."""
    children = [requirement_branch(gate.requirement, language, "gate") for gate in card.gates]
    children.append(_base(card, language))
    if card.items:
        children.append(_pot(card, card.bonus, "bonus", language))
    if card.deductions:
        children.append(_pot(card, card.deductions_total, "deductions", language))
    children += _vetoes(card, language)
    if card.score is not None and card.rounding is not None:
        children.append(_rounding(card, language))
        children += _tier(card, language)
    children += _badges(card, language)
    if card.score is None:
        notes = [say("no_score.meaning", language)]
        if not any(one.assessed for one in card.dimensions) and card.base.used is None:
            notes.append(say("gate.nothing", language))
        return Branch(
            "score", "", say("no_score", language), outcome=card.status, notes=tuple(notes),
            children=tuple(children),
        )  # fmt: skip
    return Branch(
        kind="score",
        id="",
        title=say("score", language),
        value=card.score,
        before=card.unrounded,
        value_text=f"{points(card.score, card.score.decimals)} "
        + say("out_of", language, high=str(card.high)),
        outcome=card.status,
        children=tuple(children),
    )


def explain_item(card: Scorecard, name: str, language: Language) -> Branch | None:
    """Return the branch of one item or deduction by its id or a former id; None if unknown."""
    for items, is_deduction in ((card.items, False), (card.deductions, True)):
        for item in items:
            if name == item.id or name in item.aliases:
                return item_branch(item, card, language, is_deduction=is_deduction)
    return None


def _base(card: Scorecard, language: Language) -> Branch:
    base = card.base
    notes = [say(f"base.{base.source}", language)]
    if base.source != "reported" and base.reported is not None:
        notes.append(say("base.also_reported", language, score=points(base.reported)))
    if base.source != "metrics" and base.computed is not None:
        notes.append(say("base.also_computed", language, score=points(base.computed)))
    if _differ(base.before_clamp, base.used):
        notes.append(say("base.clamped", language, score=points(base.before_clamp)))
    exempt = [one for one in card.exemptions if one.active]
    for one in exempt:
        metrics = say("metrics", language, list=listed(one.metrics, language))
        title = say("section.exemptions", language)
        text = say("with_note", language, text=one.title.of(language), note=metrics)
        notes.append(say("observed", language, title=title, observed=text))
    return Branch(
        kind="base",
        id="",
        title=say("base", language),
        value=base.used,
        before=base.before_clamp,
        value_text=points(base.used),
        notes=tuple(notes),
        children=tuple(_dimension(one, language) for one in card.dimensions),
    )


def _differ(before: Exact | None, after: Exact | None) -> bool:
    return before is not None and after is not None and before.decimal != after.decimal


def _dimension(dimension: DimensionResult, language: Language) -> Branch:
    notes = []
    if not dimension.assessed:
        notes.append(say("dimension.not_assessed", language))
    elif dimension.cap is not None and _differ(dimension.score_before_cap, dimension.score):
        notes.append(
            say(
                "dimension.capped", language,
                score=points(dimension.score_before_cap), cap=points(dimension.cap),
            )
        )  # fmt: skip
    return Branch(
        kind="dimension",
        id=dimension.id,
        title=dimension.title.of(language),
        value=dimension.score,
        before=dimension.score_before_cap,
        value_text=_weighted(dimension.score, dimension.weight),
        outcome="scored" if dimension.assessed else "not_assessed",
        notes=tuple(notes),
        children=tuple(_metric(metric, language) for metric in dimension.metrics),
    )


def _metric(metric: MetricResult, language: Language) -> Branch:
    notes = []
    if metric.outcome != "scored":
        notes.append(say(f"metric.{metric.outcome}", language))
    if metric.missing:
        notes.append(missing_text(metric.missing, language))
    if metric.observed is not None:
        observed = show(metric.observed, language)
        if metric.window:
            window = say("window", language, window=metric.window)
            observed = say("with_note", language, text=observed, note=window)
        title = metric.fact.title.of(language)
        if title == metric.title.of(language):
            title = say("column.observed", language)
        notes.insert(0, say("observed", language, title=title, observed=observed))
    if metric.bands:
        bands = (band_text(band, metric.unit) for band in metric.bands)
        notes.append(say("bands", language, list=say("sentences", language).join(bands)))
    if metric.source:
        notes.append(say("source", language, source=metric.source))
    if metric.illustrative:
        notes.append(say("illustrative", language))
    return Branch(
        kind="metric",
        id=metric.id,
        title=metric.title.of(language),
        value=metric.score,
        value_text=_weighted(metric.score, metric.weight),
        outcome=metric.outcome,
        notes=tuple(notes),
    )


def _weighted(score: Exact | None, weight: Exact) -> str:
    return f"{points(score)} × {percent(weight)}"


def _pot(
    card: Scorecard, pot: PotResult, kind: Literal["bonus", "deductions"], language: Language
) -> Branch:
    """Return all items, or all deductions: groups first, then what is in none."""
    is_deduction = kind == "deductions"
    items = card.deductions if is_deduction else card.items
    branches = {
        item.id: item_branch(item, card, language, is_deduction=is_deduction) for item in items
    }
    groups = [group for group in card.groups if (group.kind == "deductions") == is_deduction]
    children = [_group(group, items, branches, language) for group in groups]
    children += [branches[item.id] for item in items if item.group is None]
    notes = []
    if pot.cap is not None:
        notes.append(say("cap", language, cap=points(pot.cap)))
    if pot.earned is not None and pot.earned != pot.points:
        notes.append(_steps(pot, language))
    if not is_deduction and card.wasted_bonus is not None and card.wasted_bonus.value:
        notes.append(say("wasted", language, points=points(card.wasted_bonus)))
    return Branch(
        kind=kind,
        id="",
        title=say(kind, language),
        value=pot.points,
        before=pot.earned,
        value_text=_signed(pot.points, is_deduction=is_deduction),
        notes=tuple(notes),
        children=tuple(children),
    )


def _signed(value: Exact | None, *, is_deduction: bool) -> str:
    if value is None:
        return ""
    if is_deduction and value.value > 0:
        return f"{MINUS}{points(value)}"
    return points(value, signed=True)


def _steps(pot: PotResult, language: Language) -> str:
    """Return what is left of all points after each stage that cut them."""
    steps = [say("stage.before", language, points=points(pot.earned))]
    before = pot.earned
    for stage, value in (
        ("groups", pot.after_groups),
        ("total_cap", pot.after_cap),
        ("range", pot.points),
    ):
        if value != before:
            name = say(f"stage.{stage}", language)
            steps.append(say("stage.after", language, stage=name, points=points(value)))
        before = value
    return " → ".join(steps)


def _group(
    group: GroupResult, items: tuple[ItemResult, ...], branches: dict[str, Branch],
    language: Language,
) -> Branch:  # fmt: skip
    notes = [say(f"group.{group.combine}", language, keep=str(group.keep))]
    if group.cap is not None:
        notes.append(say("cap", language, cap=points(group.cap)))
    if group.earned != group.points and group.earned is not None:
        steps = [
            say("stage.before", language, points=points(group.earned)),
            say(
                "stage.after", language,
                stage=say("stage.groups", language), points=points(group.points),
            ),
        ]  # fmt: skip
        notes.append(" → ".join(steps))
    return Branch(
        kind="group",
        id=group.id,
        title=say("group", language, title=group.title.of(language)),
        value=group.points,
        before=group.earned,
        value_text=_signed(group.points, is_deduction=group.kind == "deductions"),
        notes=tuple(notes),
        children=tuple(branches[item.id] for item in items if item.id in group.items),
    )


def _vetoes(card: Scorecard, language: Language) -> list[Branch]:
    """Return the events that stand."""
    branches = []
    for veto in card.vetoes:
        if not veto.active:
            continue
        notes = [say("veto.blocks", language, list=listed(veto.blocks, language))]
        if veto.since is not None and veto.until is not None:
            since, until = veto.since.isoformat(), veto.until.isoformat()
            notes.insert(0, say("veto.active_until", language, since=since, until=until))
        elif veto.since is not None:
            notes.insert(0, say("veto.active", language, since=veto.since.isoformat()))
        title = say("veto", language, title=veto.title.of(language))
        branches.append(Branch("veto", veto.id, title, outcome="active", notes=tuple(notes)))
    return branches


def _rounding(card: Scorecard, language: Language) -> Branch:
    note = say("before_rounding", language, score=points(card.unrounded))
    return Branch(
        kind="rounding",
        id="",
        title=say("rounding", language),
        value=card.rounding,
        value_text=points(card.rounding, signed=True),
        notes=(note,),
    )


def _tier(card: Scorecard, language: Language) -> list[Branch]:
    if not card.tiers:
        return []
    current = next((tier for tier in card.tiers if tier.id == card.tier), None)
    title = current.title.of(language) if current else say("tier.none", language)
    notes = []
    if current and current.benefits:
        names = listed((one.title.of(language) for one in current.benefits), language)
        notes.append(say("benefits", language, list=names))
    notes += [
        say(
            "tier.next", language, distance=points(tier.distance),
            title=tier.title.of(language), at_least=points(tier.at_least),
        )
        for tier in card.tiers
        if tier.distance is not None
    ]  # fmt: skip
    text = say("observed", language, title=say("tier", language), observed=title)
    return [Branch("tier", card.tier or "", text, notes=tuple(notes))]


def _badges(card: Scorecard, language: Language) -> list[Branch]:
    given = {badge.id for badge in card.badges}
    branches = []
    for badge in (*card.badges, *card.other_badges):
        title = say("badge", language, title=badge.title.of(language))
        held = badge.id in given
        names = listed((one.title.of(language) for one in badge.benefits), language)
        branches.append(
            Branch(
                kind="badge",
                id=badge.id,
                title=title,
                outcome="awarded" if held else "not_met",
                mark="✓" if held else "✗",
                notes=(say("benefits", language, list=names),) if names else (),
                children=(requirement_branch(badge.requirement, language),),
            )
        )
    return branches
