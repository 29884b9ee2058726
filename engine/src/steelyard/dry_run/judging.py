"""The impact as measures that guardrails judge."""

from steelyard.dry_run.guardrails import Guardrails, Measured, Verdict, judge
from steelyard.dry_run.impact.model import Impact, Segment
from steelyard.scorecard.model import Exact


def judge_impact(guardrails: Guardrails, impact: Impact) -> tuple[Verdict, ...]:
    """Judge every guardrail; none where nothing changes, as there is nothing to judge.

    Raises `InvalidInput` for a dimension that the run does not have.
    """
    if impact.verdict != "measured":
        return ()
    notices = [one.days for one in impact.notices]
    known = [days for days in notices if days is not None]
    # one ruleset that was never announced leaves the whole change without a notice
    notice = min(known, default=None) if len(known) == len(notices) else None
    measured = [_measured(one, notice) for one in impact.segments]
    dimensions = list(dict.fromkeys(one.dimension for one in impact.segments if one.dimension))
    return judge(guardrails, measured, dimensions)


def _measured(segment: Segment, notice: int | None) -> Measured:
    change = segment.change
    drop = rise = None
    if change.min is not None and change.max is not None:
        drop = Exact(max(-change.min.value, 0), change.decimals, "points")
        rise = Exact(max(change.max.value, 0), change.decimals, "points")
    values: dict[str, Exact | int | None] = {
        "merchants": segment.merchants,
        "scored_before": segment.before.merchants,
        "scored_after": segment.after.merchants,
        "unchanged": segment.unchanged,
        "up": segment.up,
        "down": segment.down,
        "newly_scored": segment.newly_scored,
        "no_longer_scored": segment.no_longer_scored,
        "newly_rejected": segment.newly_rejected,
        "no_longer_rejected": segment.no_longer_rejected,
        "tier_up": segment.tier_up,
        "tier_down": segment.tier_down,
        "badge_gained": segment.badge_gained,
        "badge_lost": segment.badge_lost,
        "benefit_gained": segment.benefit_gained,
        "benefit_lost": segment.benefit_lost,
        "near_miss": segment.near_miss,
        "max_drop": drop,
        "max_rise": rise,
        "mean_change": change.mean,
        "median_change": change.median,
        "mean_before": segment.before.mean,
        "mean_after": segment.after.mean,
        "median_before": segment.before.median,
        "median_after": segment.after.median,
        "psi": segment.psi,
        "benefit_cost_change": _cost(segment),
        "notice_days": notice,
    }
    # in a part where nobody has a score on either side there is nothing to judge
    scored = segment.before.merchants + segment.after.merchants
    enough = segment.merchants if scored or not segment.dimension else 0
    return Measured(segment.dimension, segment.value, segment.title, enough, values)


def _cost(segment: Segment) -> Exact | None:
    """Return what benefits cost more than before; None where none costs, or in two currencies."""
    if len(segment.costs) != 1:
        return None
    (money,) = segment.costs
    return Exact(money.after.value - money.before.value, money.after.decimals, money.currency)
