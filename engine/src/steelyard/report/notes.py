"""Sentences and marks about the parts of a scorecard, for its page, its tree and its card."""

from collections.abc import Iterable, Sequence

from steelyard.model.texts import Language, prose_in
from steelyard.report.wording.messages import say
from steelyard.report.wording.reasons import missing_text
from steelyard.report.wording.values import MINUS, listed, percent, points
from steelyard.scorecard.model import (
    BenefitResult,
    DimensionResult,
    Exact,
    ItemResult,
    MetricResult,
    RolloutResult,
    Scorecard,
    TierResult,
    ValueResult,
)

_MARKS = {"awarded": "✓", "not_met": "✗", "vetoed": "✗", "no_data": "?"}
_DEDUCTION_MARKS = {"awarded": "!"}


def item_mark(outcome: str, *, deduction: bool = False) -> str:
    """Return the mark of an item's outcome; `deduction` is true for a deduction."""
    return (_DEDUCTION_MARKS if deduction else _MARKS).get(outcome, "–")


def signed_points(value: Exact | None, *, deduction: bool = False) -> str:
    """Return points with their sign, `+0.05`; those of a deduction with a minus."""
    if value is None:
        return ""
    if deduction and value.value > 0:
        return f"{MINUS}{points(value)}"
    return points(value, signed=True)


def item_points(item: ItemResult, *, deduction: bool = False) -> str:
    """Return the points of an item with their sign, a plain `0` if there are none."""
    if item.points is not None and item.points.value == 0:
        return "0"
    return signed_points(item.points, deduction=deduction)


def full(score: Exact) -> str:
    """Return a displayed score with all its decimals: 4.80."""
    return points(score, score.decimals)


def rollout_line(rollout: RolloutResult, language: Language) -> str:
    """Return the line that describes the rollout, or the result of its shadow run."""
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


def base_notes(card: Scorecard, language: Language) -> list[str]:
    """Return the source of the base, the other bases that are known, and the clamping."""
    base = card.base
    notes = [say(f"base.{base.source}", language)]
    if base.source != "reported" and base.reported is not None:
        notes.append(say("base.also_reported", language, score=points(base.reported)))
    # weights mean nothing where a formula joins the dimensions
    if base.source not in ("metrics", "formula") and base.computed is not None:
        notes.append(say("base.also_computed", language, score=points(base.computed)))
    if _differ(base.before_clamp, base.used):
        notes.append(say("base.clamped", language, score=points(base.before_clamp)))
    return notes


def score_notes(card: Scorecard, language: Language) -> list[str]:
    """Return the score before its range limits it, and before it is rounded, where they differ."""
    notes = []
    if card.unclamped is not None and _differ(card.unclamped, card.unrounded):
        is_lifted = card.unrounded is not None and card.unclamped.decimal < card.unrounded.decimal
        end = "floor" if is_lifted else "ceiling"
        notes.append(say(f"before_{end}", language, score=points(card.unclamped)))
    if card.rounding is not None and card.rounding.value:
        notes.append(say("before_rounding", language, score=points(card.unrounded)))
    return notes


def dimension_notes(dimension: DimensionResult, language: Language) -> list[str]:
    """Return why a dimension has no score, or how much its cap cut."""
    if not dimension.assessed:
        return [say("dimension.not_assessed", language)]
    before = dimension.score_before_cap
    if dimension.cap is None or not _differ(before, dimension.score):
        return []
    cap = points(dimension.cap)
    return [say("dimension.capped", language, score=points(before), cap=cap)]


def metric_notes(metric: MetricResult, language: Language) -> list[str]:
    """Return the outcome of a metric that is not scored as usual, and its missing facts."""
    notes = [] if metric.outcome == "scored" else [say(f"metric.{metric.outcome}", language)]
    if not metric.weight.value:
        notes.append(say("metric.information", language))
    if metric.missing:
        notes.append(missing_text(metric.missing, language))
    return notes


def plugin_notes(identity: str, language: Language) -> list[str]:
    """Return a note with the plugin of a rule, if a plugin ships it: its id is `plugin/rule`."""
    plugin, slash, _ = identity.partition("/")
    return [say("rule_of_plugin", language, plugin=plugin)] if slash else []


def source_notes(part: ItemResult | MetricResult | ValueResult, language: Language) -> list[str]:
    """Return the plugin that ships a rule, its source, and a note if its numbers are examples."""
    notes = plugin_notes(part.id, language)
    notes += (
        [say("source", language, source=prose_in(language, part.source))] if part.source else []
    )
    return [*notes, say("illustrative", language)] if part.illustrative else notes


def tier_title(card: Scorecard, language: Language) -> str:
    """Return the title of the tier that the merchant has."""
    current = current_tier(card)
    return current.title.of(language) if current else say("tier.none", language)


def current_tier(card: Scorecard) -> TierResult | None:
    """Return the tier that the merchant has."""
    return next((tier for tier in card.tiers if tier.id == card.tier), None)


def tier_distance(tier: TierResult, language: Language) -> str:
    """Return how much is missing to a tier that is not reached."""
    return say(
        "tier.next", language,
        distance=points(tier.distance), title=tier.title.of(language),
        at_least=points(tier.at_least),
    )  # fmt: skip


def benefits_text(benefits: Sequence[BenefitResult], language: Language) -> str:
    """Return the benefits of a tier or badge; empty if there are none."""
    names = listed((benefit.title.of(language) for benefit in benefits), language)
    return say("benefits", language, list=names) if names else ""


def stages_text(
    start: Exact | None, stages: Iterable[tuple[str, Exact | None]], language: Language
) -> str:
    """Return points before caps and after each stage that cut them: `0.20 before caps → …`."""
    steps = [say("stage.before", language, points=points(start))]
    before = start
    for stage, after in stages:
        if after != before:
            name = say(f"stage.{stage}", language)
            steps.append(say("stage.after", language, stage=name, points=points(after)))
        before = after
    return " → ".join(steps)


def _differ(before: Exact | None, after: Exact | None) -> bool:
    return before is not None and after is not None and before.decimal != after.decimal
