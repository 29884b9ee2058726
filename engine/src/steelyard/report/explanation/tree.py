"""The tree of a scorecard: score ← base, bonus, deductions ← dimensions, groups ← items."""

from typing import Literal

from steelyard.model.texts import Language, prose_in
from steelyard.report.explanation.branches import Branch, Kind
from steelyard.report.notes import (
    base_notes,
    benefits_text,
    current_tier,
    dimension_notes,
    full,
    item_mark,
    item_points,
    metric_notes,
    plugin_notes,
    signed_points,
    source_notes,
    stages_text,
    tier_distance,
    tier_title,
)
from steelyard.report.wording.messages import say
from steelyard.report.wording.reasons import (
    Line,
    cut_notes,
    missing_lines,
    requirement_line,
    veto_lines,
)
from steelyard.report.wording.values import band_text, listed, percent, points, show
from steelyard.scorecard.model import (
    DimensionResult,
    Exact,
    GroupResult,
    ItemResult,
    MetricResult,
    PotResult,
    RequirementResult,
    Scorecard,
    ValueResult,
)


def explain(card: Scorecard, language: Language) -> Branch:
    """Return the calculation of a scorecard as a tree."""
    children = [_requirement(gate.requirement, language, "gate") for gate in card.gates]
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
    children += [_value(value, language) for value in card.values]
    if card.score is None:
        notes = [say("no_score.meaning", language)]
        if not any(dimension.assessed for dimension in card.dimensions) and card.base.used is None:
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
        value_text=f"{full(card.score)} " + say("out_of", language, high=str(card.high)),
        outcome=card.status,
        children=tuple(children),
    )


def explain_item(card: Scorecard, name: str, language: Language) -> Branch | None:
    """Return the branch of the item or deduction with this id or former id, or None."""
    for items, deduction in ((card.items, False), (card.deductions, True)):
        for item in items:
            if name == item.id or name in item.aliases:
                return _item(item, card, language, deduction=deduction)
    return None


def _base(card: Scorecard, language: Language) -> Branch:
    base = card.base
    notes = base_notes(card, language)
    for exemption in card.exemptions:
        if not exemption.active:
            continue
        metrics = say("metrics", language, list=listed(exemption.metrics, language))
        title = say("section.exemptions", language)
        text = say("with_note", language, text=exemption.title.of(language), note=metrics)
        notes.append(say("observed", language, title=title, observed=text))
    return Branch(
        kind="base",
        id="",
        title=say("base", language),
        value=base.used,
        before=base.before_clamp,
        value_text=points(base.used),
        notes=tuple(notes),
        children=tuple(_dimension(dimension, language) for dimension in card.dimensions),
    )


def _dimension(dimension: DimensionResult, language: Language) -> Branch:
    return Branch(
        kind="dimension",
        id=dimension.id,
        title=dimension.title.of(language),
        value=dimension.score,
        before=dimension.score_before_cap,
        value_text=_weighted(dimension.score, dimension.weight),
        outcome="scored" if dimension.assessed else "not_assessed",
        notes=tuple(dimension_notes(dimension, language)),
        children=tuple(_metric(metric, language) for metric in dimension.metrics),
    )


def _metric(metric: MetricResult, language: Language) -> Branch:
    notes = metric_notes(metric, language)
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
    notes += source_notes(metric, language)
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
    """Return the branch of all items or deductions: groups first, then single items."""
    deduction = kind == "deductions"
    items = card.deductions if deduction else card.items
    branches = {item.id: _item(item, card, language, deduction=deduction) for item in items}
    groups = [group for group in card.groups if (group.kind == "deductions") == deduction]
    children = [_group(group, items, branches, language) for group in groups]
    children += [branches[item.id] for item in items if item.group is None]
    notes = []
    if pot.cap is not None:
        notes.append(say("cap", language, cap=points(pot.cap)))
    if pot.earned is not None and pot.earned != pot.points:
        stages = (
            ("groups", pot.after_groups),
            ("total_cap", pot.after_cap),
            ("range", pot.points),
        )
        notes.append(stages_text(pot.earned, stages, language))
    if not deduction and card.wasted_bonus is not None and card.wasted_bonus.value:
        notes.append(say("wasted", language, points=points(card.wasted_bonus)))
    return Branch(
        kind=kind,
        id="",
        title=say(kind, language),
        value=pot.points,
        before=pot.earned,
        value_text=signed_points(pot.points, deduction=deduction),
        notes=tuple(notes),
        children=tuple(children),
    )


def _group(
    group: GroupResult, items: tuple[ItemResult, ...], branches: dict[str, Branch],
    language: Language,
) -> Branch:  # fmt: skip
    notes = [say(f"group.{group.combine}", language, keep=str(group.keep))]
    if group.cap is not None:
        notes.append(say("cap", language, cap=points(group.cap)))
    if group.earned != group.points and group.earned is not None:
        notes.append(stages_text(group.earned, [("groups", group.points)], language))
    return Branch(
        kind="group",
        id=group.id,
        title=say("group", language, title=group.title.of(language)),
        value=group.points,
        before=group.earned,
        value_text=signed_points(group.points, deduction=group.kind == "deductions"),
        notes=tuple(notes),
        children=tuple(branches[item.id] for item in items if item.id in group.items),
    )


def _vetoes(card: Scorecard, language: Language) -> list[Branch]:
    """Return the branches of active events."""
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
        notes += plugin_notes(veto.id, language)
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
    current = current_tier(card)
    notes = [benefits_text(current.benefits, language)] if current and current.benefits else []
    notes += [tier_distance(tier, language) for tier in card.tiers if tier.distance is not None]
    title = tier_title(card, language)
    text = say("observed", language, title=say("tier", language), observed=title)
    return [Branch("tier", card.tier or "", text, notes=tuple(notes))]


def _badges(card: Scorecard, language: Language) -> list[Branch]:
    given = {badge.id for badge in card.badges}
    branches = []
    for badge in (*card.badges, *card.other_badges):
        title = say("badge", language, title=badge.title.of(language))
        held = badge.id in given
        gives = benefits_text(badge.benefits, language)
        branches.append(
            Branch(
                kind="badge",
                id=badge.id,
                title=title,
                outcome="awarded" if held else "not_met",
                mark="✓" if held else "✗",
                notes=(gives,) if gives else (),
                children=(_requirement(badge.requirement, language),),
            )
        )
    return branches


def _value(value: ValueResult, language: Language) -> Branch:
    is_known = value.value is not None
    notes = [say("why", language, why=prose_in(language, value.why))] if value.why else []
    return Branch(
        kind="value",
        id=value.id,
        title=say("derived", language, title=value.title.of(language)),
        value_text=show(value.value, language) if value.value is not None else "",
        outcome="known" if is_known else "no_data",
        notes=(*missing_lines(value.missing, language), *notes, *source_notes(value, language)),
    )


def _item(item: ItemResult, card: Scorecard, language: Language, *, deduction: bool) -> Branch:
    """Return the branch of an item: outcome, points after every cap, and every requirement.

    `deduction` is true if the item is a deduction.
    """
    kind = "deduction" if deduction else "item"
    notes = [say(f"{kind}.{item.outcome}", language)]
    notes += missing_lines(item.missing, language)
    notes += veto_lines(item, card, language)
    if item.outcome in ("awarded", "superseded"):
        if any(cut.taken.value for cut in item.cuts):
            stages = [(cut.stage, cut.points) for cut in item.cuts]
            notes.append(stages_text(item.points_before_caps, stages, language))
        notes += cut_notes(item, card, language) if item.outcome == "awarded" else ()
    if _can_improve(item, deduction=deduction):
        key = "help.deduction" if deduction else "stake"
        notes.append(say(key, language, points=points(item.at_stake)))
    notes += [say("why", language, why=prose_in(language, item.why))] if item.why else []
    notes += source_notes(item, language)
    children = [
        *([_requirement(item.scope, language, "scope")] if item.scope else []),
        *(_requirement(gate, language, "gate") for gate in item.gates),
        *(_requirement(part, language, deduction=deduction) for part in item.requirements),
    ]
    return Branch(
        kind=kind,
        id=item.id,
        title=item.title.of(language),
        value=item.points,
        before=item.points_before_caps,
        value_text=item_points(item, deduction=deduction),
        outcome=item.outcome,
        mark=item_mark(item.outcome, deduction=deduction),
        notes=tuple(notes),
        children=tuple(children),
    )


def _can_improve(item: ItemResult, *, deduction: bool) -> bool:
    if item.at_stake is None or item.at_stake.value == 0:
        return False
    if deduction:
        return item.outcome == "awarded"
    return item.outcome not in ("out_of_scope", "superseded")


def _requirement(
    requirement: RequirementResult,
    language: Language,
    kind: Kind = "requirement",
    *,
    deduction: bool = False,
) -> Branch:
    """Return the branch of a requirement; each of several comparisons is a branch of its own.

    `deduction` is true if it belongs to a deduction.
    """
    top = requirement_line(requirement, language, deduction=deduction)
    notes = plugin_notes(requirement.id, language)
    if requirement.status == "not_met" and requirement.remedy is not None and not deduction:
        notes.append(say("remedy", language, remedy=requirement.remedy.of(language)))
    return Branch(
        kind=kind,
        id=requirement.id,
        title=top.text,
        outcome=requirement.status,
        mark=top.mark,
        notes=tuple(notes),
        children=tuple(map(_comparison, top.below)),
    )


def _comparison(line: Line) -> Branch:
    below = tuple(map(_comparison, line.below))
    return Branch("comparison", "", line.text, mark=line.mark, children=below)
